#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/store/store.h"

namespace shian::telemetry {
class Telemetry;
}

namespace shian::rpc {

// Reads the whole store once after the start and then once a day, slowly, and tells of every row
// whose digest is wrong: a log line with table and key, and a gauge for the alert. Where several
// processes share a store, the one for which `leads` is true does it.
class Scrubber {
 public:
  Scrubber(store::Store& store, telemetry::Telemetry& telemetry, std::function<bool()> leads);
  ~Scrubber();
  Scrubber(const Scrubber&) = delete;
  Scrubber& operator=(const Scrubber&) = delete;

 private:
  void Run();
  // False when it was stopped.
  bool Pass();
  bool Wait(absl::Duration pause);

  store::Store& store_;
  const std::function<bool()> leads_;
  std::atomic<int64_t> rows_{0};
  std::atomic<int64_t> damaged_{0};
  std::atomic<int64_t> passes_{0};
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace shian::rpc
