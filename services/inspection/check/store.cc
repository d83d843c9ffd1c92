#include "services/inspection/check/store.h"

#include <utility>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/base/status_macros.h"
#include "libs/store/fact_table.h"
#include "services/inspection/frame/archive.h"
#include "services/inspection/frame/frame.h"

namespace shian::inspection::check {
namespace {

using store::Bytes;
using store::FactTable;
using store::Row;
using store::Sql;
using store::Values;

const FactTable& Visits() {
  static const auto& table = *new FactTable(
      "visit",
      {"operator", "number", "region", "day", "kind", "result", "version", "recorded", "origin",
       "source_id", "authority", "document_sha256", "body", "trace_alerts"},
      2);
  return table;
}

const FactTable& Staff() {
  static const auto& table =
      *new FactTable("visit_inspector", {"operator", "number", "inspectors"}, 2);
  return table;
}

const FactTable& Sources() {
  static const auto& table =
      *new FactTable("visit_source", {"origin", "source_id", "operator", "number", "content"}, 2);
  return table;
}

const FactTable& Frequencies() {
  static const auto& table =
      *new FactTable("visit_frequency",
                     {"operator", "since", "recorded", "grade", "visits_min", "visits_max",
                      "per_months", "policy_revision", "cause"},
                     2);
  return table;
}

const FactTable& Flags() {
  static const auto& table = *new FactTable(
      "visit_flag",
      {"operator", "measure", "item", "percent", "since", "until", "recorded", "cause"}, 2);
  return table;
}

VisitFlag ToFlag(const Row& row) {
  VisitFlag flag;
  flag.operator_id = row.Text(0);
  flag.measure = row.Text(1);
  flag.item = row.Text(2);
  flag.percent = static_cast<int>(row.Int(3));
  flag.since = FromMicros(row.Int(4));
  if (!row.IsNull(5)) flag.until = FromMicros(row.Int(5));
  flag.cause = row.Text(7);
  return flag;
}

absl::StatusOr<Visit> ToVisit(const Row& row) {
  Visit visit;
  visit.operator_id = row.Text(0);
  visit.number = row.Int(1);
  visit.region = row.Text(2);
  ASSIGN_OR_RETURN(visit.date, ParseDate(row.Text(3)));
  visit.kind = static_cast<Kind>(row.Int(4));
  visit.result = static_cast<Result>(row.Int(5));
  visit.version = row.Int(6);
  visit.recorded = FromMicros(row.Int(7));
  visit.origin = row.Text(8);
  visit.source_id = row.Text(9);
  visit.authority = row.Text(10);
  visit.document_sha256 = row.Text(11);
  visit.attested = !visit.document_sha256.empty();
  ASSIGN_OR_RETURN(visit.findings, DecodePart<Findings>(row.Blob(12), "a visit"));
  if (!row.IsNull(13)) visit.alerts = absl::StrSplit(row.Text(13), ',');
  return visit;
}

}  // namespace

absl::StatusOr<int64_t> NextNumber(store::ReadTx& tx, const std::string& operator_id) {
  static constexpr Sql kSql{"SELECT COALESCE(MAX(number), 0) FROM visit WHERE operator = $1"};
  ASSIGN_OR_RETURN(const auto row, tx.QueryOne(kSql, Values(operator_id)));
  return row->Int(0) + 1;
}

absl::Status PutVisit(store::WriteTx& tx, Visit& visit) {
  if (++visit.version == 1) visit.recorded = tx.now();
  std::optional<std::string> alerts;
  if (!visit.alerts.empty()) alerts = absl::StrJoin(visit.alerts, ",");
  RETURN_IF_ERROR(Visits().Put(
      tx,
      Values(visit.operator_id, visit.number, visit.region, FormatDate(visit.date),
             static_cast<int64_t>(visit.kind), static_cast<int64_t>(visit.result), visit.version,
             ToMicros(visit.recorded), visit.origin, visit.source_id, visit.authority,
             visit.document_sha256, Bytes{EncodePart(visit.findings)}, alerts)));
  if (visit.inspectors.empty()) return absl::OkStatus();
  return Staff().Put(tx,
                     Values(visit.operator_id, visit.number, absl::StrJoin(visit.inspectors, ",")));
}

absl::StatusOr<std::optional<Visit>> FindVisit(store::ReadTx& tx, const std::string& operator_id,
                                               int64_t number, bool with_inspectors) {
  ASSIGN_OR_RETURN(const auto row, Visits().Find(tx, Values(operator_id, number)));
  if (!row) return std::nullopt;
  ASSIGN_OR_RETURN(Visit visit, ToVisit(*row));
  if (with_inspectors) {
    ASSIGN_OR_RETURN(const auto staff, Staff().Find(tx, Values(operator_id, number)));
    if (staff) visit.inspectors = absl::StrSplit(staff->Text(2), ',', absl::SkipEmpty());
  }
  return visit;
}

absl::Status EraseRemarks(store::WriteTx& tx, const std::string& operator_id) {
  static constexpr Sql kTail{"WHERE operator = $1 ORDER BY number"};
  ASSIGN_OR_RETURN(const auto rows, Visits().Select(tx, kTail, Values(operator_id)));
  for (const Row& row : rows) {
    ASSIGN_OR_RETURN(Visit visit, ToVisit(row));
    if (visit.findings.remark.empty()) continue;
    visit.findings.remark.clear();
    RETURN_IF_ERROR(PutVisit(tx, visit));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Visit>> ListVisits(store::ReadTx& tx, const VisitFilter& filter) {
  static constexpr Sql kTail{
      "WHERE region >= $1 AND region <= $2 AND ($3 = '' OR operator = $3) "
      "AND day >= $4 AND day <= $5 AND recorded <= $6 "
      "AND (operator > $7 OR (operator = $7 AND number > $8)) "
      "ORDER BY operator, number LIMIT $9"};
  const auto [first, last] = frame::RegionRange(filter.region);
  const Date from = filter.from.value_or(Date(1, 1, 1));
  const Date to = filter.to.value_or(Date(9999, 12, 31));
  ASSIGN_OR_RETURN(
      const auto rows,
      Visits().Select(tx, kTail,
                      Values(first, last, filter.operator_id, FormatDate(from), FormatDate(to),
                             ToMicros(filter.known_at), filter.after_operator, filter.after_number,
                             filter.limit)));
  std::vector<Visit> visits;
  for (const Row& row : rows) {
    ASSIGN_OR_RETURN(Visit visit, ToVisit(row));
    visits.push_back(std::move(visit));
  }
  return visits;
}

absl::StatusOr<std::optional<Date>> LastVisit(store::ReadTx& tx, const std::string& operator_id,
                                              absl::Time as_of) {
  static constexpr Sql kSql{
      "SELECT day FROM visit WHERE operator = $1 AND day <= $2 AND (kind = $3 OR kind = $4) "
      "ORDER BY day DESC LIMIT 1"};
  ASSIGN_OR_RETURN(const auto row, tx.QueryOne(kSql, Values(operator_id, FormatDate(ToDate(as_of)),
                                                            static_cast<int64_t>(Kind::kRoutine),
                                                            static_cast<int64_t>(Kind::kRandom))));
  if (!row) return std::nullopt;
  ASSIGN_OR_RETURN(const Date date, ParseDate(row->Text(0)));
  return date;
}

absl::StatusOr<std::optional<Imported>> FindImported(store::ReadTx& tx, const std::string& origin,
                                                     const std::string& source_id) {
  ASSIGN_OR_RETURN(const auto row, Sources().Find(tx, Values(origin, source_id)));
  if (!row) return std::nullopt;
  return Imported{row->Text(2), row->Int(3), row->Blob(4)};
}

absl::Status PutImported(store::WriteTx& tx, const std::string& origin,
                         const std::string& source_id, const Imported& imported) {
  return Sources().Put(tx, Values(origin, source_id, imported.operator_id, imported.number,
                                  Bytes{imported.content}));
}

absl::Status PutFrequency(store::WriteTx& tx, const DatedFrequency& one) {
  return Frequencies().Put(tx, Values(one.operator_id, ToMicros(one.since), ToMicros(tx.now()),
                                      one.grade, one.frequency.visits_min, one.frequency.visits_max,
                                      one.frequency.per_months, one.policy_revision, one.cause));
}

absl::StatusOr<std::optional<DatedFrequency>> FindFrequency(store::ReadTx& tx,
                                                            const std::string& operator_id,
                                                            absl::Time as_of) {
  static constexpr Sql kTail{"WHERE operator = $1 AND since <= $2 ORDER BY since DESC LIMIT 1"};
  ASSIGN_OR_RETURN(const auto rows,
                   Frequencies().Select(tx, kTail, Values(operator_id, ToMicros(as_of))));
  if (rows.empty()) return std::nullopt;
  const Row& row = rows.front();
  DatedFrequency found;
  found.operator_id = row.Text(0);
  found.since = FromMicros(row.Int(1));
  found.grade = row.Text(3);
  found.frequency = {static_cast<int>(row.Int(4)), static_cast<int>(row.Int(5)),
                     static_cast<int>(row.Int(6))};
  found.policy_revision = row.Text(7);
  found.cause = row.Text(8);
  return found;
}

absl::Status PutFlag(store::WriteTx& tx, const VisitFlag& flag) {
  std::optional<int64_t> until;
  if (flag.until != absl::InfiniteFuture()) until = ToMicros(flag.until);
  return Flags().Put(tx, Values(flag.operator_id, flag.measure, flag.item, flag.percent,
                                ToMicros(flag.since), until, ToMicros(tx.now()), flag.cause));
}

absl::StatusOr<std::optional<VisitFlag>> FindFlag(store::ReadTx& tx, const std::string& operator_id,
                                                  const std::string& measure) {
  ASSIGN_OR_RETURN(const auto row, Flags().Find(tx, Values(operator_id, measure)));
  if (!row) return std::nullopt;
  return ToFlag(*row);
}

absl::StatusOr<std::vector<VisitFlag>> FlagsOf(store::ReadTx& tx, const std::string& operator_id,
                                               absl::Time as_of) {
  static constexpr Sql kTail{"WHERE operator = $1 ORDER BY measure"};
  ASSIGN_OR_RETURN(const auto rows, Flags().Select(tx, kTail, Values(operator_id)));
  std::vector<VisitFlag> flags;
  for (const Row& row : rows) {
    VisitFlag flag = ToFlag(row);
    if (flag.HoldsAt(as_of)) flags.push_back(std::move(flag));
  }
  return flags;
}

}  // namespace shian::inspection::check
