#ifndef SHIAN_LIBS_BASE_CLOCK_H_
#define SHIAN_LIBS_BASE_CLOCK_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace shian {

// The time the domain lives in. RPC deadlines, TLS, officer tokens and metrics do not use it:
// they stay on real time even when a process runs simulated.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

const Clock& SystemClock();

// For pauses and how long something took: it never jumps, as the machine's clock does when somebody
// sets it. Its beginning means nothing, so it is compared with itself only.
absl::Time SteadyNow();

// Stands still until it is advanced, and never goes back. Safe for use by several threads.
class SimulatedClock : public Clock {
 public:
  explicit SimulatedClock(absl::Time start) : now_(start) {}

  absl::Time Now() const override;
  // False, and nothing changes, when `time` is before now.
  bool AdvanceTo(absl::Time time);
  void Advance(absl::Duration by) { AdvanceTo(Now() + by); }

 private:
  mutable absl::Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace shian

#endif  // SHIAN_LIBS_BASE_CLOCK_H_
