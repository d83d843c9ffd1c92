#include "services/trace/judgement/store_refusal.h"

#include <utility>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/store/fact_table.h"
#include "services/trace/judgement/store_region.h"

namespace shian::trace::judgement {
namespace {

using store::Row;
using store::Sql;
using store::Value;
using store::Values;

const store::FactTable kRefusals("judgement_refusal",
                                 {"operator", "refusal", "place", "region", "refuse_time", "ground",
                                  "remark", "measured", "measured_uom", "vehicle", "epcs",
                                  "recorded_by", "recorded"},
                                 2);
constexpr size_t kRemarkColumn = 6, kVehicleColumn = 9;
const store::FactTable kByEpc("judgement_refusal_epc",
                              {"epc", "refuse_time", "refusal", "operator", "region", "recorded"},
                              3);

Refusal ToRefusal(const Row& row) {
  Refusal out;
  out.operator_ = row.Text(0);
  out.id = row.Text(1);
  out.place = row.Text(2);
  out.region = row.Text(3);
  out.time = FromMicros(row.Int(4));
  out.ground = static_cast<RefusalGround>(row.Int(5));
  out.remark = row.Text(6);
  out.measured = row.Text(7);
  out.measured_uom = row.Text(8);
  out.vehicle = row.Text(9);
  out.epcs = absl::StrSplit(row.Text(10), '\n', absl::SkipEmpty());
  out.recorded_by = row.Text(11);
  out.recorded = FromMicros(row.Int(12));
  return out;
}

// The refusals that rows by identifier speak of, in their order.
absl::StatusOr<std::vector<Refusal>> FindAll(store::ReadTx& tx, const std::vector<Row>& by_epc) {
  std::vector<Refusal> refusals;
  for (const Row& row : by_epc) {
    ASSIGN_OR_RETURN(const auto found, kRefusals.Find(tx, Values(row.Text(3), row.Text(2))));
    if (!found) return absl::DataLossError("judgement_refusal has lost a row");
    refusals.push_back(ToRefusal(*found));
  }
  return refusals;
}

}  // namespace

absl::Status InsertRefusal(store::WriteTx& tx, const Refusal& r) {
  RETURN_IF_ERROR(kRefusals.Add(
      tx, Values(r.operator_, r.id, r.place, r.region, ToMicros(r.time), static_cast<int>(r.ground),
                 r.remark, r.measured, r.measured_uom, r.vehicle, absl::StrJoin(r.epcs, "\n"),
                 r.recorded_by, ToMicros(r.recorded))));
  std::vector<std::vector<Value>> rows;
  rows.reserve(r.epcs.size());
  for (const std::string& epc : r.epcs) {
    rows.push_back(
        Values(epc, ToMicros(r.time), r.id, r.operator_, r.region, ToMicros(r.recorded)));
  }
  return kByEpc.AddAll(tx, std::move(rows));
}

RefusalKey KeyOf(const Refusal& refusal) { return {ToMicros(refusal.time), refusal.id}; }

absl::StatusOr<std::vector<Refusal>> ListRefusals(store::ReadTx& tx, const RefusalFilter& filter,
                                                  const RefusalKey& after, int limit) {
  const auto [low, high] = RegionRange(filter.region);
  const int64_t from = ToMicros(filter.from), to = ToMicros(filter.to);
  if (!filter.epc.empty()) {
    ASSIGN_OR_RETURN(
        const auto rows,
        kByEpc.Select(tx,
                      Sql{"WHERE epc = $1 AND region >= $2 AND region <= $3 AND refuse_time >= $4 "
                          "AND refuse_time < $5 AND recorded <= $6 AND (refuse_time > $7 OR "
                          "(refuse_time = $7 AND refusal > $8)) ORDER BY refuse_time, refusal "
                          "LIMIT $9"},
                      Values(filter.epc, low, high, from, to, ToMicros(filter.known_at), after.time,
                             after.refusal, limit)));
    return FindAll(tx, rows);
  }
  std::vector<Refusal> refusals;
  RETURN_IF_ERROR(kRefusals.ForEach(
      tx,
      Sql{"WHERE region >= $1 AND region <= $2 AND refuse_time >= $3 AND refuse_time < $4 AND "
          "recorded <= $5 AND (refuse_time > $6 OR (refuse_time = $6 AND refusal > $7)) ORDER BY "
          "refuse_time, refusal LIMIT $8"},
      Values(low, high, from, to, ToMicros(filter.known_at), after.time, after.refusal, limit),
      [&](Row&& row) -> absl::Status {
        refusals.push_back(ToRefusal(row));
        return absl::OkStatus();
      }));
  return refusals;
}

absl::StatusOr<std::vector<Refusal>> LatestRefusals(store::ReadTx& tx, const std::string& epc,
                                                    absl::Time known_at, int limit) {
  ASSIGN_OR_RETURN(const auto rows,
                   kByEpc.Select(tx,
                                 Sql{"WHERE epc = $1 AND recorded <= $2 ORDER BY refuse_time DESC, "
                                     "refusal DESC LIMIT $3"},
                                 Values(epc, ToMicros(known_at), limit)));
  return FindAll(tx, rows);
}

absl::Status EraseRefusals(store::WriteTx& tx, const std::string& operator_name) {
  ASSIGN_OR_RETURN(
      const auto rows,
      kRefusals.Select(tx, Sql{"WHERE operator = $1 ORDER BY refusal"}, Values(operator_name)));
  for (const Row& row : rows) {
    std::vector<Value> values = row.values();
    values[kRemarkColumn] = std::string();
    values[kVehicleColumn] = std::string();
    RETURN_IF_ERROR(kRefusals.Put(tx, std::move(values)));
  }
  return absl::OkStatus();
}

}  // namespace shian::trace::judgement
