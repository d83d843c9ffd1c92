#include "services/sanction/ban/store.h"

#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/store/fact_table.h"
#include "services/sanction/party/store.h"

namespace shian::sanction {
namespace {

using codes::KeyedHash;
using store::Bytes;
using store::FactTable;
using store::Row;
using store::Sql;
using store::Values;

constexpr char kNamePart[] = "person_name";

const FactTable& BanTable() {
  static const auto* const kTable =
      new FactTable("ban",
                    {"operator", "ban", "region", "organisation", "ground", "ground_title",
                     "statute", "article", "role", "case_id", "judgment_number", "judgment_court",
                     "bars", "valid_from", "valid_until", "rule_revision"},
                    2);
  return *kTable;
}

const FactTable& EventTable() {
  static const auto* const kTable =
      new FactTable("ban_event",
                    {"operator", "ban", "sequence", "act", "time", "recorded", "person",
                     "organisation", "card", "chain_revision"},
                    3);
  return *kTable;
}

const FactTable& PersonTable() {
  static const auto* const kTable =
      new FactTable("ban_person", {"hash", "key_id", "operator", "ban"}, 4);
  return *kTable;
}

const FactTable& GuardTable() {
  static const auto* const kTable = new FactTable("ban_guard", {"hash", "version"}, 1);
  return *kTable;
}

Matter MatterOf(const Ban& ban) { return {ban.op, "bans/" + ban.id.value()}; }

std::string EncodeBars(const std::set<Bar>& bars) {
  return absl::StrJoin(
      bars, ",", [](std::string* out, Bar bar) { absl::StrAppend(out, static_cast<int>(bar)); });
}

std::set<Bar> DecodeBars(const std::string& text) {
  std::set<Bar> bars;
  for (const absl::string_view one : absl::StrSplit(text, ',', absl::SkipEmpty())) {
    int bar = 0;
    if (absl::SimpleAtoi(one, &bar)) bars.insert(static_cast<Bar>(bar));
  }
  return bars;
}

absl::StatusOr<Ban> ToBan(const Row& row) {
  Ban ban;
  ban.op = OperatorId(row.Text(0));
  ban.id = BanId(row.Text(1));
  ban.region = row.Text(2);
  ban.organisation = row.Text(3);
  ban.ground = row.Text(4);
  ban.ground_title = row.Text(5);
  ban.basis = {row.Text(6), row.Text(7)};
  ban.role = static_cast<BanRole>(row.Int(8));
  ban.case_id = CaseId(row.Text(9));
  ban.bars = DecodeBars(row.Text(12));
  ASSIGN_OR_RETURN(ban.from, ParseDate(row.Text(13)));
  if (!row.Text(14).empty()) {
    ASSIGN_OR_RETURN(ban.until, ParseDate(row.Text(14)));
  }
  ban.rule_revision = row.Text(15);
  if (!row.Text(10).empty()) ban.judgment = Judgment{row.Text(10), row.Text(11), ban.from};
  return ban;
}

BanEvent ToEvent(const Row& row) {
  BanEvent event;
  event.sequence = static_cast<int>(row.Int(2));
  event.act = static_cast<BanAct>(row.Int(3));
  event.time = FromMicros(row.Int(4));
  event.recorded = FromMicros(row.Int(5));
  event.actor = {row.Text(6), row.Text(7), row.Text(8)};
  event.chain_revision = row.Text(9);
  return event;
}

BanEvent* EventAt(Ban* ban, int sequence) {
  for (BanEvent& event : ban->events) {
    if (event.sequence == sequence) return &event;
  }
  return nullptr;
}

absl::StatusOr<Ban> Complete(store::ReadTx& tx, const Row& row) {
  ASSIGN_OR_RETURN(Ban ban, ToBan(row));
  const std::vector<store::Value> key = Values(ban.op.value(), ban.id.value());
  ASSIGN_OR_RETURN(
      const auto events,
      EventTable().Select(tx, Sql{"WHERE operator = $1 AND ban = $2 ORDER BY sequence"}, key));
  for (const Row& event : events) ban.events.push_back(ToEvent(event));
  ASSIGN_OR_RETURN(
      const auto people,
      PersonTable().Select(tx, Sql{"WHERE operator = $1 AND ban = $2 ORDER BY key_id"}, key));
  for (const Row& person : people) ban.hashes.push_back({person.Text(1), person.Blob(0)});
  ASSIGN_OR_RETURN(const auto texts, TextsOf(tx, MatterOf(ban)));
  for (const Written& written : texts) {
    if (written.part == kNamePart) {
      ban.person_name = written.text;
    } else if (BanEvent* event = EventAt(&ban, written.sequence)) {
      event->text = written.text;
    }
  }
  ASSIGN_OR_RETURN(const auto documents, DocumentsOf(tx, MatterOf(ban)));
  for (const Attached& attached : documents) {
    if (BanEvent* event = EventAt(&ban, attached.sequence)) {
      event->documents.push_back(attached.document);
    }
  }
  return ban;
}

absl::StatusOr<std::vector<Ban>> Complete(store::ReadTx& tx, const std::vector<Row>& rows) {
  std::vector<Ban> bans;
  for (const Row& row : rows) {
    ASSIGN_OR_RETURN(Ban ban, Complete(tx, row));
    bans.push_back(std::move(ban));
  }
  return bans;
}

}  // namespace

absl::Status InsertBan(store::WriteTx& tx, const Ban& ban) {
  RETURN_IF_ERROR(BanTable().Insert(
      tx, Values(ban.op.value(), ban.id.value(), ban.region, ban.organisation, ban.ground,
                 ban.ground_title, ban.basis.statute, ban.basis.article, static_cast<int>(ban.role),
                 ban.case_id.value(), ban.judgment ? ban.judgment->number : std::string(),
                 ban.judgment ? ban.judgment->court : std::string(), EncodeBars(ban.bars),
                 FormatDate(ban.from), ban.until ? FormatDate(*ban.until) : std::string(),
                 ban.rule_revision)));
  for (const KeyedHash& hash : ban.hashes) RETURN_IF_ERROR(AddHash(tx, ban.op, ban.id, hash));
  RETURN_IF_ERROR(PutText(tx, MatterOf(ban), 1, kNamePart, ban.person_name));
  for (const BanEvent& event : ban.events) RETURN_IF_ERROR(AppendBanEvent(tx, ban, event));
  return absl::OkStatus();
}

absl::Status AppendBanEvent(store::WriteTx& tx, const Ban& ban, const BanEvent& event) {
  RETURN_IF_ERROR(EventTable().Insert(
      tx, Values(ban.op.value(), ban.id.value(), event.sequence, static_cast<int>(event.act),
                 ToMicros(event.time), ToMicros(event.recorded), event.actor.person,
                 event.actor.organisation, event.actor.card, event.chain_revision)));
  RETURN_IF_ERROR(PutText(tx, MatterOf(ban), event.sequence, "text", event.text));
  return PutDocuments(tx, MatterOf(ban), event.sequence, event.documents);
}

absl::StatusOr<std::optional<Ban>> FindBan(store::ReadTx& tx, const OperatorId& op,
                                           const BanId& id) {
  ASSIGN_OR_RETURN(const auto row, BanTable().Find(tx, Values(op.value(), id.value())));
  if (!row) return std::nullopt;
  ASSIGN_OR_RETURN(Ban ban, Complete(tx, *row));
  return ban;
}

absl::StatusOr<std::vector<Ban>> ListBans(store::ReadTx& tx, const PageQuery& query) {
  const Sql tail =
      query.op.empty()
          ? Sql{"WHERE region >= $1 AND region < $2 AND (ban > $3 OR (ban = $3 AND "
                "operator > $4)) ORDER BY ban, operator LIMIT $5"}
          : Sql{"WHERE operator = $6 AND region >= $1 AND region < $2 AND (ban > $3 OR "
                "(ban = $3 AND operator > $4)) ORDER BY ban, operator LIMIT $5"};
  std::vector<store::Value> args = PageArgs(query);
  if (!query.op.empty()) args.push_back(store::ToValue(query.op.value()));
  ASSIGN_OR_RETURN(const auto rows, BanTable().Select(tx, tail, std::move(args)));
  return Complete(tx, rows);
}

absl::StatusOr<std::vector<Ban>> BansOf(store::ReadTx& tx, const OperatorId& op) {
  ASSIGN_OR_RETURN(const auto rows, BanTable().Select(tx, Sql{"WHERE operator = $1 ORDER BY ban"},
                                                      Values(op.value())));
  return Complete(tx, rows);
}

absl::StatusOr<std::vector<Ban>> BansOn(store::ReadTx& tx, const std::vector<KeyedHash>& hashes) {
  std::set<std::pair<std::string, std::string>> seen;
  std::vector<Ban> bans;
  for (const KeyedHash& hash : hashes) {
    ASSIGN_OR_RETURN(
        const auto rows,
        PersonTable().Select(tx, Sql{"WHERE hash = $1 AND key_id = $2 ORDER BY operator, ban"},
                             Values(Bytes{hash.hash}, hash.key_id)));
    for (const Row& row : rows) {
      if (!seen.emplace(row.Text(2), row.Text(3)).second) continue;
      ASSIGN_OR_RETURN(auto ban, FindBan(tx, OperatorId(row.Text(2)), BanId(row.Text(3))));
      if (ban) bans.push_back(*std::move(ban));
    }
  }
  return bans;
}

absl::Status GuardPerson(store::WriteTx& tx, const KeyedHash& person) {
  ASSIGN_OR_RETURN(const auto row, GuardTable().Find(tx, Values(Bytes{person.hash})));
  return GuardTable().Put(tx, Values(Bytes{person.hash}, row ? row->Int(1) + 1 : 1));
}

absl::StatusOr<std::vector<Ban>> BansToExpire(store::ReadTx& tx, Date today, int limit) {
  ASSIGN_OR_RETURN(
      const auto rows,
      BanTable().Select(
          tx,
          Sql{"WHERE valid_until <> '' AND valid_until < $1 AND EXISTS (SELECT 1 FROM ban_event e "
              "WHERE e.operator = ban.operator AND e.ban = ban.ban AND e.act = $3) AND NOT EXISTS "
              "(SELECT 1 FROM ban_event e WHERE e.operator = ban.operator AND e.ban = ban.ban AND "
              "e.act IN ($4, $5)) ORDER BY valid_until LIMIT $2"},
          Values(FormatDate(today), limit, static_cast<int>(BanAct::kImposed),
                 static_cast<int>(BanAct::kExpired), static_cast<int>(BanAct::kAnnulled))));
  return Complete(tx, rows);
}

absl::StatusOr<std::vector<BarredPerson>> PeopleUnder(store::ReadTx& tx, absl::string_view from,
                                                      absl::string_view to, int limit) {
  ASSIGN_OR_RETURN(
      const auto rows,
      PersonTable().Select(
          tx,
          Sql{"WHERE key_id = $1 AND NOT EXISTS (SELECT 1 FROM ban_person p WHERE p.operator = "
              "ban_person.operator AND p.ban = ban_person.ban AND p.key_id = $2) ORDER BY "
              "operator, ban LIMIT $3"},
          Values(std::string(from), std::string(to), limit)));
  std::vector<BarredPerson> people;
  for (const Row& row : rows) {
    people.push_back({OperatorId(row.Text(2)), BanId(row.Text(3)), {row.Text(1), row.Blob(0)}});
  }
  return people;
}

absl::Status AddHash(store::WriteTx& tx, const OperatorId& op, const BanId& ban,
                     const KeyedHash& hash) {
  return PersonTable().Put(tx, Values(Bytes{hash.hash}, hash.key_id, op.value(), ban.value()));
}

}  // namespace shian::sanction
