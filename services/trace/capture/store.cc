#include "services/trace/capture/store.h"

#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/numbers.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "services/trace/capture/document.h"
#include "services/trace/capture/store_tables.h"

namespace shian::trace::capture {
namespace {

using store::Bytes;
using store::Row;
using store::Sql;
using store::Values;

// Takes `count` numbers; gives the last one.
absl::StatusOr<int64_t> TakeNumbers(store::WriteTx& tx, const char* name, int64_t count) {
  ASSIGN_OR_RETURN(const auto row,
                   tx.QueryOne(Sql{"UPDATE capture_counter SET last = last + $2 WHERE name = $1 "
                                   "RETURNING last"},
                               Values(name, count)));
  if (!row) return absl::DataLossError("capture_counter has lost its row");
  return row->Int(0);
}

absl::StatusOr<Known> KnownOf(store::ReadTx& tx, const Event& event) {
  Known known;
  ASSIGN_OR_RETURN(const auto rows,
                   tx.Query(Sql{"SELECT declaration FROM capture_event WHERE hash = $1"},
                            Values(Bytes{event.hash})));
  for (const Row& row : rows) {
    const std::string& declaration = row.Blob(0);
    known.event |= declaration.empty();
    known.declaration |= event.declaration && declaration == event.declaration->digest;
  }
  if (event.event_id.empty()) return known;
  ASSIGN_OR_RETURN(const auto other,
                   tx.QueryOne(Sql{"SELECT sequence FROM capture_event WHERE event_id = $1 AND "
                                   "hash <> $2 LIMIT 1"},
                               Values(event.event_id, Bytes{event.hash})));
  known.event_id_of_another = other.has_value();
  return known;
}

// Millionths of the unit; -1 when not stated or beyond 9.2 billion units.
int64_t QuantityMicros(const std::string& quantity) {
  double value = 0;
  if (quantity.empty() || !absl::SimpleAtod(quantity, &value)) return -1;
  const double micros = std::round(value * 1e6);
  return micros < static_cast<double>(std::numeric_limits<int64_t>::max()) ? std::llround(micros)
                                                                           : -1;
}

absl::StatusOr<int64_t> NumberOf(store::WriteTx& tx, const Link& link) {
  ASSIGN_OR_RETURN(
      const auto known,
      tx.QueryOne(Sql{"SELECT number FROM capture_epc WHERE epc = $1"}, Values(link.epc)));
  if (known) return known->Int(0);
  ASSIGN_OR_RETURN(const int64_t number, TakeNumbers(tx, "epc", 1));
  RETURN_IF_ERROR(tx.Execute(Sql{"INSERT INTO capture_epc (epc, number, kind) VALUES ($1, $2, $3)"},
                             Values(link.epc, number, static_cast<int>(link.kind)))
                      .status());
  return number;
}

absl::Status InsertLinks(store::WriteTx& tx, const Event& event, int64_t sequence) {
  int position = 0;
  for (const Link& link : event.links) {
    ASSIGN_OR_RETURN(const int64_t number, NumberOf(tx, link));
    const int64_t quantity = QuantityMicros(link.quantity);
    store::Value stored;
    if (quantity >= 0) stored = quantity;
    std::vector<store::Value> row =
        Values(sequence, position++, static_cast<int>(link.role), number);
    row.push_back(std::move(stored));
    RETURN_IF_ERROR(tx.Execute(Sql{"INSERT INTO capture_link (sequence, position, role, epc, "
                                   "quantity) VALUES ($1, $2, $3, $4, $5)"},
                               std::move(row))
                        .status());
  }
  return absl::OkStatus();
}

absl::Status InsertEvent(store::WriteTx& tx, const Event& event, const Origin& origin,
                         int64_t sequence) {
  const std::string context = Sha256(event.context_json);
  RETURN_IF_ERROR(kContexts.Put(tx, Values(Bytes{context}, event.context_json)));
  const std::string declaration = event.declaration ? event.declaration->digest : "";
  return kEvents.Insert(
      tx, Values(Bytes{event.hash}, Bytes{declaration}, sequence, ToMicros(tx.now()),
                 event.event_id, static_cast<int>(event.type), static_cast<int>(event.action),
                 ToMicros(event.time), event.biz_step, event.read_point, event.biz_location,
                 PlaceOf(event.sources), PlaceOf(event.destinations), event.transformation_id,
                 event.json, Bytes{context}, origin.system, origin.source_id, origin.authority,
                 origin.document_sha256, origin.attested));
}

absl::StatusOr<std::optional<int64_t>> FirstSequence(store::ReadTx& tx, const Sql& sql,
                                                     const std::string& hash) {
  ASSIGN_OR_RETURN(const auto row, tx.QueryOne(sql, Values(Bytes{hash})));
  return row ? std::optional<int64_t>(row->Int(0)) : std::nullopt;
}

// A declaration masks its event from here on; an event that comes after its declaration is masked
// from the start.
absl::Status MaskIfDeclared(store::WriteTx& tx, const Event& event, int64_t sequence) {
  ASSIGN_OR_RETURN(const auto original,
                   FirstSequence(tx,
                                 Sql{"SELECT sequence FROM capture_event WHERE hash = $1 AND "
                                     "length(declaration) = 0"},
                                 event.hash));
  ASSIGN_OR_RETURN(const auto declared,
                   FirstSequence(tx,
                                 Sql{"SELECT sequence FROM capture_event WHERE hash = $1 AND "
                                     "length(declaration) > 0 ORDER BY sequence LIMIT 1"},
                                 event.hash));
  if (!original || !declared) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto known, kMasks.Find(tx, Values(*original)));
  return known ? absl::OkStatus() : kMasks.Insert(tx, Values(*original, sequence));
}

StoredEvent FromRow(const Row& row, const std::string& context) {
  StoredEvent stored;
  stored.event = ReadEventText(0, row.Text(kJson), ReadContext(context)).event;
  stored.event.hash = row.Blob(kHash);
  stored.event.json = row.Text(kJson);
  stored.event.context_json = context;
  stored.declaration = row.Blob(kDeclarationColumn);
  stored.sequence = row.Int(kSequence);
  stored.recorded = FromMicros(row.Int(kRecorded));
  stored.origin = {row.Text(kOrigin), row.Text(kSourceId), row.Text(kAuthority),
                   row.Text(kDocument), row.Bool(kAttested)};
  return stored;
}

absl::StatusOr<std::vector<StoredEvent>> FromRows(store::ReadTx& tx, const std::vector<Row>& rows) {
  std::vector<StoredEvent> events;
  for (const Row& row : rows) {
    ASSIGN_OR_RETURN(const auto context, kContexts.Find(tx, Values(Bytes{row.Blob(kContext)})));
    if (!context) return absl::DataLossError("capture_context has lost a row");
    StoredEvent stored = FromRow(row, context->Text(1));
    ASSIGN_OR_RETURN(const auto declared,
                     tx.QueryOne(Sql{"SELECT declaration FROM capture_event WHERE hash = $1 AND "
                                     "length(declaration) > 0 ORDER BY sequence LIMIT 1"},
                                 Values(Bytes{stored.event.hash})));
    if (declared && stored.declaration.empty()) {
      stored.declared_by = EventName(stored.event.hash, declared->Blob(0));
    }
    events.push_back(std::move(stored));
  }
  return events;
}

bool IsByEpcOnly(const EventFilter& filter) {
  constexpr auto kTimes = std::numeric_limits<int64_t>();
  return !filter.epc.empty() && filter.event_id.empty() && filter.place.empty() &&
         filter.biz_step.empty() && filter.from_micros == kTimes.min() &&
         filter.to_micros == kTimes.max();
}

}  // namespace

absl::StatusOr<std::vector<Outcome>> CaptureBatch(store::WriteTx& tx,
                                                  const std::vector<ParsedEvent>& events,
                                                  const Origin& origin, OnError on_error) {
  BatchJudge judge;
  std::vector<Judgement> judgements;
  for (const ParsedEvent& parsed : events) {
    Known known;
    if (parsed.findings.empty()) {
      ASSIGN_OR_RETURN(known, KnownOf(tx, parsed.event));
    }
    judgements.push_back(judge.Judge(parsed, known));
  }
  ApplyOnError(on_error, &judgements);
  std::vector<Outcome> outcomes;
  for (size_t i = 0; i < events.size(); ++i) {
    Outcome outcome{judgements[i].verdict, 0};
    if (IsStored(outcome.verdict)) {
      const Event& event = events[i].event;
      ASSIGN_OR_RETURN(outcome.sequence, TakeNumbers(tx, "event", 1));
      RETURN_IF_ERROR(InsertEvent(tx, event, origin, outcome.sequence));
      if (!event.declaration) RETURN_IF_ERROR(InsertLinks(tx, event, outcome.sequence));
      RETURN_IF_ERROR(MaskIfDeclared(tx, event, outcome.sequence));
    } else if (outcome.verdict == Verdict::kAlreadyCaptured) {
      const std::string declaration =
          events[i].event.declaration ? events[i].event.declaration->digest : "";
      ASSIGN_OR_RETURN(const auto row,
                       kEvents.Find(tx, Values(Bytes{events[i].event.hash}, Bytes{declaration})));
      if (row) outcome.sequence = row->Int(kSequence);
    }
    outcomes.push_back(outcome);
  }
  return outcomes;
}

absl::StatusOr<std::optional<StoredEvent>> FindEvent(store::ReadTx& tx, const std::string& hash,
                                                     const std::string& declaration) {
  ASSIGN_OR_RETURN(const auto row, kEvents.Find(tx, Values(Bytes{hash}, Bytes{declaration})));
  if (!row) return std::nullopt;
  ASSIGN_OR_RETURN(std::vector<StoredEvent> events, FromRows(tx, {*row}));
  return std::move(events.front());
}

absl::StatusOr<std::optional<StoredEvent>> EventAt(store::ReadTx& tx, int64_t sequence) {
  ASSIGN_OR_RETURN(const auto rows,
                   kEvents.Select(tx, Sql{"WHERE sequence = $1"}, Values(sequence)));
  if (rows.empty()) return std::nullopt;
  ASSIGN_OR_RETURN(std::vector<StoredEvent> events, FromRows(tx, rows));
  return std::move(events.front());
}

absl::StatusOr<std::vector<StoredEvent>> DeclarationsOf(store::ReadTx& tx,
                                                        const std::string& hash) {
  ASSIGN_OR_RETURN(
      const auto rows,
      kEvents.Select(tx,
                     Sql{"WHERE hash = $1 AND length(declaration) > 0 ORDER BY sequence LIMIT 100"},
                     Values(Bytes{hash})));
  return FromRows(tx, rows);
}

absl::StatusOr<std::vector<StoredEvent>> ListEvents(store::ReadTx& tx, const EventFilter& filter,
                                                    int64_t after, int limit) {
  // One text per way in; the other conditions are checked on what it finds.
  static constexpr Sql kAll{
      "WHERE sequence > $1 AND $2 = '' AND $3 = '' AND ($4 = '' OR read_point = $4 OR "
      "biz_location = $4) AND ($5 = '' OR biz_step = $5) AND event_time >= $6 AND "
      "event_time < $7 ORDER BY sequence LIMIT $8"};
  static constexpr Sql kById{
      "WHERE sequence > $1 AND $2 = '' AND event_id = $3 AND ($4 = '' OR read_point = $4 OR "
      "biz_location = $4) AND ($5 = '' OR biz_step = $5) AND event_time >= $6 AND "
      "event_time < $7 ORDER BY sequence LIMIT $8"};
  // By nothing else: no more places are looked up than are asked for.
  static constexpr Sql kByEpcOnly{
      "WHERE sequence IN (SELECT DISTINCT l.sequence FROM capture_link l JOIN capture_epc e ON "
      "l.epc = e.number WHERE e.epc = $2 AND l.sequence > $1 ORDER BY l.sequence LIMIT $3) "
      "ORDER BY sequence"};
  static constexpr Sql kByEpc{
      "WHERE sequence IN (SELECT l.sequence FROM capture_link l JOIN capture_epc e ON "
      "l.epc = e.number WHERE e.epc = $2 AND l.sequence > $1) AND ($3 = '' OR event_id = $3) AND "
      "($4 = '' OR read_point = $4 OR biz_location = $4) AND ($5 = '' OR biz_step = $5) AND "
      "event_time >= $6 AND event_time < $7 ORDER BY sequence LIMIT $8"};
  if (IsByEpcOnly(filter)) {
    ASSIGN_OR_RETURN(const auto rows,
                     kEvents.Select(tx, kByEpcOnly, Values(after, filter.epc, limit)));
    return FromRows(tx, rows);
  }
  const Sql& sql = !filter.epc.empty() ? kByEpc : !filter.event_id.empty() ? kById : kAll;
  ASSIGN_OR_RETURN(
      const auto rows,
      kEvents.Select(tx, sql,
                     Values(after, filter.epc, filter.event_id, filter.place, filter.biz_step,
                            filter.from_micros, filter.to_micros, limit)));
  return FromRows(tx, rows);
}

// A letter of a member's name may be written as an escape, and then begins so.
constexpr char kEscapedAscii[] = "%\\u00%";

absl::StatusOr<std::vector<StoredEvent>> ListWithMember(store::ReadTx& tx, absl::string_view member,
                                                        int64_t after, int64_t upto, int limit) {
  ASSIGN_OR_RETURN(
      const auto rows,
      kEvents.Select(tx,
                     Sql{"WHERE sequence > $1 AND sequence <= $2 AND (json LIKE $3 "
                         "OR json LIKE $4 ESCAPE '~') ORDER BY sequence LIMIT $5"},
                     Values(after, upto, absl::StrCat("%", member, "%"), kEscapedAscii, limit)));
  return FromRows(tx, rows);
}

absl::StatusOr<int64_t> LastSequence(store::ReadTx& tx) {
  ASSIGN_OR_RETURN(
      const auto row,
      tx.QueryOne(Sql{"SELECT last FROM capture_counter WHERE name = 'event'"}, Values()));
  if (!row) return absl::DataLossError("capture_counter has lost its row");
  return row->Int(0);
}

absl::StatusOr<std::string> NameOfEvent(store::ReadTx& tx, int64_t sequence) {
  ASSIGN_OR_RETURN(
      const auto row,
      tx.QueryOne(Sql{"SELECT hash, declaration FROM capture_event WHERE sequence = $1"},
                  Values(sequence)));
  return row ? EventName(row->Blob(0), row->Blob(1)) : std::string();
}

}  // namespace shian::trace::capture
