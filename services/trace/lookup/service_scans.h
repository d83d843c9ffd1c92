// How often goods are looked up (扫码日志): counted in memory, written behind the lookups.
#pragma once

#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/base/time.h"
#include "libs/store/store.h"
#include "services/trace/lookup/store.h"

namespace shian::trace {

// A lookup never waits for a write. What is counted is bounded twice: callers count only goods that
// are recorded or have a code, so made-up identifiers fill no store; and more pairs of goods and
// day than limits::kScansWaitingMax are not counted until some were written.
class ScanLog {
 public:
  void Count(const std::string& epc, Date day);
  // Writes what was counted, some at a time. What fails to be written waits for the next time.
  absl::Status Write(store::Store& store, absl::Time now);

 private:
  lookup::ScanCounts TakeSome();
  void PutBack(const lookup::ScanCounts& counts);

  absl::Mutex mutex_;
  lookup::ScanCounts waiting_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace shian::trace
