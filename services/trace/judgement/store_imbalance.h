#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/store/store.h"
#include "services/trace/judgement/imbalance.h"

namespace shian::trace::judgement {

// The place in the order of capture up to which events were looked at for imbalances.
absl::StatusOr<int64_t> BalancedTo(store::ReadTx& tx);
absl::Status SetBalancedTo(store::WriteTx& tx, int64_t sequence);

// The one that stands of a process or a lot.
absl::StatusOr<std::optional<Imbalance>> StandingOf(store::ReadTx& tx, Subject kind,
                                                    const std::string& subject);
// Inserts, or replaces the one of the same subject and id.
absl::Status PutImbalance(store::WriteTx& tx, const Imbalance& imbalance);

struct ImbalanceFilter {
  std::string region;                      // and all below it
  std::string operator_;                   // empty: any
  absl::Time from = absl::InfinitePast();  // event time
  absl::Time to = absl::InfiniteFuture();  // without it
  bool withdrawn = false;                  // those too
};
// Where to go on in the list.
struct ImbalanceKey {
  int64_t event_time = INT64_MIN;
  std::string id;
};
ImbalanceKey KeyOf(const Imbalance& imbalance);
// By event time and id.
absl::StatusOr<std::vector<Imbalance>> ListImbalances(store::ReadTx& tx,
                                                      const ImbalanceFilter& filter,
                                                      const ImbalanceKey& after, int limit);

}  // namespace shian::trace::judgement
