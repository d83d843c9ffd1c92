#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/store/sqlite_connection.h"
#include "libs/store/store.h"

namespace shian::store {

// The read-only connections. Each read has one for itself, in one read transaction.
class SqliteReaders {
 public:
  static absl::StatusOr<std::unique_ptr<SqliteReaders>> Open(const std::string& path);

  // Waits for a free connection until `deadline`, then runs `fn` until `deadline` at most.
  absl::Status Read(const ReadFn& fn, const std::string& origin, absl::Time deadline);
  double OldestReadSeconds() const;

 private:
  using Connection = std::unique_ptr<SqliteConnection>;
  SqliteReaders() = default;
  Connection Take(absl::Time deadline);
  void GiveBack(Connection connection);

  mutable absl::Mutex mutex_;
  std::vector<Connection> free_ ABSL_GUARDED_BY(mutex_);
  std::multiset<absl::Time> started_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace shian::store
