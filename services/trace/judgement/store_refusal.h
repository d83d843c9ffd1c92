#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/store/store.h"
#include "services/trace/judgement/refusal.h"

namespace shian::trace::judgement {

absl::Status InsertRefusal(store::WriteTx& tx, const Refusal& refusal);

struct RefusalFilter {
  std::string region;  // and all below it
  std::string epc;     // empty: any
  absl::Time from = absl::InfinitePast();
  absl::Time to = absl::InfiniteFuture();  // without it
  absl::Time known_at = absl::InfiniteFuture();
};
// Where to go on in the list.
struct RefusalKey {
  int64_t time = INT64_MIN;
  std::string refusal;
};
RefusalKey KeyOf(const Refusal& refusal);
// By time of refusal, then by id.
absl::StatusOr<std::vector<Refusal>> ListRefusals(store::ReadTx& tx, const RefusalFilter& filter,
                                                  const RefusalKey& after, int limit);
// Of one identifier, anywhere, the latest first.
absl::StatusOr<std::vector<Refusal>> LatestRefusals(store::ReadTx& tx, const std::string& epc,
                                                    absl::Time known_at, int limit);

// Empties what may name a person in the refusals of the operator.
absl::Status EraseRefusals(store::WriteTx& tx, const std::string& operator_name);

}  // namespace shian::trace::judgement
