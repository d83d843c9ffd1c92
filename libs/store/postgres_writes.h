#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/store/postgres.h"
#include "libs/store/postgres_pool.h"
#include "libs/store/store.h"

namespace shian::store {

// Runs write functions, each in one transaction: again when it met another one, and, when nobody
// heard whether it was committed, once more to find out. Called by many threads at once.
class PostgresWrites {
 public:
  struct Pending {
    WriteContext context;
    WriteFn fn;
    absl::Time deadline;
  };

  // `pool` and `options` outlive it.
  PostgresWrites(PostgresPool& pool, const PostgresOptions& options)
      : pool_(pool), options_(options), next_prune_(SteadyNow() + limits::kPrunePause) {}

  absl::StatusOr<Written> Run(const Pending& write);
  // How long a write that comes now waits when `waiting` are before it.
  absl::Duration ExpectedWait(size_t waiting) const;
  // Counts a refusal.
  absl::Status Shed();
  // What a caller hears when the database is away; `why` goes to the log alone.
  absl::Status Away(const absl::Status& why);

  // Removes old replies, once a minute; between two answers, never before one.
  void PruneNowAndThen();

  // No write is tried again after `until`.
  void Drain(absl::Time until) {
    absl::MutexLock lock(&mutex_);
    drained_ = until;
  }
  void AfterCommit(std::function<void()> hook);
  void RunHooks();
  StoreStats stats() const;

 private:
  // What an attempt came to.
  enum class Outcome {
    kDone,      // committed
    kRefused,   // by the function; nothing is left of it
    kTaken,     // a value that only one row may have is there already
    kConflict,  // another transaction was first, maybe one of the same request
    kLost,      // the connection, before the COMMIT: nothing is left of it
    kUnknown    // the connection, with the COMMIT on its way
  };

  absl::StatusOr<Written> Repeat(const Pending& write, const WriteContext& kept);
  // `revision` is told before the commit, which may never be heard of.
  absl::StatusOr<Written> Attempt(const Pending& write, const WriteContext& kept, absl::Time until,
                                  bool disturb, Outcome* outcome, std::string* revision);
  absl::StatusOr<Written> InTransaction(const Pending& write, const WriteContext& kept,
                                        bool disturb, PostgresConnection& connection,
                                        std::string* revision);
  absl::StatusOr<std::string> RunFunction(const Pending& write, WriteTx& tx,
                                          PostgresConnection& connection, bool disturb);
  // The answer that this request got before, if it did.
  absl::StatusOr<std::optional<Written>> LookUp(const Pending& write, const WriteContext& kept,
                                                absl::Time until);
  absl::StatusOr<std::optional<Written>> Settle(const WriteContext& kept, absl::Time until);
  absl::Time drained() const {
    absl::MutexLock lock(&mutex_);
    return drained_;
  }
  void Count(Outcome outcome, const absl::Status& status);

  PostgresPool& pool_;
  const PostgresOptions& options_;
  mutable absl::Mutex mutex_;
  std::vector<std::function<void()>> hooks_ ABSL_GUARDED_BY(mutex_);
  StoreStats stats_ ABSL_GUARDED_BY(mutex_);
  absl::Duration recent_write_ ABSL_GUARDED_BY(mutex_);
  absl::Time next_prune_ ABSL_GUARDED_BY(mutex_);
  absl::Time drained_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
};

}  // namespace shian::store
