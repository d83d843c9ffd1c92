// How long goods last (保质期): what events state of the lots they make, and when the end is near.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libs/base/time.h"
#include "services/trace/capture/event.h"

namespace shian::trace {

enum class ExpiryKind { kExpiration = 1, kBestBefore = 2, kSellBy = 3 };

// The last day on which a lot is good, as its making states it.
struct Expiry {
  std::string epc;
  ExpiryKind kind = ExpiryKind::kExpiration;
  Date day;
};

// The CBV's itemExpirationDate, bestBeforeDate and sellByDate in the ILMD of the event, for each
// lot that it makes. A value that is no date states nothing.
std::vector<Expiry> ExpiriesOf(const Event& event);

// From a shelf life of so many days on the end is near so many days before it (临近保质期).
struct NearRule {
  int64_t shelf_life_min = 0;
  int64_t near = 0;
  int mark = 0;  // as the policy has it
};

enum class ExpiryState { kFresh = 1, kNear = 2, kExpired = 3 };

struct Freshness {
  int64_t shelf_life = 0;  // in days
  int64_t left = 0;        // days until the last one; below 0 when it has passed
  ExpiryState state = ExpiryState::kFresh;
  NearRule rule;
};
// `rules` are those of a policy: the longest shelf life first, the last one for any. Goods are
// expired from the day after their last one.
Freshness FreshnessOf(const std::vector<NearRule>& rules, Date made, Date last, Date as_of);

}  // namespace shian::trace
