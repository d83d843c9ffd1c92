#include "services/trace/capture/store.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/store/many.h"
#include "services/trace/capture/document.h"
#include "services/trace/capture/store_tables.h"

namespace shian::trace::capture {
namespace {

using store::Bytes;
using store::Row;
using store::Sql;
using store::Values;

const store::KeyedQuery kByHash("SELECT hash, declaration FROM capture_event WHERE hash = $1", 1);
const store::KeyedQuery kByEventId(
    "SELECT DISTINCT event_id, hash FROM capture_event WHERE event_id = $1", 1);
const store::KeyedQuery kByEpcText("SELECT epc, number FROM capture_epc WHERE epc = $1", 1);
const store::IndexTable kEpcs("capture_epc", {"epc", "number", "kind"});
const store::IndexTable kLinks("capture_link", {"sequence", "position", "role", "epc", "quantity"});

// Takes `count` numbers; gives the first one.
absl::StatusOr<int64_t> TakeNumbers(store::WriteTx& tx, const char* name, int64_t count) {
  ASSIGN_OR_RETURN(const auto row,
                   tx.QueryOne(Sql{"UPDATE capture_counter SET last = last + $2 WHERE name = $1 "
                                   "RETURNING last"},
                               Values(name, count)));
  if (!row) return absl::DataLossError("capture_counter has lost its row");
  return row->Int(0) - count + 1;
}

// What is stored that has to do with the events of one batch.
struct Stored {
  absl::flat_hash_set<std::string> events;                                          // their hashes
  absl::flat_hash_map<std::string, absl::flat_hash_set<std::string>> declarations;  // of a hash
  absl::flat_hash_map<std::string, absl::flat_hash_set<std::string>> hashes;  // of an event id

  Known KnownOf(const Event& event) const;
};

Known Stored::KnownOf(const Event& event) const {
  Known known;
  known.event = events.contains(event.hash);
  const auto declared = declarations.find(event.hash);
  known.declaration = event.declaration && declared != declarations.end() &&
                      declared->second.contains(event.declaration->digest);
  const auto bearing = hashes.find(event.event_id);
  known.event_id_of_another =
      bearing != hashes.end() &&
      bearing->second.size() > (bearing->second.contains(event.hash) ? 1 : 0);
  return known;
}

absl::StatusOr<Stored> FindStored(store::ReadTx& tx, const std::vector<ParsedEvent>& batch) {
  std::vector<std::vector<store::Value>> hashes, ids;
  absl::flat_hash_set<absl::string_view> asked, asked_ids;
  for (const ParsedEvent& parsed : batch) {
    const Event& event = parsed.event;
    if (!parsed.findings.empty()) continue;
    if (asked.insert(event.hash).second) hashes.push_back(Values(Bytes{event.hash}));
    const bool has_id = !event.event_id.empty();
    if (has_id && asked_ids.insert(event.event_id).second) ids.push_back(Values(event.event_id));
  }
  Stored stored;
  RETURN_IF_ERROR(kByHash.ForEach(tx, std::move(hashes), [&](Row&& row) {
    const std::string& declaration = row.Blob(1);
    if (declaration.empty()) {
      stored.events.insert(row.Blob(0));
    } else {
      stored.declarations[row.Blob(0)].insert(declaration);
    }
    return absl::OkStatus();
  }));
  RETURN_IF_ERROR(kByEventId.ForEach(tx, std::move(ids), [&](Row&& row) {
    stored.hashes[row.Text(0)].insert(row.Blob(1));
    return absl::OkStatus();
  }));
  return stored;
}

// Millionths of the unit; -1 when not stated or beyond 9.2 billion units.
int64_t QuantityMicros(const std::string& quantity) {
  double value = 0;
  if (quantity.empty() || !absl::SimpleAtod(quantity, &value)) return -1;
  const double micros = std::round(value * 1e6);
  return micros < static_cast<double>(std::numeric_limits<int64_t>::max()) ? std::llround(micros)
                                                                           : -1;
}

// The events that a batch stores, in their order, each with its place in the order of capture.
using Placed = std::vector<std::pair<const Event*, int64_t>>;

// The numbers of their identifiers. New ones are numbered in the order in which they come.
absl::StatusOr<absl::flat_hash_map<absl::string_view, int64_t>> NumberLinks(store::WriteTx& tx,
                                                                            const Placed& placed) {
  absl::flat_hash_map<absl::string_view, int64_t> numbers;
  std::vector<const Link*> links;  // one of each identifier
  std::vector<std::vector<store::Value>> asked;
  for (const auto& [event, sequence] : placed) {
    if (event->declaration) continue;
    for (const Link& link : event->links) {
      if (!numbers.emplace(link.epc, 0).second) continue;
      links.push_back(&link);
      asked.push_back(Values(link.epc));
    }
  }
  RETURN_IF_ERROR(kByEpcText.ForEach(tx, std::move(asked), [&](Row&& row) {
    numbers.at(row.Text(0)) = row.Int(1);
    return absl::OkStatus();
  }));
  std::erase_if(links, [&](const Link* link) { return numbers.at(link->epc) != 0; });
  if (links.empty()) return numbers;
  ASSIGN_OR_RETURN(int64_t next, TakeNumbers(tx, "epc", static_cast<int64_t>(links.size())));
  std::vector<std::vector<store::Value>> rows;
  for (const Link* link : links) {
    numbers.at(link->epc) = next;
    rows.push_back(Values(link->epc, next++, static_cast<int>(link->kind)));
  }
  RETURN_IF_ERROR(kEpcs.AddAll(tx, std::move(rows)));
  return numbers;
}

absl::Status InsertLinks(store::WriteTx& tx, const Placed& placed) {
  ASSIGN_OR_RETURN(const auto numbers, NumberLinks(tx, placed));
  std::vector<std::vector<store::Value>> rows;
  for (const auto& [event, sequence] : placed) {
    if (event->declaration) continue;
    int position = 0;
    for (const Link& link : event->links) {
      const int64_t quantity = QuantityMicros(link.quantity);
      rows.push_back(
          Values(sequence, position++, static_cast<int>(link.role), numbers.at(link.epc)));
      rows.back().push_back(quantity >= 0 ? store::Value(quantity) : store::Value());
    }
  }
  return kLinks.AddAll(tx, std::move(rows));
}

absl::Status InsertEvents(store::WriteTx& tx, const Placed& placed, const Origin& origin) {
  absl::flat_hash_map<absl::string_view, std::string> contexts;  // by text, the hash
  std::vector<std::vector<store::Value>> rows;
  for (const auto& [event, sequence] : placed) {
    std::string& context = contexts[event->context_json];
    if (context.empty()) {
      context = Sha256(event->context_json);
      RETURN_IF_ERROR(kContexts.Put(tx, Values(Bytes{context}, event->context_json)));
    }
    const std::string declaration = event->declaration ? event->declaration->digest : "";
    rows.push_back(Values(Bytes{event->hash}, Bytes{declaration}, sequence, ToMicros(tx.now()),
                          event->event_id, static_cast<int>(event->type),
                          static_cast<int>(event->action), ToMicros(event->time), event->biz_step,
                          event->read_point, event->biz_location, PlaceOf(event->sources),
                          PlaceOf(event->destinations), event->transformation_id, event->json,
                          Bytes{context}, origin.system, origin.source_id, origin.authority,
                          origin.document_sha256, origin.attested));
  }
  return kEvents.AddAll(tx, std::move(rows));
}

absl::StatusOr<std::optional<int64_t>> FirstSequence(store::ReadTx& tx, const Sql& sql,
                                                     const std::string& hash) {
  ASSIGN_OR_RETURN(const auto row, tx.QueryOne(sql, Values(Bytes{hash})));
  return row ? std::optional<int64_t>(row->Int(0)) : std::nullopt;
}

// A declaration masks its event from its own place on; an event that comes after its declaration is
// masked from the start.
absl::Status MaskIfDeclared(store::WriteTx& tx, const Event& event) {
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
  return known ? absl::OkStatus()
               : kMasks.Insert(tx, Values(*original, std::max(*original, *declared)));
}

// Stores what was judged to be, and gives each its place in the order of capture.
absl::Status StoreBatch(store::WriteTx& tx, const std::vector<ParsedEvent>& events,
                        const Origin& origin, Stored* stored, std::vector<Outcome>* outcomes) {
  Placed placed;
  for (size_t i = 0; i < events.size(); ++i) {
    if (IsStored((*outcomes)[i].verdict)) placed.emplace_back(&events[i].event, 0);
  }
  if (placed.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(int64_t next, TakeNumbers(tx, "event", static_cast<int64_t>(placed.size())));
  for (auto& [event, sequence] : placed) sequence = next++;
  size_t at = 0;
  for (Outcome& outcome : *outcomes) {
    if (IsStored(outcome.verdict)) outcome.sequence = placed[at++].second;
  }
  RETURN_IF_ERROR(InsertEvents(tx, placed, origin));
  RETURN_IF_ERROR(InsertLinks(tx, placed));
  for (const auto& [event, sequence] : placed) {
    if (event->declaration) stored->declarations[event->hash].insert(event->declaration->digest);
  }
  for (const auto& [event, sequence] : placed) {
    if (stored->declarations.contains(event->hash)) {
      RETURN_IF_ERROR(MaskIfDeclared(tx, *event));
    }
  }
  return absl::OkStatus();
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
  ASSIGN_OR_RETURN(Stored stored, FindStored(tx, events));
  BatchJudge judge;
  std::vector<Judgement> judgements;
  judgements.reserve(events.size());
  for (const ParsedEvent& parsed : events) {
    judgements.push_back(
        judge.Judge(parsed, parsed.findings.empty() ? stored.KnownOf(parsed.event) : Known()));
  }
  ApplyOnError(on_error, &judgements);
  std::vector<Outcome> outcomes;
  outcomes.reserve(judgements.size());
  for (const Judgement& judgement : judgements) outcomes.push_back({judgement.verdict, 0});
  RETURN_IF_ERROR(StoreBatch(tx, events, origin, &stored, &outcomes));
  for (size_t i = 0; i < events.size(); ++i) {
    if (outcomes[i].verdict != Verdict::kAlreadyCaptured) continue;
    const Event& event = events[i].event;
    const std::string declaration = event.declaration ? event.declaration->digest : "";
    ASSIGN_OR_RETURN(const auto row,
                     kEvents.Find(tx, Values(Bytes{event.hash}, Bytes{declaration})));
    if (row) outcomes[i].sequence = row->Int(kSequence);
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
