#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/store/freshness.h"
#include "libs/store/postgres.h"
#include "libs/store/postgres_pool.h"
#include "libs/store/postgres_reads.h"
#include "libs/store/store.h"

namespace shian::store {

// Servers that follow the primary and answer reads that may be a little old. While the primary is
// away they still do, until their state is older than callers allow.
class PostgresStandby {
 public:
  // `primary` and `options` outlive it.
  PostgresStandby(PostgresReads& primary, const PostgresOptions& options);
  ~PostgresStandby();
  PostgresStandby(const PostgresStandby&) = delete;
  PostgresStandby& operator=(const PostgresStandby&) = delete;

  // The read's own status; absent when its terms ask for the primary: no standby answers, or its
  // state is too old, or not what they demand.
  std::optional<absl::Status> Read(const ReadFn& fn, const ReadTerms& terms, absl::Time deadline);

  void AddTo(StoreStats* stats) const;

 private:
  void Watch();
  void LookAtPrimary();
  void LookAtStandby();
  absl::StatusOr<absl::Duration> AgeOf(ReadTx& tx) const;
  bool Pause();

  PostgresReads& primary_;
  const PostgresOptions& options_;
  PostgresPool pool_;
  PostgresReads reads_;
  std::atomic<bool> usable_ = false;  // at the last look
  std::atomic<int64_t> read_ = 0;
  std::atomic<int64_t> passed_ = 0;
  mutable absl::Mutex mutex_;
  Freshness freshness_ ABSL_GUARDED_BY(mutex_);
  absl::Duration age_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteDuration();
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::string problem_;  // of the watching thread: the last one that was told
  std::thread thread_;
};

}  // namespace shian::store
