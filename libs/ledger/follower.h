// What Ledger does behind its back, in the two ways that engines ask for.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/ledger/change.h"
#include "libs/ledger/ledger.h"
#include "libs/store/store.h"

namespace shian::ledger {

class Follower {
 public:
  virtual ~Follower() = default;
  // Catches up, then goes on by itself.
  virtual absl::Status Begin() = 0;
  virtual absl::Status Flush() = 0;
  virtual absl::Duration Behind() const = 0;
  virtual bool leading() const = 0;
};

// One process, one writer: entries have their places when they are committed. `store` and `options`
// outlive it.
std::unique_ptr<Follower> MakeIntegrator(store::Store& store, const Ledger::Options& options);

// Many writers in many processes: one of them, by a lease, gives the places.
std::unique_ptr<Follower> MakeSequencer(store::Store& store, const Ledger::Options& options);

// One integration step of some logs in a write of its own, after `fence`: true when more entries
// wait.
using Fence = std::function<absl::Status(store::WriteTx&)>;
absl::StatusOr<bool> IntegrateStep(store::Store& store, const Ledger::Options& options,
                                   std::vector<Log> logs, const Fence& fence);

}  // namespace shian::ledger
