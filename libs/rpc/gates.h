// Load shedding before any work is done: a counter of calls in flight and one bucket per caller.
// The third gate is the store's writer queue.
#pragma once

#include <atomic>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace shian::rpc {

class InFlightGate {
 public:
  explicit InFlightGate(int most) : most_(most) {}
  // Pairs with Leave only when it says true.
  bool Enter() {
    if (count_.fetch_add(1, std::memory_order_relaxed) < most_) return true;
    Leave();
    return false;
  }
  void Leave() { count_.fetch_sub(1, std::memory_order_relaxed); }
  int count() const { return count_.load(std::memory_order_relaxed); }

 private:
  const int most_;
  std::atomic<int> count_{0};
};

// A token bucket per calling system, so that one caller's burst is its own trouble.
class CallerGate {
 public:
  explicit CallerGate(int per_second) : per_second_(per_second) {}
  bool Enter(absl::string_view caller, absl::Time now);

 private:
  struct Bucket {
    double tokens;
    absl::Time since;
  };
  const double per_second_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Bucket> buckets_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace shian::rpc
