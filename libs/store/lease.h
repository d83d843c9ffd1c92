// Work that one of several processes does for all of them: the sequencer of the logs, what falls
// due with time, following other services.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/store/store.h"

namespace shian::store {

// Of the process that does for all what only one should do (ledger::Ledger::leading).
inline constexpr char kLeaderLease[] = "leader";

// One process's view of a lease. It is held while its holder is heard of: whoever sees it stand
// still for `patience`, by its own steady clock, takes it over. A holder that was stopped and wakes
// up again finds its token worthless in its next transaction, so two never work at once. Belongs to
// one thread.
class Lease {
 public:
  // How far a lease has moved: later ones are greater. `beat` is below 0 once it was released.
  struct Mark {
    int64_t token = 0;
    int64_t beat = 0;
    friend bool operator==(const Mark&, const Mark&) = default;
    friend bool operator<(const Mark& a, const Mark& b) {
      return std::pair(a.token, static_cast<uint64_t>(a.beat)) <
             std::pair(b.token, static_cast<uint64_t>(b.beat));
    }
  };
  // In the state that `tx` sees; absent while nobody ever held it.
  static absl::StatusOr<std::optional<Mark>> Look(ReadTx& tx, const std::string& name);

  // `store` outlives it.
  Lease(Store& store, std::string name, absl::Duration patience)
      : store_(store), name_(std::move(name)), patience_(patience) {}

  // Shows that the holder lives, or takes the lease when nobody holds it; true while it is held.
  // After an error nobody is sure: the holder does nothing until the next call says more.
  absl::StatusOr<bool> Hold();
  // The next one need not wait. For an orderly end.
  void Release();

  // What Fence asks for; 0 while it is not held.
  int64_t token() const { return token_; }
  const std::string& name() const { return name_; }

  // In a write that only the holder may do, before anything else: moves the lease's row, so that a
  // takeover waits for this write, and refuses with ABORTED when the token is not the latest.
  static absl::Status Fence(WriteTx& tx, const std::string& name, int64_t token);

 private:
  absl::StatusOr<Mark> Look();
  absl::StatusOr<bool> TakeOver(const Mark& seen);

  Store& store_;
  const std::string name_;
  const absl::Duration patience_;
  int64_t token_ = 0;
  Mark seen_;                                  // of another holder
  absl::Time since_ = absl::InfiniteFuture();  // when it was first seen so
};

}  // namespace shian::store
