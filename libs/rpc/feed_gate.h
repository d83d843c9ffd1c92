// Followers pass it with each batch; a backup closes it for a moment, so that no service's copy has
// taken effects of facts which their origin's copy does not have.
#pragma once

#include <algorithm>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace shian::rpc {

class FeedGate {
 public:
  // Waits while the gate is closed; a holder that does not open it again stops nobody for long.
  void Enter() {
    absl::MutexLock lock(&mutex_);
    const auto open = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return holders_ == 0; };
    // Another holder may have closed it for longer meanwhile.
    while (!open() && absl::Now() < closed_until_) {
      mutex_.AwaitWithDeadline(absl::Condition(&open), closed_until_);
    }
    ++inside_;
  }
  void Leave() {
    absl::MutexLock lock(&mutex_);
    --inside_;
  }

  // Waits until nobody is inside; false when that takes beyond `until`. Pairs with Open either way.
  // Whoever comes after `until` passes, so what was done by then alone was done behind the gate.
  bool Close(absl::Time until) {
    absl::MutexLock lock(&mutex_);
    ++holders_;
    closed_until_ = holders_ == 1 ? until : std::max(closed_until_, until);
    const auto empty = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return inside_ == 0; };
    return mutex_.AwaitWithDeadline(absl::Condition(&empty), until);
  }
  void Open() {
    absl::MutexLock lock(&mutex_);
    --holders_;
  }

 private:
  absl::Mutex mutex_;
  int holders_ ABSL_GUARDED_BY(mutex_) = 0;
  int inside_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Time closed_until_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace shian::rpc
