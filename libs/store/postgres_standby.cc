#include "libs/store/postgres_standby.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/clock.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/store/lease.h"
#include "libs/store/limits.h"

namespace shian::store {
namespace {

constexpr Sql kOrigin = {"SELECT origin FROM store_identity"};

}  // namespace

PostgresStandby::PostgresStandby(PostgresReads& primary, const PostgresOptions& options)
    : primary_(primary),
      options_(options),
      pool_(options.standby, Server::kStandby, std::max(1, options.connections / 2)),
      reads_(pool_, options.origin, limits::kStandbyCancelMax),
      thread_([this] { Watch(); }) {}

PostgresStandby::~PostgresStandby() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

std::optional<absl::Status> PostgresStandby::Read(const ReadFn& fn, const ReadTerms& terms,
                                                  absl::Time deadline) {
  bool suits = false;
  absl::Status status;
  Trouble trouble = Trouble::kNone;
  if (usable_) {
    // One that falls silent leaves half of the time to the primary.
    const absl::Time now = absl::Now();
    status = reads_.Run(
        [&](ReadTx& tx) -> absl::Status {
          ASSIGN_OR_RETURN(const absl::Duration age, AgeOf(tx));
          if (age > terms.staleness_max) return absl::OkStatus();
          if (terms.demand && !terms.demand(tx).ok()) return absl::OkStatus();
          suits = true;
          return fn(tx);
        },
        now + (deadline - now) / 2, &trouble);
  }
  const bool silent = trouble == Trouble::kLost || absl::IsDeadlineExceeded(status);
  if (silent) usable_ = false;
  const bool refused = errors::ReasonOf(status) == errors::Reason::kRevisionNotReached;
  if (trouble == Trouble::kNone && suits && !silent && !refused) {
    ++read_;
    return status;
  }
  ++passed_;
  return std::nullopt;
}

// Each read asks whose database it is: of several hosts another one may answer now.
absl::StatusOr<absl::Duration> PostgresStandby::AgeOf(ReadTx& tx) const {
  tx.Expect(kOrigin, {});
  ASSIGN_OR_RETURN(const std::optional<Lease::Mark> mark, Lease::Look(tx, kLeaderLease));
  ASSIGN_OR_RETURN(const std::optional<Row> origin, tx.QueryOne(kOrigin, {}));
  if (!origin || origin->Text(0) != options_.origin) {
    return absl::FailedPreconditionError("a standby of another origin's database");
  }
  absl::MutexLock lock(&mutex_);
  return freshness_.AgeOf(mark, SteadyNow());
}

void PostgresStandby::Watch() {
  do {
    LookAtPrimary();
    LookAtStandby();
  } while (Pause());
}

// While the primary is away nothing new is learnt, and what is known becomes older.
void PostgresStandby::LookAtPrimary() {
  const absl::Time begun = SteadyNow();
  Trouble trouble = Trouble::kNone;
  primary_
      .Run(
          [&](ReadTx& tx) -> absl::Status {
            ASSIGN_OR_RETURN(const std::optional<Lease::Mark> mark, Lease::Look(tx, kLeaderLease));
            absl::MutexLock lock(&mutex_);
            if (mark) freshness_.Saw(*mark, begun);
            return absl::OkStatus();
          },
          absl::Now() + limits::kStandbyLookMax, &trouble)
      .IgnoreError();
}

void PostgresStandby::LookAtStandby() {
  Trouble trouble = Trouble::kNone;
  absl::Duration age = absl::InfiniteDuration();
  const absl::Status status = reads_.Run(
      [&](ReadTx& tx) -> absl::Status {
        ASSIGN_OR_RETURN(age, AgeOf(tx));
        return absl::OkStatus();
      },
      absl::Now() + limits::kStandbyLookMax, &trouble);
  usable_ = status.ok();
  // Once, not at every look.
  const std::string before = std::exchange(problem_, std::string(status.message()));
  if (!problem_.empty() && problem_ != before) options_.log(absl::StrCat("standby: ", problem_));
  absl::MutexLock lock(&mutex_);
  age_ = age;
}

bool PostgresStandby::Pause() {
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(&stopping_), limits::kStandbyPause);
  return !stopping_;
}

void PostgresStandby::AddTo(StoreStats* stats) const {
  stats->standby_reads = read_;
  stats->standby_passed = passed_;
  absl::MutexLock lock(&mutex_);
  stats->standby_age_seconds = absl::ToDoubleSeconds(age_);
}

}  // namespace shian::store
