#include "libs/store/sqlite_readers.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/store/limits.h"

namespace shian::store {

absl::StatusOr<std::unique_ptr<SqliteReaders>> SqliteReaders::Open(const std::string& path) {
  std::unique_ptr<SqliteReaders> readers(new SqliteReaders());
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  const int count = std::max(limits::kReadersMin, cores * limits::kReadersPerCore);
  for (int i = 0; i < count; ++i) {
    ASSIGN_OR_RETURN(Connection connection,
                     SqliteConnection::Open(path, SqliteConnection::Role::kReader));
    absl::MutexLock lock(&readers->mutex_);
    readers->free_.push_back(std::move(connection));
  }
  return readers;
}

SqliteReaders::Connection SqliteReaders::Take(absl::Time deadline) {
  absl::MutexLock lock(&mutex_);
  const auto any_free = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return !free_.empty(); };
  if (!mutex_.AwaitWithDeadline(absl::Condition(&any_free), deadline)) return nullptr;
  Connection connection = std::move(free_.back());
  free_.pop_back();
  return connection;
}

void SqliteReaders::GiveBack(Connection connection) {
  absl::MutexLock lock(&mutex_);
  free_.push_back(std::move(connection));
}

absl::Status SqliteReaders::Read(const ReadFn& fn, const std::string& origin, absl::Time deadline) {
  Connection connection = Take(deadline);
  if (connection == nullptr) return errors::Refuse(errors::Reason::kDeadlinePassed);
  const absl::Time begun = absl::Now();
  {
    absl::MutexLock lock(&mutex_);
    started_.insert(begun);
  }
  connection->set_deadline(deadline);
  absl::Status status = connection->Run("BEGIN");
  if (status.ok()) {
    ReadTx tx(*connection, origin);
    status = fn(tx);
  }
  // The deadline belonged to the read; ending its transaction must not fail for it.
  connection->set_deadline(absl::InfiniteFuture());
  if (connection->InTransaction()) connection->Run("ROLLBACK").IgnoreError();
  {
    absl::MutexLock lock(&mutex_);
    started_.erase(started_.find(begun));
  }
  GiveBack(std::move(connection));
  return status;
}

double SqliteReaders::OldestReadSeconds() const {
  absl::MutexLock lock(&mutex_);
  if (started_.empty()) return 0;
  return absl::ToDoubleSeconds(absl::Now() - *started_.begin());
}

}  // namespace shian::store
