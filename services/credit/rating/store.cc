#include "services/credit/rating/store.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/base/check.h"
#include "libs/base/status_macros.h"
#include "libs/store/fact_table.h"

namespace shian::credit {
namespace {

using store::Bytes;
using store::FactTable;
using store::Row;
using store::Values;

const FactTable& Determinations() {
  static const FactTable table("determination",
                               {"operator",
                                "number",
                                "kind",
                                "grade",
                                "previous",
                                "base_grade",
                                "base_year",
                                "base_time",
                                "base_version",
                                "archive_version",
                                "time",
                                "applies_from",
                                "points",
                                "static_points",
                                "dynamic_points",
                                "points_grade",
                                "policy",
                                "policy_revision",
                                "evidence_digest",
                                "result_digest",
                                "cause",
                                "run",
                                "approvers"},
                               2);
  return table;
}

const FactTable& Runs() {
  static const FactTable table(
      "rating_run",
      {"run", "version", "region", "year", "state", "policy", "policy_revision", "position",
       "operators", "determined", "finish_by", "proposer", "approver"},
      1);
  return table;
}

const FactTable& Proposals() {
  static const FactTable table("rating_proposal",
                               {"run", "operator", "grade", "archive_version", "done"}, 2);
  return table;
}

Date DateOf(const std::string& text) {
  const absl::StatusOr<Date> date = ParseDate(text);
  SHIAN_CHECK(date.ok()) << "a stored date";
  return *date;
}

std::string ApproverText(const Approver& approver) {
  return absl::StrCat(approver.person, "\t", approver.organisation, "\t", approver.card);
}

Approver ApproverOf(absl::string_view text) {
  const std::vector<std::string> cells = absl::StrSplit(text, '\t');
  CHECK_EQ(cells.size(), 3u) << "cells of an officer";
  return {cells[0], cells[1], cells[2]};
}

std::string ApproversText(const std::vector<Approver>& approvers) {
  return absl::StrJoin(approvers, "\n", [](std::string* out, const Approver& approver) {
    absl::StrAppend(out, ApproverText(approver));
  });
}

std::vector<Approver> ApproversOf(const std::string& text) {
  std::vector<Approver> approvers;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!line.empty()) approvers.push_back(ApproverOf(line));
  }
  return approvers;
}

Grade GradeAt(const Row& row, int column) { return static_cast<Grade>(row.Int(column)); }

Determination DeterminationOf(const Row& row) {
  Determination d;
  d.id = OperatorId(row.Text(0));
  d.number = row.Int(1);
  d.kind = static_cast<DeterminationKind>(row.Int(2));
  d.grade = GradeAt(row, 3);
  d.previous = GradeAt(row, 4);
  d.base_grade = GradeAt(row, 5);
  d.base = {static_cast<int>(row.Int(6)), FromMicros(row.Int(7)), row.Int(8)};
  d.archive_version = row.Int(9);
  d.time = FromMicros(row.Int(10));
  d.applies_from = DateOf(row.Text(11));
  d.points_milli = row.Int(12);
  d.static_milli = row.Int(13);
  d.dynamic_milli = row.Int(14);
  d.points_grade = GradeAt(row, 15);
  d.policy = row.Text(16);
  d.policy_revision = row.Text(17);
  d.evidence_digest = row.Blob(18);
  d.result_digest = row.Blob(19);
  d.cause = row.Text(20);
  d.run = row.Text(21);
  d.approvers = ApproversOf(row.Text(22));
  return d;
}

Run RunOf(const Row& row) {
  Run run;
  run.id = row.Text(0);
  run.version = row.Int(1);
  run.region = row.Text(2);
  run.year = static_cast<int>(row.Int(3));
  run.state = static_cast<RunState>(row.Int(4));
  run.policy = row.Text(5);
  run.policy_revision = row.Text(6);
  run.position = row.Text(7);
  run.operators = row.Int(8);
  run.determined = row.Int(9);
  run.finish_by = DateOf(row.Text(10));
  run.proposer = ApproverOf(row.Text(11));
  if (!row.Text(12).empty()) run.approver = ApproverOf(row.Text(12));
  return run;
}

absl::StatusOr<int64_t> NextNumber(store::WriteTx& tx, const OperatorId& id) {
  ASSIGN_OR_RETURN(
      const std::optional<Row> row,
      tx.QueryOne({"SELECT COALESCE(MAX(number), 0) FROM determination WHERE operator = $1"},
                  Values(id.value())));
  return (row ? row->Int(0) : 0) + 1;
}

}  // namespace

absl::Status InsertDetermination(store::WriteTx& tx, Determination* d) {
  ASSIGN_OR_RETURN(d->number, NextNumber(tx, d->id));
  return Determinations().Insert(
      tx, Values(d->id.value(), d->number, static_cast<int64_t>(d->kind),
                 static_cast<int64_t>(d->grade), static_cast<int64_t>(d->previous),
                 static_cast<int64_t>(d->base_grade), d->base.year, ToMicros(d->base.time),
                 d->base.version, d->archive_version, ToMicros(d->time),
                 FormatDate(d->applies_from), d->points_milli, d->static_milli, d->dynamic_milli,
                 static_cast<int64_t>(d->points_grade), d->policy, d->policy_revision,
                 Bytes{d->evidence_digest}, Bytes{d->result_digest}, d->cause, d->run,
                 ApproversText(d->approvers)));
}

absl::StatusOr<std::optional<Determination>> FindDetermination(store::ReadTx& tx,
                                                               const OperatorId& id,
                                                               int64_t number) {
  ASSIGN_OR_RETURN(const std::optional<Row> row,
                   Determinations().Find(tx, Values(id.value(), number)));
  if (!row) return std::optional<Determination>();
  return std::optional<Determination>(DeterminationOf(*row));
}

absl::StatusOr<std::optional<Determination>> LastDetermination(store::ReadTx& tx,
                                                               const OperatorId& id,
                                                               absl::Time as_of,
                                                               absl::Time known_at) {
  ASSIGN_OR_RETURN(const std::vector<Row> rows,
                   Determinations().Select(tx,
                                           {"WHERE operator = $1 AND time <= $2 AND time <= $3 "
                                            "AND applies_from <= $4 ORDER BY number DESC LIMIT 1"},
                                           Values(id.value(), ToMicros(known_at), ToMicros(as_of),
                                                  FormatDate(ToDate(as_of)))));
  if (rows.empty()) return std::optional<Determination>();
  return std::optional<Determination>(DeterminationOf(rows[0]));
}

absl::StatusOr<std::vector<Determination>> ListDeterminations(store::ReadTx& tx,
                                                              const OperatorId& id,
                                                              absl::Time known_at, int64_t after,
                                                              int count) {
  ASSIGN_OR_RETURN(const std::vector<Row> rows,
                   Determinations().Select(tx,
                                           {"WHERE operator = $1 AND number > $2 AND time <= $3 "
                                            "ORDER BY number LIMIT $4"},
                                           Values(id.value(), after, ToMicros(known_at), count)));
  std::vector<Determination> determinations;
  determinations.reserve(rows.size());
  for (const Row& row : rows) determinations.push_back(DeterminationOf(row));
  return determinations;
}

absl::Status EraseDeterminations(store::WriteTx& tx, const OperatorId& id) {
  RETURN_IF_ERROR(
      tx.Execute({"DELETE FROM determination WHERE operator = $1"}, Values(id.value())).status());
  return tx.Execute({"DELETE FROM rating_proposal WHERE operator = $1"}, Values(id.value()))
      .status();
}

absl::StatusOr<std::optional<Run>> FindRun(store::ReadTx& tx, absl::string_view id) {
  ASSIGN_OR_RETURN(const std::optional<Row> row, Runs().Find(tx, Values(std::string(id))));
  if (!row) return std::optional<Run>();
  return std::optional<Run>(RunOf(*row));
}

absl::Status PutRun(store::WriteTx& tx, const Run& run) {
  return Runs().Put(
      tx, Values(run.id, run.version, run.region, run.year, static_cast<int64_t>(run.state),
                 run.policy, run.policy_revision, run.position, run.operators, run.determined,
                 FormatDate(run.finish_by), ApproverText(run.proposer),
                 run.approver ? ApproverText(*run.approver) : std::string()));
}

absl::Status PutProposal(store::WriteTx& tx, const Run& run, const Proposal& proposal, bool done) {
  return Proposals().Put(tx,
                         Values(run.id, proposal.id.value(), static_cast<int64_t>(proposal.grade),
                                proposal.archive_version, done));
}

absl::Status DeleteProposals(store::WriteTx& tx, const Run& run) {
  return tx.Execute({"DELETE FROM rating_proposal WHERE run = $1"}, Values(run.id)).status();
}

absl::StatusOr<std::vector<Proposal>> OpenProposals(store::ReadTx& tx, const Run& run, int count) {
  ASSIGN_OR_RETURN(
      const std::vector<Row> rows,
      Proposals().Select(tx,
                         {"WHERE run = $1 AND NOT done AND grade <> $2 "
                          "ORDER BY operator LIMIT $3"},
                         Values(run.id, static_cast<int64_t>(Grade::kUnrated), count)));
  std::vector<Proposal> proposals;
  proposals.reserve(rows.size());
  for (const Row& row : rows) {
    proposals.push_back({OperatorId(row.Text(1)), GradeAt(row, 2), row.Int(3)});
  }
  return proposals;
}

absl::StatusOr<std::map<Grade, int64_t>> CountProposals(store::ReadTx& tx, const Run& run) {
  std::map<Grade, int64_t> counts;
  RETURN_IF_ERROR(
      tx.ForEach({"SELECT grade, COUNT(*) FROM rating_proposal WHERE run = $1 GROUP BY grade"},
                 Values(run.id), [&](const Row& row) {
                   counts[GradeAt(row, 0)] = row.Int(1);
                   return absl::OkStatus();
                 }));
  return counts;
}

}  // namespace shian::credit
