#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/store/sqlite_connection.h"
#include "libs/store/store.h"

namespace shian::store {

// The read-only connections. Each read has one for itself, in one read transaction. A connection
// keeps its transaction open for the next read and begins a new one only when something was
// committed since, because opening one costs as much as reading a row.
class SqliteReaders {
 public:
  static absl::StatusOr<std::unique_ptr<SqliteReaders>> Open(const std::string& path);

  // Waits for a free connection until `deadline`, then runs `fn` until `deadline` at most. It sees
  // everything that was committed before it began.
  absl::Status Read(const ReadFn& fn, const std::string& origin, absl::Time deadline);
  // By the writer: after each commit and before its answers leave, so that whoever got an answer
  // reads what it says.
  void Renew();
  // By the writer, before each checkpoint: no idle connection holds an old state and with it the
  // log's pages.
  void RenewAndRelease();
  double OldestReadSeconds() const;

 private:
  struct Reader {
    std::unique_ptr<SqliteConnection> connection;
    int64_t generation = -1;  // its open transaction sees this state or a later one
    std::string revision;     // of that state, once somebody asked
    absl::Time begun = absl::InfiniteFuture();  // its read; infinite while it is free
  };
  SqliteReaders() = default;
  Reader* Take(absl::Time deadline) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void GiveBack(Reader* reader) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status BeginIfStale(Reader* reader, int64_t generation);

  mutable absl::Mutex mutex_;
  std::vector<std::unique_ptr<Reader>> all_ ABSL_GUARDED_BY(mutex_);
  std::vector<Reader*> free_ ABSL_GUARDED_BY(mutex_);
  int64_t generation_ ABSL_GUARDED_BY(mutex_) = 0;  // counts commits and checkpoints
};

}  // namespace shian::store
