#include "services/sanction/listing/store.h"

#include <utility>

#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/store/fact_table.h"
#include "libs/store/open_matters.h"
#include "services/sanction/party/store.h"

namespace shian::sanction {
namespace {

using store::FactTable;
using store::Row;
using store::Sql;
using store::Values;

const FactTable& EntryTable() {
  static const auto* const kTable =
      new FactTable("listing_entry",
                    {"operator", "entry", "case_id", "region", "organisation", "list", "ground",
                     "ground_title", "statute", "article", "rule_revision", "decision_number",
                     "until", "nomination", "edition", "joint_effect"},
                    2);
  return *kTable;
}

const FactTable& EventTable() {
  static const auto* const kTable =
      new FactTable("listing_event",
                    {"operator", "entry", "sequence", "act", "time", "recorded", "person",
                     "organisation", "card", "chain_revision", "clocks"},
                    3);
  return *kTable;
}

const FactTable& ChangeTable() {
  static const auto* const kTable =
      new FactTable("list_change", {"sequence", "operator", "recorded"}, 1);
  return *kTable;
}

Matter MatterOf(const Entry& entry) { return {entry.op, "entries/" + entry.id.value()}; }

absl::StatusOr<Entry> ToEntry(const Row& row) {
  Entry entry;
  entry.op = OperatorId(row.Text(0));
  entry.id = EntryId(row.Text(1));
  entry.case_id = CaseId(row.Text(2));
  entry.region = row.Text(3);
  entry.organisation = row.Text(4);
  entry.list = row.Text(5);
  entry.ground = row.Text(6);
  entry.ground_title = row.Text(7);
  entry.basis = {row.Text(8), row.Text(9)};
  entry.rule_revision = row.Text(10);
  entry.decision_number = row.Text(11);
  ASSIGN_OR_RETURN(entry.until, ParseDate(row.Text(12)));
  if (row.IsNull(13)) return entry;  // from before there were lists without a penalty
  entry.nomination = NominationId(row.Text(13));
  ASSIGN_OR_RETURN(entry.edition, DecodeEdition(row.Text(14)));
  entry.joint_effect = row.Bool(15);
  return entry;
}

EntryEvent ToEvent(const Row& row) {
  EntryEvent event;
  event.sequence = static_cast<int>(row.Int(2));
  event.act = static_cast<EntryAct>(row.Int(3));
  event.time = FromMicros(row.Int(4));
  event.recorded = FromMicros(row.Int(5));
  event.actor = {row.Text(6), row.Text(7), row.Text(8)};
  event.chain_revision = row.Text(9);
  event.clocks = DecodeClocks(row.Text(10));
  return event;
}

EntryEvent* EventAt(Entry* entry, int sequence) {
  for (EntryEvent& event : entry->events) {
    if (event.sequence == sequence) return &event;
  }
  return nullptr;
}

absl::StatusOr<Entry> Complete(store::ReadTx& tx, const Row& row) {
  ASSIGN_OR_RETURN(Entry entry, ToEntry(row));
  ASSIGN_OR_RETURN(
      const auto events,
      EventTable().Select(tx, Sql{"WHERE operator = $1 AND entry = $2 ORDER BY sequence"},
                          Values(entry.op.value(), entry.id.value())));
  for (const Row& event : events) entry.events.push_back(ToEvent(event));
  ASSIGN_OR_RETURN(const auto texts, TextsOf(tx, MatterOf(entry)));
  for (const Written& written : texts) {
    if (EntryEvent* event = EventAt(&entry, written.sequence)) event->text = written.text;
  }
  ASSIGN_OR_RETURN(const auto documents, DocumentsOf(tx, MatterOf(entry)));
  for (const Attached& attached : documents) {
    if (EntryEvent* event = EventAt(&entry, attached.sequence)) {
      event->documents.push_back(attached.document);
    }
  }
  return entry;
}

absl::StatusOr<std::vector<Entry>> Complete(store::ReadTx& tx, const std::vector<Row>& rows) {
  std::vector<Entry> entries;
  for (const Row& row : rows) {
    ASSIGN_OR_RETURN(Entry entry, Complete(tx, row));
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace

std::string EncodeEdition(std::optional<Date> edition) {
  return edition ? FormatDate(*edition) : "";
}

absl::StatusOr<std::optional<Date>> DecodeEdition(const std::string& text) {
  if (text.empty()) return std::nullopt;
  ASSIGN_OR_RETURN(const Date date, ParseDate(text));
  return date;
}

absl::Status InsertEntry(store::WriteTx& tx, const Entry& entry) {
  RETURN_IF_ERROR(EntryTable().Insert(
      tx, Values(entry.op.value(), entry.id.value(), entry.case_id.value(), entry.region,
                 entry.organisation, entry.list, entry.ground, entry.ground_title,
                 entry.basis.statute, entry.basis.article, entry.rule_revision,
                 entry.decision_number, FormatDate(entry.until), entry.nomination.value(),
                 EncodeEdition(entry.edition), entry.joint_effect)));
  for (const EntryEvent& event : entry.events) RETURN_IF_ERROR(AppendEntryEvent(tx, entry, event));
  return absl::OkStatus();
}

absl::Status AppendEntryEvent(store::WriteTx& tx, const Entry& entry, const EntryEvent& event) {
  RETURN_IF_ERROR(EventTable().Insert(
      tx, Values(entry.op.value(), entry.id.value(), event.sequence, static_cast<int>(event.act),
                 ToMicros(event.time), ToMicros(event.recorded), event.actor.person,
                 event.actor.organisation, event.actor.card, event.chain_revision,
                 EncodeClocks(event.clocks))));
  RETURN_IF_ERROR(PutText(tx, MatterOf(entry), event.sequence, "text", event.text));
  RETURN_IF_ERROR(PutDocuments(tx, MatterOf(entry), event.sequence, event.documents));
  RETURN_IF_ERROR(store::NoteOpen(tx, {entry.op.value(), MatterOf(entry).name, entry.region,
                                       entry.organisation, entry.events.front().actor.person}));
  return NoteListChange(tx, entry.op);
}

absl::StatusOr<std::optional<Entry>> FindEntry(store::ReadTx& tx, const OperatorId& op,
                                               const EntryId& id) {
  ASSIGN_OR_RETURN(const auto row, EntryTable().Find(tx, Values(op.value(), id.value())));
  if (!row) return std::nullopt;
  ASSIGN_OR_RETURN(Entry entry, Complete(tx, *row));
  return entry;
}

absl::StatusOr<std::vector<Entry>> EntriesOf(store::ReadTx& tx, const OperatorId& op) {
  ASSIGN_OR_RETURN(
      const auto rows,
      EntryTable().Select(tx, Sql{"WHERE operator = $1 ORDER BY entry"}, Values(op.value())));
  return Complete(tx, rows);
}

absl::StatusOr<std::vector<Entry>> BareEntriesOf(store::ReadTx& tx, const OperatorId& op) {
  ASSIGN_OR_RETURN(
      const auto rows,
      EntryTable().Select(tx, Sql{"WHERE operator = $1 ORDER BY entry"}, Values(op.value())));
  std::vector<Entry> entries;
  for (const Row& row : rows) {
    ASSIGN_OR_RETURN(Entry entry, ToEntry(row));
    entries.push_back(std::move(entry));
  }
  ASSIGN_OR_RETURN(const auto events,
                   EventTable().Select(tx, Sql{"WHERE operator = $1 ORDER BY entry, sequence"},
                                       Values(op.value())));
  // Both are in the order of entries.
  auto entry = entries.begin();
  for (const Row& event : events) {
    while (entry != entries.end() && entry->id.value() != event.Text(1)) ++entry;
    if (entry != entries.end()) entry->events.push_back(ToEvent(event));
  }
  return entries;
}

absl::StatusOr<std::vector<Entry>> ListEntries(store::ReadTx& tx, const PageQuery& query) {
  const Sql tail =
      query.op.empty()
          ? Sql{"WHERE region >= $1 AND region < $2 AND (entry > $3 OR (entry = $3 AND "
                "operator > $4)) ORDER BY entry, operator LIMIT $5"}
          : Sql{"WHERE operator = $6 AND region >= $1 AND region < $2 AND (entry > $3 OR "
                "(entry = $3 AND operator > $4)) ORDER BY entry, operator LIMIT $5"};
  std::vector<store::Value> args = PageArgs(query);
  if (!query.op.empty()) args.push_back(store::ToValue(query.op.value()));
  ASSIGN_OR_RETURN(const auto rows, EntryTable().Select(tx, tail, std::move(args)));
  return Complete(tx, rows);
}

absl::StatusOr<std::vector<Entry>> EntriesOfEdition(store::ReadTx& tx, const Edition& edition) {
  ASSIGN_OR_RETURN(
      const auto rows,
      EntryTable().Select(tx,
                          Sql{"WHERE organisation = $1 AND list = $2 AND edition = "
                              "$3 ORDER BY operator, entry"},
                          Values(edition.organisation, edition.list, FormatDate(edition.date))));
  return Complete(tx, rows);
}

absl::StatusOr<std::vector<Entry>> EntriesToExpire(store::ReadTx& tx, Date today, int limit) {
  // Published, and none of the acts that told an end.
  ASSIGN_OR_RETURN(
      const auto rows,
      EntryTable().Select(
          tx,
          Sql{"WHERE until < $1 AND EXISTS (SELECT 1 FROM listing_event e WHERE e.operator = "
              "listing_entry.operator AND e.entry = listing_entry.entry AND e.act = $3) AND NOT "
              "EXISTS (SELECT 1 FROM listing_event e WHERE e.operator = listing_entry.operator "
              "AND e.entry = listing_entry.entry AND e.act IN ($4, $5, $6, $7)) ORDER BY until "
              "LIMIT "
              "$2"},
          Values(FormatDate(today), limit, static_cast<int>(EntryAct::kPublished),
                 static_cast<int>(EntryAct::kRepairGranted), static_cast<int>(EntryAct::kExpired),
                 static_cast<int>(EntryAct::kAnnulled), static_cast<int>(EntryAct::kRemoved))));
  return Complete(tx, rows);
}

absl::StatusOr<int64_t> LastListChange(store::ReadTx& tx) {
  ASSIGN_OR_RETURN(const auto last, tx.QueryOne(Sql{"SELECT MAX(sequence) FROM list_change"}, {}));
  return last->IsNull(0) ? 0 : last->Int(0);
}

absl::Status NoteListChange(store::WriteTx& tx, const OperatorId& op) {
  ASSIGN_OR_RETURN(const int64_t last, LastListChange(tx));
  return ChangeTable().Insert(tx, Values(last + 1, op.value(), ToMicros(tx.now())));
}

absl::Status NotePartyChange(store::WriteTx& tx, const OperatorId& op) {
  ASSIGN_OR_RETURN(const std::vector<Entry> entries, EntriesOf(tx, op));
  return entries.empty() ? absl::OkStatus() : NoteListChange(tx, op);
}

absl::StatusOr<std::vector<ListChange>> ListChangesAfter(store::ReadTx& tx, int64_t after,
                                                         int limit) {
  ASSIGN_OR_RETURN(const auto rows,
                   ChangeTable().Select(tx, Sql{"WHERE sequence > $1 ORDER BY sequence LIMIT $2"},
                                        Values(after, limit)));
  std::vector<ListChange> changes;
  changes.reserve(rows.size());
  for (const Row& row : rows) {
    changes.push_back({row.Int(0), OperatorId(row.Text(1)), FromMicros(row.Int(2))});
  }
  return changes;
}

}  // namespace shian::sanction
