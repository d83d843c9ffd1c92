#include "libs/store/postgres_pool.h"

#include <utility>

#include "libs/errors/errors.h"

namespace shian::store {

absl::StatusOr<PostgresPool::Lease> PostgresPool::Take(absl::Time deadline) {
  const auto any = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return out_ < connections_max_; };
  {
    absl::MutexLock lock(&mutex_);
    if (!mutex_.AwaitWithDeadline(absl::Condition(&any), deadline)) {
      return errors::Refuse(errors::Reason::kDeadlinePassed);
    }
    ++out_;
    if (!idle_.empty()) {
      std::unique_ptr<PostgresConnection> connection = std::move(idle_.back());
      idle_.pop_back();
      return Lease(this, std::move(connection));
    }
  }
  absl::StatusOr<std::unique_ptr<PostgresConnection>> made = PostgresConnection::Open(address_);
  if (made.ok()) return Lease(this, *std::move(made));
  absl::MutexLock lock(&mutex_);
  --out_;
  return made.status();
}

void PostgresPool::GiveBack(std::unique_ptr<PostgresConnection> connection) {
  const bool good = connection->Usable() && !connection->InTransaction();
  const bool lost = connection->trouble() == Trouble::kLost;
  connection->ClearTrouble();
  connection->set_deadline(absl::InfiniteFuture());
  std::vector<std::unique_ptr<PostgresConnection>> closed;  // outside of the lock
  absl::MutexLock lock(&mutex_);
  --out_;
  if (lost) closed = std::move(idle_);
  if (lost) idle_.clear();
  if (good) {
    idle_.push_back(std::move(connection));
  } else {
    closed.push_back(std::move(connection));
  }
}

}  // namespace shian::store
