// The audit log's two ways in. A write that is audited appends in its own transaction. A read must
// not wait for a write, so its entry goes through a bounded queue with a thread of its own; when
// the queue is full the read is refused, because a sensitive read that leaves no trace is worse.
#pragma once

#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/base/clock.h"
#include "libs/ledger/change.h"
#include "libs/store/store.h"

namespace shian::rpc {

class Call;

inline constexpr char kAuditReadType[] = "shian.audit.read";
inline constexpr char kAuditWriteType[] = "shian.audit.write";

// The change of one audited call, payload shian.ledger.v1.AuditRecord. `refusal` is the reason's
// word, empty when the call succeeded.
ledger::Change AuditChange(const Call& call, const char* type, absl::string_view purpose,
                           absl::string_view refusal, absl::string_view region);

class AuditQueue {
 public:
  AuditQueue(store::Store& store, const Clock& clock);
  // Writes what is queued, then ends.
  ~AuditQueue();
  AuditQueue(const AuditQueue&) = delete;
  AuditQueue& operator=(const AuditQueue&) = delete;

  // Takes a place before the read is answered; false when there is none.
  bool Reserve();
  // Fills a reserved place.
  void Push(ledger::Change change);
  // Waits until everything pushed so far is durable.
  void Flush();

 private:
  void Loop();
  bool WriteBatch(const std::vector<ledger::Change>& batch);

  store::Store& store_;
  const Clock& clock_;
  absl::Mutex mutex_;
  size_t reserved_ ABSL_GUARDED_BY(mutex_) = 0;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<ledger::Change> queue_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace shian::rpc
