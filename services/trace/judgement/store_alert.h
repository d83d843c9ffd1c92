#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/store/store.h"
#include "services/trace/judgement/alert.h"

namespace shian::trace::judgement {

// The place in the order of capture up to which events were looked at for excursions.
absl::StatusOr<int64_t> AlertedTo(store::ReadTx& tx);
absl::Status SetAlertedTo(store::WriteTx& tx, int64_t sequence);

// Of one lot, those that stand and have to do with a time, by device and beginning; at most
// `limit`.
absl::StatusOr<std::vector<ColdAlert>> AlertsOf(store::ReadTx& tx, const std::string& epc,
                                                const Interval& when, int limit);
// Inserts, or replaces the one of the same lot, device and beginning.
absl::Status PutAlert(store::WriteTx& tx, const ColdAlert& alert);
absl::Status DeleteAlert(store::WriteTx& tx, const ColdAlert& alert, int64_t begin);

struct AlertFilter {
  std::string region;     // and all below it
  std::string operator_;  // empty: any
  absl::Time from = absl::InfinitePast();
  absl::Time to = absl::InfiniteFuture();  // without it
  bool withdrawn = false;                  // those too
};
// Where to go on in the list.
struct AlertKey {
  int64_t begin = INT64_MIN;
  std::string epc;
  std::string device;
};
AlertKey KeyOf(const ColdAlert& alert);
// By beginning, lot and device.
absl::StatusOr<std::vector<ColdAlert>> ListAlerts(store::ReadTx& tx, const AlertFilter& filter,
                                                  const AlertKey& after, int limit);

}  // namespace shian::trace::judgement
