#include "services/sanction/measure/store.h"

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

const FactTable& MeasureTable() {
  static const auto* const kTable = new FactTable("measure",
                                                  {"operator",
                                                   "measure",
                                                   "entry",
                                                   "region",
                                                   "item",
                                                   "title",
                                                   "system",
                                                   "department_title",
                                                   "statute",
                                                   "article",
                                                   "catalogue_revision",
                                                   "clocks",
                                                   "organisation",
                                                   "starts",
                                                   "ends",
                                                   "period_months",
                                                   "effect",
                                                   "visits_percent",
                                                   "lift_clock",
                                                   "objection_clock",
                                                   "objection_chain"},
                                                  2);
  return *kTable;
}

const FactTable& EventTable() {
  static const auto* const kTable =
      new FactTable("measure_event",
                    {"operator", "measure", "sequence", "act", "time", "recorded", "system",
                     "outcome", "person", "organisation", "card", "clocks"},
                    3);
  return *kTable;
}

Matter MatterOf(const Measure& measure) { return {measure.op, "measures/" + measure.id.value()}; }

Measure ToMeasure(const Row& row) {
  Measure measure;
  measure.op = OperatorId(row.Text(0));
  measure.id = MeasureId(row.Text(1));
  measure.entry = EntryId(row.Text(2));
  measure.region = row.Text(3);
  measure.item = row.Text(4);
  measure.title = row.Text(5);
  measure.system = row.Text(6);
  measure.department_title = row.Text(7);
  measure.basis = {row.Text(8), row.Text(9)};
  measure.catalogue_revision = row.Text(10);
  measure.started = DecodeClocks(row.Text(11));
  measure.organisation = row.Text(12);
  MeasureTerms& terms = measure.terms;
  terms.start = static_cast<StartRule>(row.Int(13));
  terms.end = static_cast<EndRule>(row.Int(14));
  terms.period_months = static_cast<int>(row.Int(15));
  terms.effect = static_cast<int>(row.Int(16));
  terms.visits_percent = static_cast<int>(row.Int(17));
  terms.lift_clock = row.Text(18);
  terms.objection_clock = row.Text(19);
  terms.objection_chain = row.Text(20);
  return measure;
}

MeasureEvent ToEvent(const Row& row) {
  MeasureEvent event;
  event.sequence = static_cast<int>(row.Int(2));
  event.act = static_cast<MeasureAct>(row.Int(3));
  event.time = FromMicros(row.Int(4));
  event.recorded = FromMicros(row.Int(5));
  event.system = row.Text(6);
  event.outcome = static_cast<Outcome>(row.Int(7));
  event.actor = {row.Text(8), row.Text(9), row.Text(10)};
  event.clocks = DecodeClocks(row.Text(11));
  return event;
}

MeasureEvent* EventAt(Measure* measure, int sequence) {
  for (MeasureEvent& event : measure->events) {
    if (event.sequence == sequence) return &event;
  }
  return nullptr;
}

absl::Status FillEvents(store::ReadTx& tx, Measure* measure) {
  ASSIGN_OR_RETURN(
      const auto events,
      EventTable().Select(tx, Sql{"WHERE operator = $1 AND measure = $2 ORDER BY sequence"},
                          Values(measure->op.value(), measure->id.value())));
  for (const Row& event : events) measure->events.push_back(ToEvent(event));
  return absl::OkStatus();
}

absl::StatusOr<Measure> Complete(store::ReadTx& tx, const Row& row) {
  Measure measure = ToMeasure(row);
  RETURN_IF_ERROR(FillEvents(tx, &measure));
  ASSIGN_OR_RETURN(const auto texts, TextsOf(tx, MatterOf(measure)));
  for (const Written& written : texts) {
    if (MeasureEvent* event = EventAt(&measure, written.sequence)) event->note = written.text;
  }
  ASSIGN_OR_RETURN(const auto documents, DocumentsOf(tx, MatterOf(measure)));
  for (const Attached& attached : documents) {
    if (MeasureEvent* event = EventAt(&measure, attached.sequence)) {
      event->documents.push_back(attached.document);
    }
  }
  return measure;
}

// Who is to act: the department's system; the bureau while it owes an answer to an objection.
store::OpenMatter OpenOf(const Measure& measure) {
  const bool objected =
      PendingObjection(measure) != nullptr && measure.Last(MeasureAct::kLifted) == nullptr;
  return {measure.op.value(), MatterOf(measure).name, measure.region,
          objected ? measure.organisation : measure.system, ""};
}

}  // namespace

absl::Status InsertMeasure(store::WriteTx& tx, const Measure& measure) {
  const MeasureTerms& terms = measure.terms;
  RETURN_IF_ERROR(MeasureTable().Insert(
      tx,
      Values(measure.op.value(), measure.id.value(), measure.entry.value(), measure.region,
             measure.item, measure.title, measure.system, measure.department_title,
             measure.basis.statute, measure.basis.article, measure.catalogue_revision,
             EncodeClocks(measure.started), measure.organisation, static_cast<int>(terms.start),
             static_cast<int>(terms.end), terms.period_months, terms.effect, terms.visits_percent,
             terms.lift_clock, terms.objection_clock, terms.objection_chain)));
  for (const MeasureEvent& event : measure.events) {
    RETURN_IF_ERROR(AppendMeasureEvent(tx, measure, event));
  }
  return absl::OkStatus();
}

absl::Status AppendMeasureEvent(store::WriteTx& tx, const Measure& measure,
                                const MeasureEvent& event) {
  RETURN_IF_ERROR(EventTable().Insert(
      tx, Values(measure.op.value(), measure.id.value(), event.sequence,
                 static_cast<int>(event.act), ToMicros(event.time), ToMicros(event.recorded),
                 event.system, static_cast<int>(event.outcome), event.actor.person,
                 event.actor.organisation, event.actor.card, EncodeClocks(event.clocks))));
  RETURN_IF_ERROR(PutText(tx, MatterOf(measure), event.sequence, "text", event.note));
  RETURN_IF_ERROR(PutDocuments(tx, MatterOf(measure), event.sequence, event.documents));
  return store::NoteOpen(tx, OpenOf(measure));
}

absl::Status WatchEnd(store::WriteTx& tx, const Measure& measure, absl::Time next) {
  return tx
      .Execute(Sql{"INSERT INTO measure_running (operator, measure, until) VALUES ($1, $2, $3) "
                   "ON CONFLICT (operator, measure) DO UPDATE SET until = excluded.until"},
               Values(measure.op.value(), measure.id.value(), ToMicros(next)))
      .status();
}

absl::Status WatchNoMore(store::WriteTx& tx, const Measure& measure) {
  return tx
      .Execute(Sql{"DELETE FROM measure_running WHERE operator = $1 AND measure = $2"},
               Values(measure.op.value(), measure.id.value()))
      .status();
}

absl::StatusOr<std::vector<MeasureKey>> MeasuresToEnd(store::ReadTx& tx, absl::Time now,
                                                      int limit) {
  ASSIGN_OR_RETURN(const auto rows,
                   tx.Query(Sql{"SELECT operator, measure FROM measure_running WHERE until <= $1 "
                                "ORDER BY until, operator, measure LIMIT $2"},
                            Values(ToMicros(now), limit)));
  std::vector<MeasureKey> keys;
  for (const Row& row : rows) keys.push_back({OperatorId(row.Text(0)), MeasureId(row.Text(1))});
  return keys;
}

absl::StatusOr<std::vector<Measure>> MeasuresOrderedBefore(store::ReadTx& tx,
                                                           const MeasureSpan& span) {
  const RegionRange range = RangeOf(span.region);
  ASSIGN_OR_RETURN(
      const auto rows,
      MeasureTable().Select(
          tx,
          Sql{"WHERE region >= $1 AND region < $2 AND ($3 = '' OR system = $3) "
              "AND measure < $4 AND (EXISTS (SELECT 1 FROM measure_event e WHERE "
              "e.operator = measure.operator AND e.measure = measure.measure AND "
              "e.recorded >= $6) OR EXISTS (SELECT 1 FROM measure_running r WHERE "
              "r.operator = measure.operator AND r.measure = measure.measure) OR "
              "(lift_clock <> '' AND EXISTS (SELECT 1 FROM measure_event l WHERE "
              "l.operator = measure.operator AND l.measure = measure.measure AND "
              "l.act = $7) AND NOT EXISTS (SELECT 1 FROM measure_event c WHERE "
              "c.operator = measure.operator AND c.measure = measure.measure AND "
              "c.outcome = $8))) ORDER BY measure, operator LIMIT $5"},
          Values(range.from, range.to, span.system, span.before, span.limit, ToMicros(span.from),
                 static_cast<int>(MeasureAct::kLifted), static_cast<int>(Outcome::kLifted))));
  std::vector<Measure> measures;
  for (const Row& row : rows) {
    measures.push_back(ToMeasure(row));
    RETURN_IF_ERROR(FillEvents(tx, &measures.back()));
  }
  return measures;
}

absl::StatusOr<std::optional<Measure>> FindMeasure(store::ReadTx& tx, const OperatorId& op,
                                                   const MeasureId& id) {
  ASSIGN_OR_RETURN(const auto row, MeasureTable().Find(tx, Values(op.value(), id.value())));
  if (!row) return std::nullopt;
  ASSIGN_OR_RETURN(Measure measure, Complete(tx, *row));
  return measure;
}

absl::StatusOr<std::vector<Measure>> ListMeasures(store::ReadTx& tx, const MeasureQuery& query) {
  const Sql tail =
      query.page.op.empty()
          ? Sql{"WHERE region >= $1 AND region < $2 AND (measure > $3 OR (measure = $3 AND "
                "operator > $4)) AND ($6 = '' OR system = $6) AND ($7 = '' OR entry = $7) "
                "ORDER BY measure, operator LIMIT $5"}
          : Sql{"WHERE operator = $8 AND region >= $1 AND region < $2 AND (measure > $3 OR "
                "(measure = $3 AND operator > $4)) AND ($6 = '' OR system = $6) AND "
                "($7 = '' OR entry = $7) ORDER BY measure, operator LIMIT $5"};
  std::vector<store::Value> args = PageArgs(query.page);
  args.push_back(store::ToValue(query.system));
  args.push_back(store::ToValue(query.entry.value()));
  if (!query.page.op.empty()) args.push_back(store::ToValue(query.page.op.value()));
  ASSIGN_OR_RETURN(const auto rows, MeasureTable().Select(tx, tail, std::move(args)));
  std::vector<Measure> measures;
  for (const Row& row : rows) {
    ASSIGN_OR_RETURN(Measure measure, Complete(tx, row));
    measures.push_back(std::move(measure));
  }
  return measures;
}

}  // namespace shian::sanction
