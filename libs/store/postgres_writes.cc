#include "libs/store/postgres_writes.h"

#include <algorithm>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/random.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/faults/faults.h"
#include "libs/store/request_table.h"

namespace shian::store {
namespace {

using errors::Reason;
using errors::Refuse;

// A process that stands still in the middle of a write holds its rows, and the lease's, only for so
// long: then the server ends its session.
std::vector<std::string> BeginOf(const WriteContext& context, Isolation isolation) {
  const char* level = context.latest                      ? "READ COMMITTED"
                      : isolation == Isolation::kSnapshot ? "REPEATABLE READ"
                                                          : "SERIALIZABLE";
  return {absl::StrCat("BEGIN ISOLATION LEVEL ", level),
          absl::StrCat("SET LOCAL idle_in_transaction_session_timeout = ",
                       absl::ToInt64Milliseconds(limits::kIdleInTransactionMax))};
}

// Under which name the request table keeps that a write was done. The service's own work gets one
// of its own, for the case that its commit is not heard of. `now` is the call's, by which it knows
// its own row again.
WriteContext Kept(const WriteContext& context, absl::Time now) {
  WriteContext kept;
  kept.now = now;
  const bool own = context.request_id.empty();
  kept.caller = own ? kOwnWork : context.caller;
  kept.request_id = own ? HexEncode(context.seed) : context.request_id;
  kept.body_digest = context.body_digest;
  return kept;
}

// What a test orders of a write, at a place that its seed says: at its first statement, with which
// the opening travels; or when its rehearsal has told how many statements (`sent`) it has, at its
// COMMIT, or anywhere as far as there.
void Disturb(PostgresConnection& connection, const std::string& seed, int64_t sent) {
  const std::string chance = HmacSha256(seed, "disturb");
  const auto byte = [&](int i) { return static_cast<unsigned char>(chance[i]); };
  const int kind = byte(0) % 8;
  if ((kind == 0) != (sent == 0)) return;
  constexpr int64_t kRequestAndCommit = 2;
  const int64_t last = sent + kRequestAndCommit;
  const int64_t any = 1 + (byte(1) * 256 + byte(2)) % last;
  const int64_t place = kind == 0 ? 1 : kind == 1 ? last : any;
  connection.DisturbIn(static_cast<int>(place), byte(3) % 2 == 0);
}

// Doubles with each try; a random half keeps those that met once from meeting again.
absl::Duration PauseAfter(int tries) {
  const absl::Duration whole =
      std::min(limits::kRetryPauseMin * (int64_t{1} << std::min(tries, 8)), limits::kRetryPauseMax);
  const std::string random = RandomBytes(1);
  return whole * (0.5 + static_cast<unsigned char>(random[0]) / 512.0);
}

}  // namespace

absl::StatusOr<Written> PostgresWrites::Run(const Pending& write) {
  if (absl::Now() > write.deadline) {
    absl::MutexLock lock(&mutex_);
    ++stats_.expired;
    return Refuse(Reason::kDeadlinePassed);
  }
  const absl::Time begun = SteadyNow();
  absl::StatusOr<Written> written = Repeat(write, Kept(write.context, options_.clock->Now()));
  {
    absl::MutexLock lock(&mutex_);
    recent_write_ = (recent_write_ * 7 + (SteadyNow() - begun)) / 8;
  }
  if (written.ok() && !written->replayed && !write.context.dry_run) RunHooks();
  return written;
}

absl::StatusOr<Written> PostgresWrites::Repeat(const Pending& write, const WriteContext& kept) {
  const absl::Time until = std::min(write.deadline, absl::Now() + limits::kOwnWriteTimeMax);
  bool heard = true;  // what came of every attempt
  std::string revision;
  for (int tries = 0, conflicts = 0, taken = 0;; ++tries) {
    Outcome outcome = Outcome::kLost;
    const bool disturb = options_.disturb_writes && tries == 0;
    absl::StatusOr<Written> written = Attempt(write, kept, until, disturb, &outcome, &revision);
    Count(outcome, written.status());
    if (outcome == Outcome::kDone) return written;
    heard &= outcome != Outcome::kUnknown;
    // A second run may find who was first, and say so in the function's own words.
    taken = outcome == Outcome::kTaken ? taken + 1 : 0;
    if (taken > 0) outcome = taken == 1 ? Outcome::kConflict : Outcome::kRefused;
    // Refused perhaps because it was done before; in conflict perhaps with its own first sending.
    absl::StatusOr<std::optional<Written>> before =
        heard ? LookUp(write, kept, until) : Settle(kept, until);
    if (before.ok() && *before) {
      if (!(*before)->replayed) (*before)->revision = revision;
      return **std::move(before);
    }
    // While it is unknown what an attempt did, nothing definite is said.
    heard |= before.ok();
    if (before.ok() && outcome == Outcome::kRefused) return written;
    // The words of a deadline that passed would say that nothing was done, and hide that the
    // database is away.
    const bool away = !heard || outcome == Outcome::kLost;
    if (away && absl::IsDeadlineExceeded(before.status())) {
      return Away(outcome == Outcome::kLost ? written.status() : before.status());
    }
    if (!before.ok() && !absl::IsUnavailable(before.status())) return before.status();
    const bool contended = heard && outcome == Outcome::kConflict;
    if (contended && ++conflicts >= limits::kConflictsMax) return Refuse(Reason::kStoreContended);
    const absl::Duration pause = PauseAfter(tries);
    // A process that ends does not wait for a database that is away.
    const bool patient = contended || tries == 0;
    if (absl::Now() + pause > (patient ? until : std::min(until, drained()))) {
      return contended ? Refuse(Reason::kStoreContended) : Away(written.status());
    }
    absl::SleepFor(pause);
  }
}

absl::StatusOr<Written> PostgresWrites::Attempt(const Pending& write, const WriteContext& kept,
                                                absl::Time until, bool disturb, Outcome* outcome,
                                                std::string* revision) {
  *outcome = Outcome::kLost;
  absl::StatusOr<PostgresPool::Lease> connection = pool_.Take(until);
  if (!connection.ok()) {
    if (!absl::IsUnavailable(connection.status())) *outcome = Outcome::kRefused;
    return connection.status();
  }
  (*connection)->set_deadline(until);
  if (disturb) {
    ++CountedDisturbances().ordered;
    Disturb(**connection, write.context.seed, 0);
  }
  absl::StatusOr<Written> written = InTransaction(write, kept, disturb, **connection, revision);
  if (disturb) (*connection)->DisturbIn(-1, false);
  switch ((*connection)->trouble()) {
    case Trouble::kConflict:
      *outcome = Outcome::kConflict;
      break;
    case Trouble::kLost:
      if ((*connection)->commit_sent()) *outcome = Outcome::kUnknown;
      break;
    case Trouble::kTaken:
      *outcome = Outcome::kTaken;
      break;
    case Trouble::kNone:
      *outcome = written.ok() ? Outcome::kDone : Outcome::kRefused;
  }
  (*connection)->Rollback(absl::Now() + limits::kPostgresCancelMax);
  return written;
}

// The request is looked up only when there is reason to think it was done before: reading it first
// would cost each write a round trip, and under serialisable isolation make neighbours in the
// table's index conflict.
absl::StatusOr<Written> PostgresWrites::InTransaction(const Pending& write,
                                                      const WriteContext& kept, bool disturb,
                                                      PostgresConnection& connection,
                                                      std::string* revision) {
  connection.Begin(BeginOf(write.context, options_.isolation));
  FAILPOINT("after_begin");
  std::string memo;
  WriteTx tx(connection, options_.origin, write.context, &memo);
  ASSIGN_OR_RETURN(std::string reply, RunFunction(write, tx, connection, disturb));
  if (write.context.dry_run) {
    RETURN_IF_ERROR(connection.AwaitPosted());
    return Written{std::move(reply), false, ""};
  }
  // The request's row stands before the COMMIT leaves, so that Settle has to wait for it.
  RETURN_IF_ERROR(connection.Post(kKeepReply.text, ReplyRow(kept, reply, kept.now)));
  RETURN_IF_ERROR(connection.AwaitPosted());
  // What ledger::Append left, or nothing: no write reads the log.
  *revision = memo;
  FAILPOINT("before_commit");
  const absl::Time begun = SteadyNow();
  RETURN_IF_ERROR(connection.Commit(absl::Now() + limits::kOwnWriteTimeMax));
  FAILPOINT("after_commit");
  absl::MutexLock lock(&mutex_);
  stats_.last_commit_seconds = absl::ToDoubleSeconds(SteadyNow() - begun);
  stats_.commit_seconds += stats_.last_commit_seconds;
  return Written{std::move(reply), false, *revision};
}

absl::StatusOr<std::string> PostgresWrites::RunFunction(const Pending& write, WriteTx& tx,
                                                        PostgresConnection& connection,
                                                        bool disturb) {
  if (!options_.rehearse_writes) return write.fn(tx);
  const int64_t before = connection.statements_passed();
  RETURN_IF_ERROR(connection.Execute("SAVEPOINT rehearsal"));
  absl::StatusOr<std::string> first;
  {
    std::string memo;
    WriteTx rehearsal(connection, options_.origin, write.context, &memo);
    first = write.fn(rehearsal);
  }
  if (connection.trouble() != Trouble::kNone) return first;
  RETURN_IF_ERROR(connection.Execute("ROLLBACK TO SAVEPOINT rehearsal"));
  const int64_t sent = connection.statements_passed() - before;
  if (disturb && sent > 0) Disturb(connection, write.context.seed, sent);
  absl::StatusOr<std::string> second = write.fn(tx);
  if (connection.trouble() != Trouble::kNone) return second;
  const bool same = first.ok() ? second.ok() && *first == *second
                               : first.status().code() == second.status().code();
  SHIAN_CHECK(same || write.context.latest)
      << "a write function answered differently in its second run: " << first.status() << " then "
      << second.status();
  return second;
}

// Finds out by writing what came of a COMMIT that nobody heard of: the same row waits for one that
// is still on its way, as behind a standby, and a commit here waits for the standby as well.
// Nothing when it surely was not committed.
absl::StatusOr<std::optional<Written>> PostgresWrites::Settle(const WriteContext& kept,
                                                              absl::Time until) {
  ASSIGN_OR_RETURN(const PostgresPool::Lease connection, pool_.Take(until));
  connection->set_deadline(until);
  WriteContext context;
  context.latest = true;
  connection->Begin(BeginOf(context, options_.isolation));
  absl::Cleanup end = [&] { connection->Rollback(until); };
  WriteTx tx(*connection, options_.origin, context);
  const absl::Status free = KeepReply(tx, kept, "", kept.now);
  if (free.ok()) return std::optional<Written>();
  if (!absl::IsAlreadyExists(free)) return free;
  ASSIGN_OR_RETURN(std::optional<FirstReply> first, FindReply(tx, kept));
  if (!first) return absl::UnavailableError("the request's row is gone again");
  Written written = {std::move(first->reply), ToMicros(first->at) != ToMicros(kept.now), ""};
  if (written.replayed && options_.revision) {
    ASSIGN_OR_RETURN(written.revision, options_.revision(tx));
  }
  RETURN_IF_ERROR(TouchReply(tx, kept));
  RETURN_IF_ERROR(connection->Commit(until));
  return std::optional<Written>(std::move(written));
}

absl::StatusOr<std::optional<Written>> PostgresWrites::LookUp(const Pending& write,
                                                              const WriteContext& kept,
                                                              absl::Time until) {
  if (write.context.dry_run) return std::optional<Written>();
  ASSIGN_OR_RETURN(const PostgresPool::Lease connection, pool_.Take(until));
  connection->set_deadline(until);
  std::string memo;
  ReadTx tx(*connection, options_.origin, &memo);
  ASSIGN_OR_RETURN(std::optional<FirstReply> first, FindReply(tx, kept));
  if (!first) return std::optional<Written>();
  Written written = {std::move(first->reply), true, ""};
  if (options_.revision) {
    ASSIGN_OR_RETURN(written.revision, options_.revision(tx));
  }
  return std::optional<Written>(std::move(written));
}

void PostgresWrites::Count(Outcome outcome, const absl::Status& status) {
  absl::MutexLock lock(&mutex_);
  if (outcome == Outcome::kDone) {
    ++stats_.writes;
    ++stats_.batches;
  }
  if (outcome == Outcome::kConflict) ++stats_.conflicts;
  if (outcome == Outcome::kLost || outcome == Outcome::kUnknown) ++stats_.lost;
  if (errors::ReasonOf(status) == Reason::kStoreFull) ++stats_.full;
}

absl::Status PostgresWrites::Away(const absl::Status& why) {
  options_.log(std::string(why.message()));
  return Refuse(Reason::kStoreAway);
}

absl::Status PostgresWrites::Shed() {
  absl::MutexLock lock(&mutex_);
  ++stats_.shed;
  return errors::WithRetryDelay(Refuse(Reason::kShedWriterQueue), limits::kWriterWaitMax);
}

absl::Duration PostgresWrites::ExpectedWait(size_t waiting) const {
  if (waiting < limits::kWriterQueueDepthMin) return absl::ZeroDuration();
  absl::MutexLock lock(&mutex_);
  return recent_write_ * static_cast<double>(waiting) / std::max(1, options_.connections / 2);
}

void PostgresWrites::AfterCommit(std::function<void()> hook) {
  absl::MutexLock lock(&mutex_);
  hooks_.push_back(std::move(hook));
}

void PostgresWrites::RunHooks() {
  std::vector<std::function<void()>> hooks;
  {
    absl::MutexLock lock(&mutex_);
    hooks = hooks_;
  }
  for (const auto& hook : hooks) hook();
}

StoreStats PostgresWrites::stats() const {
  absl::MutexLock lock(&mutex_);
  return stats_;
}

void PostgresWrites::PruneNowAndThen() {
  {
    absl::MutexLock lock(&mutex_);
    if (SteadyNow() < next_prune_) return;
    next_prune_ = SteadyNow() + limits::kPrunePause;
  }
  Pending prune;
  prune.context.latest = true;  // no caller's write conflicts with it
  prune.context.seed = RandomBytes(32);
  prune.deadline = absl::Now() + limits::kOwnWriteTimeMax;
  prune.fn = [now = options_.clock->Now()](WriteTx& tx) -> absl::StatusOr<std::string> {
    RETURN_IF_ERROR(PruneReplies(tx, now).status());
    return std::string();
  };
  Repeat(prune, Kept(prune.context, options_.clock->Now())).IgnoreError();
}

}  // namespace shian::store
