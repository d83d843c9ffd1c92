#pragma once

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace shian::rpc {

// A few threads for work that may block, behind a bounded queue.
class Pool {
 public:
  explicit Pool(int threads, size_t queue_max);
  // Runs what is queued, then ends.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // False, and `work` will never run, when the queue is full.
  bool Run(std::function<void()> work);

 private:
  void Loop();

  const size_t queue_max_;
  absl::Mutex mutex_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace shian::rpc
