#include "libs/base/clock.h"

#include <chrono>

#include "absl/time/clock.h"

namespace shian {
namespace {

class RealClock : public Clock {
 public:
  // Cut to the microsecond that the store keeps, so that what is written equals what is read.
  absl::Time Now() const override { return absl::FromUnixMicros(absl::ToUnixMicros(absl::Now())); }
};

}  // namespace

const Clock& SystemClock() {
  static const RealClock clock;
  return clock;
}

absl::Time SteadyNow() {
  return absl::UnixEpoch() + absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

absl::Time SimulatedClock::Now() const {
  absl::MutexLock lock(&mutex_);
  return now_;
}

bool SimulatedClock::AdvanceTo(absl::Time time) {
  absl::MutexLock lock(&mutex_);
  if (time < now_) return false;
  now_ = time;
  return true;
}

}  // namespace shian
