#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/store/limits.h"
#include "libs/store/postgres_pool.h"
#include "libs/store/store.h"

namespace shian::store {

// Read transactions on the connections of a pool. Called by many threads at once.
class PostgresReads {
 public:
  // Both outlive it.
  PostgresReads(PostgresPool& pool, const std::string& origin,
                absl::Duration cancel_max = limits::kPostgresCancelMax)
      : pool_(pool), origin_(origin), cancel_max_(cancel_max) {}

  // Runs `fn` once in a transaction of its own. Where `trouble` is something, the status is the
  // engine's, which no caller is told: kLost when no server answered or the connection broke,
  // kConflict when a standby could not keep the state that was being read.
  absl::Status Run(const ReadFn& fn, absl::Time deadline, Trouble* trouble);

 private:
  PostgresPool& pool_;
  const std::string& origin_;
  const absl::Duration cancel_max_;
};

}  // namespace shian::store
