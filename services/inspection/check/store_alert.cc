#include "services/inspection/check/store_alert.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/store/fact_table.h"
#include "libs/store/open_matters.h"
#include "services/inspection/frame/frame.h"

namespace shian::inspection::check {
namespace {

using store::FactTable;
using store::Row;
using store::Sql;
using store::Value;
using store::Values;

const FactTable& Alerts() {
  static const auto& table = *new FactTable(
      "trace_alert",
      {"operator", "number",  "alert",    "kind",     "region",       "state",   "subject",
       "place",    "summary", "occurred", "received", "cause",        "version", "finding",
       "settled",  "visit",   "reason",   "person",   "organisation", "card",    "withdrawn"},
      2);
  return table;
}

Alert ToAlert(const Row& row) {
  Alert alert;
  alert.operator_id = row.Text(0);
  alert.number = row.Int(1);
  alert.alert = row.Text(2);
  alert.kind = static_cast<AlertKind>(row.Int(3));
  alert.region = row.Text(4);
  alert.subject = row.Text(6);
  alert.place = row.Text(7);
  alert.summary = row.Text(8);
  alert.occurred = FromMicros(row.Int(9));
  alert.received = FromMicros(row.Int(10));
  alert.cause = row.Text(11);
  alert.version = row.Int(12);
  if (!row.IsNull(14)) {
    alert.settled = Settlement{static_cast<AlertFinding>(row.Int(13)),
                               FromMicros(row.Int(14)),
                               row.Text(15),
                               row.Text(16),
                               row.Text(17),
                               row.Text(18),
                               row.Text(19)};
  }
  if (!row.IsNull(20)) alert.withdrawn = FromMicros(row.Int(20));
  return alert;
}

Value OptionalTime(const std::optional<absl::Time>& time) {
  return time ? Value(ToMicros(*time)) : Value(std::monostate());
}

std::vector<Value> ToValues(const Alert& alert) {
  const Settlement settled = alert.settled.value_or(Settlement());
  std::optional<absl::Time> settle_time;
  if (alert.settled) settle_time = settled.time;
  return Values(alert.operator_id, alert.number, alert.alert, static_cast<int64_t>(alert.kind),
                alert.region, static_cast<int64_t>(StateOf(alert)), alert.subject, alert.place,
                alert.summary, ToMicros(alert.occurred), ToMicros(alert.received), alert.cause,
                alert.version, static_cast<int64_t>(settled.finding), OptionalTime(settle_time),
                settled.visit, settled.reason, settled.person, settled.organisation, settled.card,
                OptionalTime(alert.withdrawn));
}

absl::StatusOr<std::vector<Alert>> ReadAll(store::ReadTx& tx, const Sql& tail,
                                           std::vector<Value> args) {
  ASSIGN_OR_RETURN(const auto rows, Alerts().Select(tx, tail, std::move(args)));
  std::vector<Alert> alerts;
  alerts.reserve(rows.size());
  for (const Row& row : rows) alerts.push_back(ToAlert(row));
  return alerts;
}

// Nobody has taken it up: it is the business of its division's bureau until it is settled.
absl::Status NoteMatter(store::WriteTx& tx, const Alert& alert) {
  const std::string matter = absl::StrFormat("alerts/%s-%04d", alert.operator_id, alert.number);
  if (StateOf(alert) != AlertState::kOpen) return store::DropOpen(tx, alert.operator_id, matter);
  return store::NoteOpen(tx, {alert.operator_id, matter, alert.region, "", ""});
}

}  // namespace

absl::StatusOr<int64_t> NextAlertNumber(store::ReadTx& tx, const std::string& operator_id) {
  static constexpr Sql kSql{"SELECT COALESCE(MAX(number), 0) FROM trace_alert WHERE operator = $1"};
  ASSIGN_OR_RETURN(const auto row, tx.QueryOne(kSql, Values(operator_id)));
  return row->Int(0) + 1;
}

absl::Status PutAlert(store::WriteTx& tx, Alert& alert) {
  ++alert.version;
  RETURN_IF_ERROR(Alerts().Put(tx, ToValues(alert)));
  return NoteMatter(tx, alert);
}

absl::StatusOr<std::optional<Alert>> FindAlert(store::ReadTx& tx, const std::string& operator_id,
                                               int64_t number) {
  ASSIGN_OR_RETURN(const auto row, Alerts().Find(tx, Values(operator_id, number)));
  if (!row) return std::nullopt;
  return ToAlert(*row);
}

absl::StatusOr<std::optional<Alert>> FindAlertOf(store::ReadTx& tx, const std::string& operator_id,
                                                 const std::string& alert) {
  static constexpr Sql kTail{"WHERE operator = $1 AND alert = $2"};
  ASSIGN_OR_RETURN(auto found, ReadAll(tx, kTail, Values(operator_id, alert)));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

absl::StatusOr<std::vector<Alert>> AlertsNamed(store::ReadTx& tx, const std::string& alert) {
  static constexpr Sql kTail{"WHERE alert = $1 ORDER BY operator, number"};
  return ReadAll(tx, kTail, Values(alert));
}

absl::StatusOr<std::vector<Alert>> ListAlerts(store::ReadTx& tx, const AlertFilter& filter) {
  static constexpr Sql kTail{
      "WHERE region >= $1 AND region <= $2 AND ($3 = '' OR operator = $3) "
      "AND ($4 = 0 OR state = $4) AND received <= $5 "
      "AND (operator > $6 OR (operator = $6 AND number > $7)) "
      "ORDER BY operator, number LIMIT $8"};
  const auto [first, last] = frame::RegionRange(filter.region);
  return ReadAll(
      tx, kTail,
      Values(first, last, filter.operator_id, static_cast<int64_t>(filter.state),
             ToMicros(filter.known_at), filter.after_operator, filter.after_number, filter.limit));
}

absl::Status EraseAlertTexts(store::WriteTx& tx, const std::string& operator_id) {
  static constexpr Sql kTail{"WHERE operator = $1 ORDER BY number"};
  ASSIGN_OR_RETURN(auto alerts, ReadAll(tx, kTail, Values(operator_id)));
  for (Alert& alert : alerts) {
    EraseTexts(alert);
    RETURN_IF_ERROR(PutAlert(tx, alert));
  }
  return absl::OkStatus();
}

}  // namespace shian::inspection::check
