#include "libs/store/postgres_pool.h"

#include <algorithm>
#include <utility>

#include "libs/errors/errors.h"
#include "libs/store/limits.h"

namespace shian::store {

absl::StatusOr<PostgresPool::Lease> PostgresPool::Take(absl::Time deadline) {
  const auto any = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return out_ < connections_max_; };
  {
    absl::MutexLock lock(&mutex_);
    CloseParked();
    while (!mutex_.AwaitWithDeadline(absl::Condition(&any),
                                     std::min(deadline, absl::Now() + limits::kParkedPause))) {
      CloseParked();
      if (absl::Now() >= deadline) return errors::Refuse(errors::Reason::kDeadlinePassed);
    }
    ++out_;
    while (!idle_.empty()) {
      std::unique_ptr<PostgresConnection> connection = std::move(idle_.back());
      idle_.pop_back();
      if (connection->StillThere()) return Lease(this, std::move(connection));
    }
  }
  absl::StatusOr<std::unique_ptr<PostgresConnection>> made =
      PostgresConnection::Open(address_, wanted_, deadline);
  if (made.ok()) return Lease(this, *std::move(made));
  absl::MutexLock lock(&mutex_);
  --out_;
  return made.status();
}

void PostgresPool::CloseParked() {
  const auto closed = std::remove_if(
      parked_.begin(), parked_.end(),
      [](const std::unique_ptr<PostgresConnection>& parked) { return parked->OutcomeArrived(); });
  out_ -= static_cast<int>(parked_.end() - closed);
  parked_.erase(closed, parked_.end());
}

void PostgresPool::GiveBack(std::unique_ptr<PostgresConnection> connection) {
  if (connection->OutcomeAwaited()) {
    absl::MutexLock lock(&mutex_);
    parked_.push_back(std::move(connection));
    return;
  }
  const bool good =
      connection->Usable() && !connection->InTransaction() && !connection->CancelSent();
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
