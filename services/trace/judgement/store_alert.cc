#include "services/trace/judgement/store_alert.h"

#include <utility>

#include "libs/base/region.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/store/fact_table.h"
#include "services/trace/judgement/store_progress.h"

namespace shian::trace::judgement {
namespace {

using store::Row;
using store::Sql;
using store::Value;
using store::Values;

const store::FactTable kAlerts("judgement_alert",
                               {"epc", "device", "begin_time", "end_time", "samples", "worst",
                                "worst_time", "sequence", "band", "policy_revision", "operator",
                                "place", "region", "found", "withdrawn", "name"},
                               3);

ColdAlert ToAlert(const Row& row) {
  ColdAlert out;
  out.epc = row.Text(0);
  out.device = row.Text(1);
  out.begin = row.Int(2);
  out.end = row.Int(3);
  out.samples = row.Int(4);
  out.worst = row.Int(5);
  out.worst_time = row.Int(6);
  out.sequence = row.Int(7);
  out.band = row.Text(8);
  out.policy_revision = row.Text(9);
  out.operator_ = row.Text(10);
  out.place = row.Text(11);
  out.region = row.Text(12);
  out.found = FromMicros(row.Int(13));
  if (!row.IsNull(14)) out.withdrawn = FromMicros(row.Int(14));
  if (!row.IsNull(15)) out.id = row.Text(15);  // from before excursions had names
  return out;
}

absl::StatusOr<std::vector<ColdAlert>> ReadAll(store::ReadTx& tx, const Sql& tail,
                                               std::vector<Value> args) {
  std::vector<ColdAlert> alerts;
  RETURN_IF_ERROR(kAlerts.ForEach(tx, tail, std::move(args), [&](Row&& row) -> absl::Status {
    alerts.push_back(ToAlert(row));
    return absl::OkStatus();
  }));
  return alerts;
}

}  // namespace

absl::StatusOr<int64_t> AlertedTo(store::ReadTx& tx) { return ProgressOf(tx, "cold"); }

absl::Status SetAlertedTo(store::WriteTx& tx, int64_t sequence) {
  return SetProgress(tx, "cold", sequence);
}

absl::StatusOr<std::vector<ColdAlert>> AlertsOf(store::ReadTx& tx, const std::string& epc,
                                                const Interval& when, int limit) {
  return ReadAll(tx,
                 Sql{"WHERE epc = $1 AND withdrawn IS NULL AND end_time >= $2 AND begin_time < $3 "
                     "ORDER BY device, begin_time LIMIT $4"},
                 Values(epc, when.from, when.to, limit));
}

absl::Status PutAlert(store::WriteTx& tx, const ColdAlert& a) {
  const Value withdrawn = a.stands() ? Value(std::monostate()) : Value(ToMicros(a.withdrawn));
  const Value id = a.id.empty() ? Value(std::monostate()) : Value(a.id);
  return kAlerts.Put(tx, Values(a.epc, a.device, a.begin, a.end, a.samples, a.worst, a.worst_time,
                                a.sequence, a.band, a.policy_revision, a.operator_, a.place,
                                a.region, ToMicros(a.found), withdrawn, id));
}

absl::Status DeleteAlert(store::WriteTx& tx, const ColdAlert& alert, int64_t begin) {
  return kAlerts.Delete(tx, Values(alert.epc, alert.device, begin));
}

AlertKey KeyOf(const ColdAlert& alert) { return {alert.begin, alert.epc, alert.device}; }

absl::StatusOr<std::vector<ColdAlert>> ListAlerts(store::ReadTx& tx, const AlertFilter& filter,
                                                  const AlertKey& after, int limit) {
  const auto [low, high] = RangeOf(filter.region);
  return ReadAll(
      tx,
      Sql{"WHERE region >= $1 AND region <= $2 AND ($3 = '' OR operator = $3) AND begin_time >= $4 "
          "AND begin_time < $5 AND ($6 OR withdrawn IS NULL) AND (begin_time > $7 OR (begin_time = "
          "$7 AND (epc > $8 OR (epc = $8 AND device > $9)))) ORDER BY begin_time, epc, device "
          "LIMIT $10"},
      Values(low, high, filter.operator_, ToMicros(filter.from), ToMicros(filter.to),
             filter.withdrawn, after.begin, after.epc, after.device, limit));
}

}  // namespace shian::trace::judgement
