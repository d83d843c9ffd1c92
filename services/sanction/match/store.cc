#include "services/sanction/match/store.h"

#include <utility>

#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/store/fact_table.h"
#include "services/sanction/party/store.h"

namespace shian::sanction {
namespace {

using store::Bytes;
using store::FactTable;
using store::Row;
using store::Sql;
using store::Values;

const FactTable& DecisionTable() {
  static const auto* const kTable =
      new FactTable("match_decision", {"operator", "organisation", "subject", "decision"}, 3);
  return *kTable;
}

const FactTable& EventTable() {
  static const auto* const kTable = new FactTable(
      "match_decision_event",
      {"operator", "decision", "sequence", "act", "verdict", "recorded", "subject_material",
       "listed_material", "matcher", "clocks", "system", "person", "organisation", "card"},
      3);
  return *kTable;
}

Matter MatterOf(const MatchDecision& decision) {
  return {decision.op, "decisions/" + decision.id.value()};
}

std::vector<store::Value> KeyOf(const Pair& pair) {
  return Values(pair.op.value(), pair.organisation, Bytes{pair.subject_key});
}

DecisionEvent ToEvent(const Row& row) {
  DecisionEvent event;
  event.sequence = static_cast<int>(row.Int(2));
  event.act = static_cast<DecisionAct>(row.Int(3));
  event.verdict = static_cast<MatchVerdict>(row.Int(4));
  event.recorded = FromMicros(row.Int(5));
  event.sides = {row.Blob(6), row.Blob(7), row.Text(8)};
  const std::vector<StartedClock> clocks = DecodeClocks(row.Text(9));
  if (!clocks.empty()) event.period = clocks.front();
  event.system = row.Text(10);
  event.officer = {row.Text(11), row.Text(12), row.Text(13)};
  return event;
}

void AddText(const Written& written, MatchDecision* decision) {
  for (DecisionEvent& event : decision->events) {
    if (event.sequence != written.sequence) continue;
    if (written.part == "reason") event.reason = written.text;
    if (written.part == "user") event.user = written.text;
    if (written.part == "code") event.code = written.text;
    if (written.part == "name") event.name = written.text;
  }
}

absl::StatusOr<MatchDecision> Complete(store::ReadTx& tx, const Row& row) {
  MatchDecision decision;
  decision.op = OperatorId(row.Text(0));
  decision.organisation = row.Text(1);
  decision.subject_key = row.Blob(2);
  decision.id = DecisionId(row.Text(3));
  ASSIGN_OR_RETURN(
      const auto events,
      EventTable().Select(tx, Sql{"WHERE operator = $1 AND decision = $2 ORDER BY sequence"},
                          Values(decision.op.value(), decision.id.value())));
  for (const Row& event : events) decision.events.push_back(ToEvent(event));
  ASSIGN_OR_RETURN(const auto texts, TextsOf(tx, MatterOf(decision)));
  for (const Written& written : texts) AddText(written, &decision);
  return decision;
}

absl::StatusOr<std::vector<MatchDecision>> Complete(store::ReadTx& tx,
                                                    const std::vector<Row>& rows) {
  std::vector<MatchDecision> decisions;
  for (const Row& row : rows) {
    ASSIGN_OR_RETURN(MatchDecision decision, Complete(tx, row));
    decisions.push_back(std::move(decision));
  }
  return decisions;
}

absl::Status Erase(store::WriteTx& tx, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const OperatorId op(row.Text(0));
    const std::string& decision = row.Text(3);
    RETURN_IF_ERROR(
        tx.Execute(Sql{"DELETE FROM match_decision_event WHERE operator = $1 AND decision = $2"},
                   Values(op.value(), decision))
            .status());
    RETURN_IF_ERROR(EraseTexts(tx, {op, "decisions/" + decision}));
    RETURN_IF_ERROR(
        DecisionTable().Delete(tx, Values(op.value(), row.Text(1), Bytes{row.Blob(2)})));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status InsertDecision(store::WriteTx& tx, const MatchDecision& decision) {
  return DecisionTable().Insert(tx, Values(decision.op.value(), decision.organisation,
                                           Bytes{decision.subject_key}, decision.id.value()));
}

absl::Status AppendDecisionEvent(store::WriteTx& tx, const MatchDecision& decision,
                                 const DecisionEvent& event) {
  RETURN_IF_ERROR(EventTable().Insert(
      tx,
      Values(decision.op.value(), decision.id.value(), event.sequence, static_cast<int>(event.act),
             static_cast<int>(event.verdict), ToMicros(event.recorded), Bytes{event.sides.subject},
             Bytes{event.sides.listed}, event.sides.matcher, EncodeClocks({event.period}),
             event.system, event.officer.person, event.officer.organisation, event.officer.card)));
  const Matter matter = MatterOf(decision);
  RETURN_IF_ERROR(PutText(tx, matter, event.sequence, "reason", event.reason));
  RETURN_IF_ERROR(PutText(tx, matter, event.sequence, "user", event.user));
  RETURN_IF_ERROR(PutText(tx, matter, event.sequence, "code", event.code));
  return PutText(tx, matter, event.sequence, "name", event.name);
}

absl::StatusOr<std::optional<MatchDecision>> FindDecision(store::ReadTx& tx, const Pair& pair) {
  ASSIGN_OR_RETURN(const auto row, DecisionTable().Find(tx, KeyOf(pair)));
  if (!row) return std::nullopt;
  ASSIGN_OR_RETURN(MatchDecision decision, Complete(tx, *row));
  return decision;
}

absl::StatusOr<std::vector<MatchDecision>> FindDecisions(store::ReadTx& tx,
                                                         const std::vector<Pair>& pairs) {
  std::vector<std::vector<store::Value>> keys;
  keys.reserve(pairs.size());
  for (const Pair& pair : pairs) keys.push_back(KeyOf(pair));
  ASSIGN_OR_RETURN(const std::vector<Row> rows, DecisionTable().FindAll(tx, keys));
  return Complete(tx, rows);
}

absl::StatusOr<std::optional<MatchDecision>> FindDecision(store::ReadTx& tx, const OperatorId& op,
                                                          const DecisionId& id) {
  ASSIGN_OR_RETURN(const auto rows,
                   DecisionTable().Select(tx, Sql{"WHERE operator = $1 AND decision = $2"},
                                          Values(op.value(), id.value())));
  if (rows.empty()) return std::nullopt;
  ASSIGN_OR_RETURN(MatchDecision decision, Complete(tx, rows.front()));
  return decision;
}

absl::StatusOr<std::vector<MatchDecision>> ListDecisions(store::ReadTx& tx,
                                                         const DecisionQuery& query) {
  ASSIGN_OR_RETURN(const auto rows,
                   DecisionTable().Select(
                       tx,
                       Sql{"WHERE organisation = $1 AND decision > $2 AND ($3 = '' OR "
                           "operator = $3) ORDER BY decision LIMIT $4"},
                       Values(query.organisation, query.after, query.op.value(), query.limit)));
  return Complete(tx, rows);
}

absl::Status EraseDecisionsAbout(store::WriteTx& tx, const OperatorId& op) {
  ASSIGN_OR_RETURN(const auto listed,
                   DecisionTable().Select(tx, Sql{"WHERE operator = $1"}, Values(op.value())));
  RETURN_IF_ERROR(Erase(tx, listed));
  ASSIGN_OR_RETURN(const NamedParty known, PartyWithNames(tx, op));
  for (const Subject& subject : SubjectsFor(known.codes, known.names)) {
    ASSIGN_OR_RETURN(const auto rows,
                     DecisionTable().Select(tx, Sql{"WHERE subject = $1"},
                                            Values(Bytes{sanction::KeyOf(subject)})));
    RETURN_IF_ERROR(Erase(tx, rows));
  }
  return absl::OkStatus();
}

}  // namespace shian::sanction
