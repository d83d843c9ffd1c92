#include "services/sanction/party/store.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/store/fact_table.h"

namespace shian::sanction {
namespace {

using store::FactTable;
using store::Row;
using store::Sql;
using store::Values;

const FactTable& Parties() {
  static const auto* const kTable =
      new FactTable("party", {"operator", "natural_person", "recorded"}, 1);
  return *kTable;
}

const FactTable& PartyNames() {
  static const auto* const kTable =
      new FactTable("party_name", {"operator", "sequence", "name", "code", "recorded"}, 2);
  return *kTable;
}

const FactTable& Texts() {
  static const auto* const kTable =
      new FactTable("matter_text", {"operator", "matter", "sequence", "part", "text"}, 4);
  return *kTable;
}

const FactTable& Documents() {
  static const auto* const kTable = new FactTable(
      "matter_document",
      {"operator", "matter", "sequence", "position", "sha256", "title", "media_type", "size_bytes"},
      4);
  return *kTable;
}

absl::StatusOr<int64_t> NextName(store::ReadTx& tx, const OperatorId& op) {
  ASSIGN_OR_RETURN(const auto row,
                   tx.QueryOne(Sql{"SELECT MAX(sequence) FROM party_name WHERE operator = $1"},
                               Values(op.value())));
  return row->IsNull(0) ? 1 : row->Int(0) + 1;
}

}  // namespace

absl::StatusOr<bool> PutParty(store::WriteTx& tx, const Party& party) {
  ASSIGN_OR_RETURN(const auto known, FindParty(tx, party.op));
  if (known && known->name == party.name && known->code == party.code &&
      known->natural_person == party.natural_person) {
    return false;
  }
  RETURN_IF_ERROR(
      Parties().Put(tx, Values(party.op.value(), party.natural_person, ToMicros(tx.now()))));
  if (party.name.empty() && party.code.empty()) return true;
  ASSIGN_OR_RETURN(const int64_t next, NextName(tx, party.op));
  RETURN_IF_ERROR(PartyNames().Insert(
      tx, Values(party.op.value(), next, party.name, party.code, ToMicros(tx.now()))));
  return true;
}

absl::StatusOr<std::optional<Party>> FindParty(store::ReadTx& tx, const OperatorId& op) {
  ASSIGN_OR_RETURN(const auto row, Parties().Find(tx, Values(op.value())));
  if (!row) return std::nullopt;
  Party party;
  party.op = op;
  party.natural_person = row->Bool(1);
  ASSIGN_OR_RETURN(
      const auto names,
      PartyNames().Select(tx, Sql{"WHERE operator = $1 ORDER BY sequence DESC LIMIT 1"},
                          Values(op.value())));
  if (!names.empty()) {
    party.name = names.front().Text(2);
    party.code = names.front().Text(3);
  }
  return party;
}

absl::StatusOr<NamedParty> PartyWithNames(store::ReadTx& tx, const OperatorId& op) {
  NamedParty out;
  out.party.op = op;
  ASSIGN_OR_RETURN(const auto row, Parties().Find(tx, Values(op.value())));
  if (!row) return out;
  out.party.natural_person = row->Bool(1);
  ASSIGN_OR_RETURN(
      const auto rows,
      PartyNames().Select(tx, Sql{"WHERE operator = $1 ORDER BY sequence"}, Values(op.value())));
  for (const Row& named : rows) {
    out.party.name = named.Text(2);
    out.party.code = named.Text(3);
    std::erase(out.names, out.party.name);
    out.names.push_back(out.party.name);
    std::erase(out.codes, out.party.code);
    if (!out.party.code.empty()) out.codes.push_back(out.party.code);
  }
  return out;
}

absl::StatusOr<Party> PartyOf(store::ReadTx& tx, const OperatorId& op) {
  ASSIGN_OR_RETURN(const std::optional<Party> found, FindParty(tx, op));
  Party party = found.value_or(Party());
  party.op = op;
  return party;
}

absl::Status EraseParty(store::WriteTx& tx, const OperatorId& op) {
  for (const Sql& sql : {Sql{"DELETE FROM party_name WHERE operator = $1"},
                         Sql{"DELETE FROM matter_text WHERE operator = $1"},
                         Sql{"DELETE FROM matter_document WHERE operator = $1"}}) {
    RETURN_IF_ERROR(tx.Execute(sql, Values(op.value())).status());
  }
  return absl::OkStatus();
}

absl::Status EraseTexts(store::WriteTx& tx, const Matter& matter) {
  return tx
      .Execute(Sql{"DELETE FROM matter_text WHERE operator = $1 AND matter = $2"},
               Values(matter.op.value(), matter.name))
      .status();
}

absl::Status PutText(store::WriteTx& tx, const Matter& matter, int sequence, absl::string_view part,
                     absl::string_view text) {
  if (text.empty()) return absl::OkStatus();
  return Texts().Insert(
      tx, Values(matter.op.value(), matter.name, sequence, std::string(part), std::string(text)));
}

absl::Status PutDocuments(store::WriteTx& tx, const Matter& matter, int sequence,
                          const std::vector<Document>& documents) {
  int position = 0;
  for (const Document& document : documents) {
    RETURN_IF_ERROR(Documents().Insert(
        tx, Values(matter.op.value(), matter.name, sequence, ++position, document.sha256,
                   document.title, document.media_type, document.size_bytes)));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Written>> TextsOf(store::ReadTx& tx, const Matter& matter) {
  ASSIGN_OR_RETURN(const auto rows,
                   Texts().Select(tx, Sql{"WHERE operator = $1 AND matter = $2 ORDER BY sequence"},
                                  Values(matter.op.value(), matter.name)));
  std::vector<Written> texts;
  texts.reserve(rows.size());
  for (const Row& row : rows) {
    texts.push_back({static_cast<int>(row.Int(2)), row.Text(3), row.Text(4)});
  }
  return texts;
}

absl::StatusOr<std::vector<Attached>> DocumentsOf(store::ReadTx& tx, const Matter& matter) {
  ASSIGN_OR_RETURN(
      const auto rows,
      Documents().Select(tx, Sql{"WHERE operator = $1 AND matter = $2 ORDER BY sequence, position"},
                         Values(matter.op.value(), matter.name)));
  std::vector<Attached> documents;
  documents.reserve(rows.size());
  for (const Row& row : rows) {
    documents.push_back(
        {static_cast<int>(row.Int(2)), {row.Text(4), row.Text(5), row.Text(6), row.Int(7)}});
  }
  return documents;
}

std::string EncodeClocks(const std::vector<StartedClock>& clocks) {
  return absl::StrJoin(clocks, ",", [](std::string* out, const StartedClock& clock) {
    if (!clock.key.empty()) absl::StrAppend(out, clock.key, "@", clock.revision);
  });
}

std::vector<StartedClock> DecodeClocks(absl::string_view text) {
  std::vector<StartedClock> clocks;
  for (absl::string_view part : absl::StrSplit(text, ',', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> split = absl::StrSplit(part, absl::MaxSplits('@', 1));
    clocks.push_back({split.first, split.second});
  }
  return clocks;
}

std::vector<store::Value> PageArgs(const PageQuery& query) {
  const RegionRange range = RangeOf(query.region);
  const std::pair<std::string, std::string> after =
      absl::StrSplit(query.after, absl::MaxSplits('/', 1));
  return Values(range.from, range.to, after.first, after.second, query.limit);
}

}  // namespace shian::sanction
