#include "libs/store/freshness.h"

#include <algorithm>

#include "libs/store/limits.h"

namespace shian::store {

void Freshness::Saw(Lease::Mark mark, absl::Time begun) {
  // A failover that lost commits brings an earlier mark back: what was seen was another history.
  if (!sights_.empty() && mark < sights_.back().mark) {
    sights_.clear();
    looked_ = absl::InfinitePast();
  }
  // Of the first mark nobody knows how long it has been there.
  if (sights_.empty() || sights_.back().mark < mark) sights_.push_back({mark, looked_});
  if (sights_.size() > limits::kMarksKept) sights_.pop_front();
  looked_ = begun;
}

absl::Duration Freshness::AgeOf(std::optional<Lease::Mark> mark, absl::Time now) const {
  if (!mark) return absl::InfiniteDuration();
  const auto later = std::upper_bound(
      sights_.begin(), sights_.end(), *mark,
      [](const Lease::Mark& wanted, const Sight& sight) { return wanted < sight.mark; });
  if (later == sights_.begin()) return absl::InfiniteDuration();
  return now - std::prev(later)->before;
}

}  // namespace shian::store
