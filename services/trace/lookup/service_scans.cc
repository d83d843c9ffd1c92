#include "services/trace/lookup/service_scans.h"

#include <utility>

#include "libs/base/status_macros.h"
#include "services/trace/lookup/limits.h"

namespace shian::trace {

void ScanLog::Count(const std::string& epc, Date day) {
  lookup::ScanKey key(epc, FormatDate(day));
  absl::MutexLock lock(&mutex_);
  const auto known = waiting_.find(key);
  if (known != waiting_.end()) {
    ++known->second;
  } else if (waiting_.size() < limits::kScansWaitingMax) {
    waiting_.emplace(std::move(key), 1);
  }
}

lookup::ScanCounts ScanLog::TakeSome() {
  absl::MutexLock lock(&mutex_);
  lookup::ScanCounts taken;
  while (!waiting_.empty() && taken.size() < limits::kScansPerWrite) {
    taken.insert(waiting_.extract(waiting_.begin()));
  }
  return taken;
}

void ScanLog::PutBack(const lookup::ScanCounts& counts) {
  absl::MutexLock lock(&mutex_);
  for (const auto& [key, count] : counts) waiting_[key] += count;
}

absl::Status ScanLog::Write(store::Store& store, absl::Time now) {
  // No more than there can be at once: what comes meanwhile waits for the next time.
  for (size_t written = 0; written <= limits::kScansWaitingMax; written += limits::kScansPerWrite) {
    const lookup::ScanCounts counts = TakeSome();
    if (counts.empty()) return absl::OkStatus();
    store::WriteContext context;
    context.now = now;
    const auto done =
        store.WriteAndWait(context, [counts](store::WriteTx& tx) -> absl::StatusOr<std::string> {
          RETURN_IF_ERROR(lookup::AddScans(tx, counts));
          return std::string();
        });
    if (done.ok()) continue;
    PutBack(counts);
    return done.status();
  }
  return absl::OkStatus();
}

}  // namespace shian::trace
