#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/store/postgres_connection.h"

namespace shian::store {

// A bounded number of connections, made when they are needed and kept while they are good.
class PostgresPool {
 public:
  PostgresPool(std::string address, Server wanted, int connections_max)
      : address_(std::move(address)), wanted_(wanted), connections_max_(connections_max) {}

  // A connection for one transaction; goes back by itself. One that is of no more use is closed,
  // and with it those that lie idle: what ended one has mostly ended all.
  class Lease {
   public:
    Lease(PostgresPool* pool, std::unique_ptr<PostgresConnection> connection)
        : pool_(pool), connection_(std::move(connection)) {}
    Lease(Lease&& other) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (connection_ != nullptr) pool_->GiveBack(std::move(connection_));
    }
    PostgresConnection& operator*() const { return *connection_; }
    PostgresConnection* operator->() const { return connection_.get(); }

   private:
    PostgresPool* const pool_;
    std::unique_ptr<PostgresConnection> connection_;
  };

  // Waits for one until `deadline`: DEADLINE_EXCEEDED. UNAVAILABLE when the database is away, which
  // one is too that has not answered by then.
  absl::StatusOr<Lease> Take(absl::Time deadline);

  int in_use() const {
    absl::MutexLock lock(&mutex_);
    return out_;
  }

 private:
  void CloseParked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void GiveBack(std::unique_ptr<PostgresConnection> connection);

  const std::string address_;
  const Server wanted_;
  const int connections_max_;
  mutable absl::Mutex mutex_;
  std::vector<std::unique_ptr<PostgresConnection>> idle_ ABSL_GUARDED_BY(mutex_);
  // Those whose COMMIT the server still has, as while a synchronous standby is away: they count, or
  // the server would soon have no session left for anybody.
  std::vector<std::unique_ptr<PostgresConnection>> parked_ ABSL_GUARDED_BY(mutex_);
  int out_ ABSL_GUARDED_BY(mutex_) = 0;  // taken, being made, or parked
};

}  // namespace shian::store
