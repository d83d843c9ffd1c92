#include "services/inspection/sampling/store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/store/fact_table.h"
#include "libs/store/open_matters.h"
#include "services/inspection/frame/frame.h"

namespace shian::inspection::sampling {
namespace {

using store::Bytes;
using store::FactTable;
using store::Row;
using store::Sql;
using store::Values;

const FactTable& Samples() {
  static const auto& table =
      *new FactTable("sample",
                     {"operator", "number", "region", "state", "outcome", "version", "recorded",
                      "origin", "source_id", "authority", "document_sha256"},
                     2);
  return table;
}

const FactTable& Acts() {
  static const auto& table =
      *new FactTable("sample_act",
                     {"operator", "number", "sequence", "word", "time", "recorded", "person",
                      "organisation", "card", "system", "body"},
                     3);
  return table;
}

const FactTable& Sources() {
  static const auto& table =
      *new FactTable("sample_source", {"origin", "source_id", "operator", "number", "content"}, 2);
  return table;
}

struct Key {
  std::string operator_id;
  int64_t number = 0;
};

// Nothing for an id that no sample can have.
std::optional<Key> KeyOf(const std::string& id) {
  const size_t dash = id.rfind('-');
  Key key;
  if (dash == std::string::npos || !absl::SimpleAtoi(id.substr(dash + 1), &key.number)) {
    return std::nullopt;
  }
  key.operator_id = id.substr(0, dash);
  return key;
}

absl::StatusOr<DatedAct> ToAct(const Row& row) {
  DatedAct act;
  act.sequence = static_cast<int>(row.Int(2));
  act.time = FromMicros(row.Int(4));
  act.recorded = FromMicros(row.Int(5));
  act.by = {row.Text(6), row.Text(7), row.Text(8), row.Text(9)};
  ASSIGN_OR_RETURN(act.act, Decode(row.Text(3), row.Blob(10)));
  return act;
}

absl::StatusOr<std::vector<DatedAct>> ReadActs(store::ReadTx& tx, const Key& key, absl::Time as_of,
                                               absl::Time known_at) {
  static constexpr Sql kTail{
      "WHERE operator = $1 AND number = $2 AND time <= $3 AND recorded <= $4 ORDER BY sequence"};
  ASSIGN_OR_RETURN(const auto rows, Acts().Select(tx, kTail,
                                                  Values(key.operator_id, key.number,
                                                         ToMicros(as_of), ToMicros(known_at))));
  std::vector<DatedAct> acts;
  for (const Row& row : rows) {
    ASSIGN_OR_RETURN(DatedAct act, ToAct(row));
    acts.push_back(std::move(act));
  }
  return acts;
}

absl::StatusOr<Stored> ToStored(store::ReadTx& tx, const Row& row, absl::Time as_of,
                                absl::Time known_at) {
  const Key key{row.Text(0), row.Int(1)};
  ASSIGN_OR_RETURN(auto acts, ReadActs(tx, key, as_of, known_at));
  Stored stored;
  stored.sample = Fold(MakeSampleId(key.operator_id, key.number), std::move(acts));
  stored.source = {row.Text(7), row.Text(8), row.Text(9), row.Text(10)};
  stored.recorded = FromMicros(row.Int(6));
  return stored;
}

absl::StatusOr<std::vector<Stored>> ToAll(store::ReadTx& tx, const std::vector<Row>& rows,
                                          absl::Time known_at) {
  std::vector<Stored> all;
  for (const Row& row : rows) {
    ASSIGN_OR_RETURN(Stored stored, ToStored(tx, row, absl::InfiniteFuture(), known_at));
    all.push_back(std::move(stored));
  }
  return all;
}

// The clocks of a record made elsewhere are not ours. In charge is who acted last: a sample goes
// from hand to hand.
absl::Status NoteClocks(store::WriteTx& tx, const std::string& operator_id, const Sample& sample) {
  if (sample.attested) return absl::OkStatus();
  const auto last = std::find_if(sample.acts.rbegin(), sample.acts.rend(),
                                 [](const DatedAct& act) { return !act.by.person.empty(); });
  const By by = last == sample.acts.rend() ? By() : last->by;
  return store::NoteOpen(tx, {operator_id, "samples/" + sample.id.value(), sample.planned.region,
                              by.organisation, by.person});
}

}  // namespace

SampleId MakeSampleId(const std::string& operator_id, int64_t number) {
  return SampleId(absl::StrFormat("%s-%04d", operator_id, number));
}

absl::StatusOr<int64_t> NextNumber(store::ReadTx& tx, const std::string& operator_id) {
  static constexpr Sql kSql{"SELECT COALESCE(MAX(number), 0) FROM sample WHERE operator = $1"};
  ASSIGN_OR_RETURN(const auto row, tx.QueryOne(kSql, Values(operator_id)));
  return row->Int(0) + 1;
}

absl::Status AppendAct(store::WriteTx& tx, Stored& stored, DatedAct act) {
  const auto key = KeyOf(stored.sample.id.value());
  act.sequence = stored.sample.version() + 1;
  act.recorded = tx.now();
  if (act.sequence == 1) stored.recorded = tx.now();
  RETURN_IF_ERROR(Acts().Insert(
      tx, Values(key->operator_id, key->number, act.sequence, WordOf(act.act), ToMicros(act.time),
                 ToMicros(act.recorded), act.by.person, act.by.organisation, act.by.card,
                 act.by.system, Bytes{Encode(act.act)})));
  Apply(stored.sample, std::move(act));
  const Sample& s = stored.sample;
  RETURN_IF_ERROR(NoteClocks(tx, key->operator_id, s));
  return Samples().Put(
      tx, Values(key->operator_id, key->number, s.planned.region, static_cast<int64_t>(StateOf(s)),
                 static_cast<int64_t>(s.outcome), s.version(), ToMicros(stored.recorded),
                 stored.source.origin, stored.source.source_id, stored.source.authority,
                 stored.source.document_sha256));
}

absl::StatusOr<Stored> ReadSample(store::ReadTx& tx, const SampleId& id, absl::Time as_of,
                                  absl::Time known_at) {
  const absl::Status missing = errors::NotFound("samples/" + id.value());
  const auto key = KeyOf(id.value());
  if (!key || MakeSampleId(key->operator_id, key->number) != id) return missing;
  ASSIGN_OR_RETURN(const auto row, Samples().Find(tx, Values(key->operator_id, key->number)));
  if (!row) return missing;
  ASSIGN_OR_RETURN(Stored stored, ToStored(tx, *row, as_of, known_at));
  if (stored.sample.acts.empty()) return missing;
  return stored;
}

absl::Status EraseSampleTexts(store::WriteTx& tx, const std::string& operator_id) {
  static constexpr Sql kTail{"WHERE operator = $1 ORDER BY number, sequence"};
  ASSIGN_OR_RETURN(const auto rows, Acts().Select(tx, kTail, Values(operator_id)));
  for (const Row& row : rows) {
    ASSIGN_OR_RETURN(DatedAct act, ToAct(row));
    EraseTexts(act.act);
    std::vector<store::Value> values = row.values();
    values.back() = Bytes{Encode(act.act)};
    RETURN_IF_ERROR(Acts().Put(tx, std::move(values)));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Stored>> ListSamples(store::ReadTx& tx, const SampleFilter& filter) {
  static constexpr Sql kTail{
      "WHERE region >= $1 AND region <= $2 AND ($3 = '' OR operator = $3) "
      "AND ($4 = 0 OR state = $4) AND ($5 = 0 OR outcome = $5) AND recorded <= $6 "
      "AND (operator > $7 OR (operator = $7 AND number > $8)) "
      "ORDER BY operator, number LIMIT $9"};
  const auto [first, last] = frame::RegionRange(filter.region.empty() ? "000000" : filter.region);
  const Key after = KeyOf(filter.after).value_or(Key());
  ASSIGN_OR_RETURN(const auto rows,
                   Samples().Select(tx, kTail,
                                    Values(first, last, filter.operator_id, filter.state,
                                           filter.outcome, ToMicros(filter.known_at),
                                           after.operator_id, after.number, filter.limit)));
  return ToAll(tx, rows, filter.known_at);
}

absl::StatusOr<std::vector<Stored>> NotifiedSamples(store::ReadTx& tx) {
  static constexpr Sql kTail{"WHERE state = $1 ORDER BY operator, number"};
  ASSIGN_OR_RETURN(const auto rows,
                   Samples().Select(tx, kTail, Values(static_cast<int64_t>(State::kNotified))));
  return ToAll(tx, rows, absl::InfiniteFuture());
}

absl::StatusOr<std::optional<Imported>> FindImported(store::ReadTx& tx, const std::string& origin,
                                                     const std::string& source_id) {
  ASSIGN_OR_RETURN(const auto row, Sources().Find(tx, Values(origin, source_id)));
  if (!row) return std::nullopt;
  return Imported{row->Text(2), row->Int(3), row->Blob(4)};
}

absl::Status PutImported(store::WriteTx& tx, const Source& source, const Imported& imported) {
  return Sources().Put(tx, Values(source.origin, source.source_id, imported.operator_id,
                                  imported.number, Bytes{imported.content}));
}

}  // namespace shian::inspection::sampling
