#include "libs/store/lease.h"

#include <optional>
#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/status_macros.h"

namespace shian::store {
namespace {

// A released lease has no token of anybody's, but goes on counting: tokens are never used twice.
constexpr int64_t kReleased = -1;  // as a beat

constexpr Sql kLook = {"SELECT token, beat FROM lease WHERE name = $1"};
constexpr Sql kMake = {
    "INSERT INTO lease (name, token, beat) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING"};
constexpr Sql kBeat = {
    "UPDATE lease SET beat = beat + 1 WHERE name = $1 AND token = $2 AND beat >= 0"};
constexpr Sql kTake = {
    "UPDATE lease SET token = token + 1, beat = 0 WHERE name = $1 AND token = $2 AND beat = $3"};
constexpr Sql kRelease = {"UPDATE lease SET beat = $3 WHERE name = $1 AND token = $2"};

// One statement in a transaction of its own; true when it changed the row.
absl::StatusOr<bool> Change(Store& store, const Sql& sql, std::vector<Value> args) {
  WriteContext context;
  context.latest = true;
  ASSIGN_OR_RETURN(const Written written,
                   store.WriteAndWait(std::move(context),
                                      [sql, args](WriteTx& tx) -> absl::StatusOr<std::string> {
                                        ASSIGN_OR_RETURN(const int64_t rows, tx.Execute(sql, args));
                                        return rows == 1 ? "1" : "";
                                      }));
  return !written.reply.empty();
}

}  // namespace

absl::Status Lease::Fence(WriteTx& tx, const std::string& name, int64_t token) {
  ASSIGN_OR_RETURN(const int64_t rows, tx.Execute(kBeat, Values(name, token)));
  return rows == 1 ? absl::OkStatus() : absl::AbortedError("the lease belongs to another process");
}

absl::StatusOr<std::optional<Lease::Mark>> Lease::Look(ReadTx& tx, const std::string& name) {
  ASSIGN_OR_RETURN(const std::optional<Row> row, tx.QueryOne(kLook, Values(name)));
  if (!row) return std::optional<Mark>();
  return std::optional<Mark>(Mark{row->Int(0), row->Int(1)});
}

absl::StatusOr<Lease::Mark> Lease::Look() {
  std::optional<Mark> seen;
  RETURN_IF_ERROR(store_.ReadNow([&](ReadTx& tx) -> absl::Status {
    ASSIGN_OR_RETURN(seen, Look(tx, name_));
    return absl::OkStatus();
  }));
  if (seen) return *seen;
  RETURN_IF_ERROR(Change(store_, kMake, Values(name_, kReleased)).status());
  return Mark{0, kReleased};
}

absl::StatusOr<bool> Lease::TakeOver(const Mark& seen) {
  ASSIGN_OR_RETURN(const bool taken, Change(store_, kTake, Values(name_, seen.token, seen.beat)));
  if (taken) token_ = seen.token + 1;
  return taken;
}

absl::StatusOr<bool> Lease::Hold() {
  if (token_ != 0) {
    ASSIGN_OR_RETURN(const bool beaten, Change(store_, kBeat, Values(name_, token_)));
    if (!beaten) token_ = 0;
    return beaten;
  }
  ASSIGN_OR_RETURN(const Mark seen, Look());
  if (seen.beat == kReleased) return TakeOver(seen);
  if (seen != seen_ || since_ == absl::InfiniteFuture()) {
    seen_ = seen;
    since_ = SteadyNow();
    return false;
  }
  if (SteadyNow() - since_ < patience_) return false;
  since_ = absl::InfiniteFuture();
  return TakeOver(seen);
}

void Lease::Release() {
  if (token_ == 0) return;
  Change(store_, kRelease, Values(name_, std::exchange(token_, 0), kReleased))
      .status()
      .IgnoreError();
}

}  // namespace shian::store
