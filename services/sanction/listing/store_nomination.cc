#include "services/sanction/listing/store_nomination.h"

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

const FactTable& NominationTable() {
  static const auto* const kTable =
      new FactTable("nomination",
                    {"operator", "nomination", "region", "organisation", "list", "ground",
                     "ground_title", "statute", "article", "rule_revision", "edition"},
                    2);
  return *kTable;
}

const FactTable& EventTable() {
  static const auto* const kTable =
      new FactTable("nomination_event",
                    {"operator", "nomination", "sequence", "act", "time", "recorded", "person",
                     "organisation", "card", "chain_revision", "clocks"},
                    3);
  return *kTable;
}

const FactTable& EditionTable() {
  static const auto* const kTable = new FactTable(
      "list_edition", {"organisation", "list", "edition", "region", "published", "person"}, 3);
  return *kTable;
}

Matter MatterOf(const Nomination& nomination) {
  return {nomination.op, "nominations/" + nomination.id.value()};
}

absl::StatusOr<Nomination> ToNomination(const Row& row) {
  Nomination nomination;
  nomination.op = OperatorId(row.Text(0));
  nomination.id = NominationId(row.Text(1));
  nomination.region = row.Text(2);
  nomination.organisation = row.Text(3);
  nomination.list = row.Text(4);
  nomination.ground = row.Text(5);
  nomination.ground_title = row.Text(6);
  nomination.basis = {row.Text(7), row.Text(8)};
  nomination.rule_revision = row.Text(9);
  ASSIGN_OR_RETURN(nomination.edition, DecodeEdition(row.Text(10)));
  return nomination;
}

NominationEvent ToEvent(const Row& row) {
  NominationEvent event;
  event.sequence = static_cast<int>(row.Int(2));
  event.act = static_cast<NominationAct>(row.Int(3));
  event.time = FromMicros(row.Int(4));
  event.recorded = FromMicros(row.Int(5));
  event.actor = {row.Text(6), row.Text(7), row.Text(8)};
  event.chain_revision = row.Text(9);
  event.clocks = DecodeClocks(row.Text(10));
  return event;
}

NominationEvent* EventAt(Nomination* nomination, int sequence) {
  for (NominationEvent& event : nomination->events) {
    if (event.sequence == sequence) return &event;
  }
  return nullptr;
}

absl::Status AddEntry(store::ReadTx& tx, Nomination* nomination) {
  if (!nomination->Has(NominationAct::kGranted)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<Entry> entries, BareEntriesOf(tx, nomination->op));
  for (const Entry& entry : entries) {
    if (entry.nomination == nomination->id) nomination->entry = entry.id;
  }
  return absl::OkStatus();
}

absl::StatusOr<Nomination> Complete(store::ReadTx& tx, const Row& row) {
  ASSIGN_OR_RETURN(Nomination nomination, ToNomination(row));
  ASSIGN_OR_RETURN(
      const auto events,
      EventTable().Select(tx, Sql{"WHERE operator = $1 AND nomination = $2 ORDER BY sequence"},
                          Values(nomination.op.value(), nomination.id.value())));
  for (const Row& event : events) nomination.events.push_back(ToEvent(event));
  ASSIGN_OR_RETURN(const auto texts, TextsOf(tx, MatterOf(nomination)));
  for (const Written& written : texts) {
    NominationEvent* event = EventAt(&nomination, written.sequence);
    if (event != nullptr) event->text = written.text;
  }
  ASSIGN_OR_RETURN(const auto documents, DocumentsOf(tx, MatterOf(nomination)));
  for (const Attached& attached : documents) {
    NominationEvent* event = EventAt(&nomination, attached.sequence);
    if (event != nullptr) event->documents.push_back(attached.document);
  }
  RETURN_IF_ERROR(AddEntry(tx, &nomination));
  return nomination;
}

absl::StatusOr<std::vector<Nomination>> Complete(store::ReadTx& tx, const std::vector<Row>& rows) {
  std::vector<Nomination> nominations;
  for (const Row& row : rows) {
    ASSIGN_OR_RETURN(Nomination nomination, Complete(tx, row));
    nominations.push_back(std::move(nomination));
  }
  return nominations;
}

}  // namespace

absl::Status InsertNomination(store::WriteTx& tx, const Nomination& nomination) {
  RETURN_IF_ERROR(NominationTable().Insert(
      tx, Values(nomination.op.value(), nomination.id.value(), nomination.region,
                 nomination.organisation, nomination.list, nomination.ground,
                 nomination.ground_title, nomination.basis.statute, nomination.basis.article,
                 nomination.rule_revision, EncodeEdition(nomination.edition))));
  for (const NominationEvent& event : nomination.events) {
    RETURN_IF_ERROR(AppendNominationEvent(tx, nomination, event));
  }
  return absl::OkStatus();
}

absl::Status AppendNominationEvent(store::WriteTx& tx, const Nomination& nomination,
                                   const NominationEvent& event) {
  RETURN_IF_ERROR(EventTable().Insert(
      tx, Values(nomination.op.value(), nomination.id.value(), event.sequence,
                 static_cast<int>(event.act), ToMicros(event.time), ToMicros(event.recorded),
                 event.actor.person, event.actor.organisation, event.actor.card,
                 event.chain_revision, EncodeClocks(event.clocks))));
  RETURN_IF_ERROR(PutText(tx, MatterOf(nomination), event.sequence, "text", event.text));
  RETURN_IF_ERROR(PutDocuments(tx, MatterOf(nomination), event.sequence, event.documents));
  return store::NoteOpen(tx, {nomination.op.value(), MatterOf(nomination).name, nomination.region,
                              nomination.organisation, nomination.events.front().actor.person});
}

absl::StatusOr<std::optional<Nomination>> FindNomination(store::ReadTx& tx, const OperatorId& op,
                                                         const NominationId& id) {
  ASSIGN_OR_RETURN(const auto row, NominationTable().Find(tx, Values(op.value(), id.value())));
  if (!row) return std::nullopt;
  ASSIGN_OR_RETURN(Nomination nomination, Complete(tx, *row));
  return nomination;
}

absl::StatusOr<std::vector<Nomination>> ListNominations(store::ReadTx& tx, const PageQuery& query) {
  const Sql tail =
      query.op.empty()
          ? Sql{"WHERE region >= $1 AND region < $2 AND (nomination > $3 OR (nomination = $3 AND "
                "operator > $4)) ORDER BY nomination, operator LIMIT $5"}
          : Sql{"WHERE operator = $6 AND region >= $1 AND region < $2 AND (nomination > $3 OR "
                "(nomination = $3 AND operator > $4)) ORDER BY nomination, operator LIMIT $5"};
  std::vector<store::Value> args = PageArgs(query);
  if (!query.op.empty()) args.push_back(store::ToValue(query.op.value()));
  ASSIGN_OR_RETURN(const auto rows, NominationTable().Select(tx, tail, std::move(args)));
  return Complete(tx, rows);
}

absl::StatusOr<std::vector<Nomination>> NominationsOfEdition(store::ReadTx& tx,
                                                             const Edition& edition) {
  ASSIGN_OR_RETURN(const auto rows,
                   NominationTable().Select(
                       tx,
                       Sql{"WHERE organisation = $1 AND list = $2 AND edition = $3 ORDER "
                           "BY operator, nomination"},
                       Values(edition.organisation, edition.list, FormatDate(edition.date))));
  return Complete(tx, rows);
}

absl::Status InsertEdition(store::WriteTx& tx, const Edition& edition, const std::string& region,
                           const std::string& person) {
  return EditionTable().Insert(
      tx, Values(edition.organisation, edition.list, FormatDate(edition.date), region,
                 ToMicros(tx.now()), person));
}

absl::StatusOr<bool> IsOut(store::ReadTx& tx, const Edition& edition) {
  ASSIGN_OR_RETURN(const auto row,
                   EditionTable().Find(
                       tx, Values(edition.organisation, edition.list, FormatDate(edition.date))));
  return row.has_value();
}

}  // namespace shian::sanction
