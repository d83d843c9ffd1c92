#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/clock.h"
#include "libs/ledger/change.h"
#include "libs/ledger/limits.h"
#include "libs/ledger/signer.h"
#include "libs/store/store.h"

namespace shian::ledger {

// Follows the commits of one store and takes new entries into the trees: node rows and a signed
// checkpoint per log, in writes of its own, so that no request waits for hashing. One per process.
// Where several processes share a store, one of them leads: it gives the entries their places, and
// does what else only one should do. Another takes over when it is not heard of any more.
class Ledger {
 public:
  struct Options {
    std::unique_ptr<Signer> signer;
    const Clock* clock = &SystemClock();  // the service's clock: checkpoints carry its time
    absl::Duration pause = limits::kIntegrationPause;
    // Told why a step failed; it is tried again.
    std::function<void(const absl::Status&)> log = [](const absl::Status&) {};
  };
  // Catches up with what a crash left unintegrated before it returns. The store outlives it.
  static absl::StatusOr<std::unique_ptr<Ledger>> Start(store::Store& store, Options options);
  ~Ledger();

  // True while this process leads; always true where a store has one process.
  bool leading() const;

  // Waits until everything committed before the call is integrated: for `advance` and tests.
  // UNAVAILABLE when whoever leads did not do so in limits::kFlushTimeMax.
  absl::Status Flush();
  // What verifiers pin for one of this store's logs.
  std::string VerifierKey(Log log) const;
  // The same for the name on a checkpoint of an earlier epoch.
  std::string VerifierKey(absl::string_view name) const;
  // Real time since the oldest entry that waits for integration; zero when none does.
  absl::Duration Behind() const;

 private:
  class Impl;
  explicit Ledger(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// One integration step in the given transaction: true when more entries wait. For tools and tests;
// the service's own work is Ledger's.
absl::StatusOr<bool> Integrate(store::WriteTx& tx, Log log, const Signer& signer);

}  // namespace shian::ledger
