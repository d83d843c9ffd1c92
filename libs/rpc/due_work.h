// The service's clock and the work that falls due with it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/base/clock.h"
#include "libs/store/schema.h"
#include "libs/store/store.h"

namespace shian::rpc {

// The table in which a simulated clock is kept.
store::Migration ClockMigration();

// A simulated clock starts where it stood when the process ended, else at `start`.
absl::StatusOr<absl::Time> KeptClock(store::Store& store, absl::Time start);

class DueWork {
 public:
  using Work = std::function<absl::Status(absl::Time now)>;
  // `simulated` is null on real time. Where several processes share a store only the one for which
  // `leads` is true does the work by itself; it is asked before each piece. A piece's writes carry
  // no token: one that is stopped in its middle and wakes up when another leads goes on to its end.
  // That does nothing twice, because each write asks again, in its own transaction, what is due,
  // and changes the rows by which it was due: two that meet conflict, and the later finds nothing.
  DueWork(store::Store& store, const Clock& clock, SimulatedClock* simulated,
          std::function<bool()> leads);
  ~DueWork();
  DueWork(const DueWork&) = delete;
  DueWork& operator=(const DueWork&) = delete;

  // Before Start.
  void Add(Work work) { works_.push_back(std::move(work)); }
  // Of this process, whoever leads.
  void AddOwn(Work work) { own_works_.push_back(std::move(work)); }
  // Does what is due; on real time a thread goes on doing so.
  void Start();
  void Stop();

  // Keeps the new time, moves the clock, does what is due by then.
  absl::Status AdvanceTo(absl::Time time);

  absl::Status RunOwn();

  // Pieces of work that ended with an error since the start.
  int64_t failures() const { return failures_; }

 private:
  void RunAsLeader();
  // As long as it `may`.
  absl::Status RunEach(const std::vector<Work>& works, const std::function<bool()>& may);
  void Loop();

  store::Store& store_;
  const Clock& clock_;
  SimulatedClock* const simulated_;
  const std::function<bool()> leads_;
  std::vector<Work> works_, own_works_;
  std::atomic<int64_t> failures_{0};
  absl::Mutex running_;  // one round at a time
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace shian::rpc
