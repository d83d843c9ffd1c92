#include "services/trace/genealogy/purse.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "services/trace/genealogy/limits.h"

namespace shian::trace {

Purse::Purse(const Budget& budget) : budget_(budget) {
  granted_ = std::min(budget.edges, limits::kEdgesPerClockCheck);
  left_ = granted_ + 1;
  if (budget.again == 0 && budget.span != absl::InfiniteDuration()) began_ = absl::Now();
}

bool Purse::IsTimeUp() {
  const absl::Time now = absl::Now();
  if (before_ >= budget_.again) began_ = std::min(began_, now);
  return now > budget_.until || now - began_ > budget_.span;
}

bool Purse::Refill() {
  if (stopped_by_ != StoppedBy::kNothing) {
    left_ = 1;
    return false;
  }
  before_ += granted_;
  if (before_ >= budget_.edges) {
    stopped_by_ = StoppedBy::kEdges;
  } else if (IsTimeUp()) {
    stopped_by_ = StoppedBy::kTime;
  }
  if (stopped_by_ != StoppedBy::kNothing) {
    granted_ = 0;
    left_ = 1;
    return false;
  }
  granted_ = std::min(budget_.edges - before_, limits::kEdgesPerClockCheck);
  left_ = granted_;  // one is paid already
  return true;
}

int64_t Purse::spent() const {
  return stopped_by_ != StoppedBy::kNothing ? before_ : before_ + granted_ + 1 - left_;
}

}  // namespace shian::trace
