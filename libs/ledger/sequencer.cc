#include <array>
#include <atomic>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "libs/base/clock.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/ledger/follower.h"
#include "libs/ledger/limits.h"
#include "libs/ledger/log_reader.h"
#include "libs/ledger/pending.h"
#include "libs/store/lease.h"

namespace shian::ledger {
namespace {

using store::Sql;
using store::Values;

constexpr std::array<Log, 3> kLogs = {Log::kFacts, Log::kPublic, Log::kAudit};
constexpr Sql kHeads = {
    "SELECT (SELECT max(size) FROM log_checkpoint WHERE log = 0), (SELECT max(size) FROM "
    "log_checkpoint WHERE log = 1), (SELECT max(size) FROM log_checkpoint WHERE log = 2), "
    "(SELECT max(sequence) FROM log_entry WHERE log = 0), (SELECT max(sequence) FROM log_entry "
    "WHERE log = 1), (SELECT max(sequence) FROM log_entry WHERE log = 2)"};
constexpr Sql kNewest = {"SELECT max(version) FROM log_pending"};
constexpr Sql kUpTo = {"SELECT shard FROM log_pending WHERE version <= $1 LIMIT 1"};

class Sequencer final : public Follower {
 public:
  Sequencer(store::Store& store, const Ledger::Options& options)
      : store_(store),
        options_(options),
        lease_(store, store::kLeaderLease, limits::kLeasePatience) {}
  ~Sequencer() override {
    {
      absl::MutexLock lock(&mutex_);
      stopping_ = true;
    }
    if (thread_.joinable()) thread_.join();
  }

  absl::Status Begin() override {
    thread_ = std::thread([this] { Run(); });
    return absl::OkStatus();
  }

  absl::Status Flush() override {
    int64_t newest = 0;
    RETURN_IF_ERROR(store_.ReadNow([&](store::ReadTx& tx) -> absl::Status {
      ASSIGN_OR_RETURN(const auto row, tx.QueryOne(kNewest, {}));
      if (row) newest = row->Int(0);
      return absl::OkStatus();
    }));
    const absl::Time until = SteadyNow() + limits::kFlushTimeMax;
    while (true) {
      ASSIGN_OR_RETURN(const bool settled, IsSettled(newest));
      if (settled) return absl::OkStatus();
      if (SteadyNow() > until) return errors::Refuse(errors::Reason::kStoreAway);
      absl::SleepFor(limits::kSequencerPause);
    }
  }

  absl::Duration Behind() const override {
    absl::MutexLock lock(&mutex_);
    return since_ == absl::InfiniteFuture() ? absl::ZeroDuration() : SteadyNow() - since_;
  }
  // Before another may take over, whatever became of this process's thread meanwhile.
  bool leading() const override {
    return SteadyNow() < absl::FromUnixNanos(leads_until_) - limits::kLeaseBeat;
  }

 private:
  using Heads = std::array<int64_t, kLogs.size()>;

  // Everything up to a version has its place and is under a checkpoint.
  absl::StatusOr<bool> IsSettled(int64_t version) {
    bool settled = true;
    RETURN_IF_ERROR(store_.ReadNow([&](store::ReadTx& tx) -> absl::Status {
      ASSIGN_OR_RETURN(const auto row, tx.QueryOne(kUpTo, Values(version)));
      settled = !row.has_value();
      for (const Log log : kLogs) {
        ASSIGN_OR_RETURN(const LogState state, ReadState(tx, log));
        settled &= state.integrated == state.last;
      }
      return absl::OkStatus();
    }));
    return settled;
  }

  void Run() {
    while (Pause()) {
      Lead();
      const absl::StatusOr<bool> waiting = Look();
      if (!waiting.ok() || !*waiting || !leading() || SteadyNow() < next_try_) continue;
      const absl::Status integrated = Integrate();
      if (integrated.ok()) continue;
      options_.log(integrated);
      // The fence, a database that is away, or a row that is damaged, which stops its own log
      // alone.
      next_beat_ = absl::InfinitePast();
      next_try_ = SteadyNow() + limits::kIntegrationRetry;
      for (const Log log : kLogs) IntegrateAll({log}).IgnoreError();
    }
    leads_until_ = 0;
    lease_.Release();
  }

  void Lead() {
    if (SteadyNow() < next_beat_) return;
    next_beat_ = SteadyNow() + limits::kLeaseBeat;
    const absl::Time asked = SteadyNow();
    const absl::StatusOr<bool> held = lease_.Hold();
    const bool leads = held.ok() && *held;
    leads_until_ = leads ? absl::ToUnixNanos(asked + limits::kLeasePatience) : 0;
  }

  // Whether entries wait. Tells this process of what another one has integrated.
  absl::StatusOr<bool> Look() {
    Heads heads = {};
    bool waiting = false;
    RETURN_IF_ERROR(store_.ReadNow([&](store::ReadTx& tx) -> absl::Status {
      ASSIGN_OR_RETURN(waiting, HasPending(tx));
      ASSIGN_OR_RETURN(const auto row, tx.QueryOne(kHeads, {}));
      for (int log = 0; log < static_cast<int>(heads.size()); ++log) {
        heads[log] = row->Int(log);
        // A restored log may end beyond its last checkpoint.
        waiting |= row->Int(log + static_cast<int>(heads.size())) != heads[log];
      }
      return absl::OkStatus();
    }));
    if (heads != std::exchange(heads_, heads)) store_.Notice();
    absl::MutexLock lock(&mutex_);
    if (!waiting) since_ = absl::InfiniteFuture();
    if (waiting && since_ == absl::InfiniteFuture()) since_ = SteadyNow();
    return waiting;
  }

  absl::Status Integrate() { return IntegrateAll({kLogs.begin(), kLogs.end()}); }

  absl::Status IntegrateAll(const std::vector<Log>& logs) {
    const Fence fence = [token = lease_.token()](store::WriteTx& tx) {
      return store::Lease::Fence(tx, store::kLeaderLease, token);
    };
    bool more = true;
    while (more) {
      ASSIGN_OR_RETURN(more, IntegrateStep(store_, options_, logs, fence));
    }
    return absl::OkStatus();
  }

  // False when it is time to end.
  bool Pause() {
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(&stopping_), limits::kSequencerPause);
    return !stopping_;
  }

  store::Store& store_;
  const Ledger::Options& options_;
  std::atomic<int64_t> leads_until_ = 0;  // nanoseconds of the steady clock
  mutable absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time since_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();  // entries wait
  // The thread's own.
  store::Lease lease_;
  Heads heads_ = {};
  absl::Time next_beat_ = absl::InfinitePast();
  absl::Time next_try_ = absl::InfinitePast();  // after a failure
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Follower> MakeSequencer(store::Store& store, const Ledger::Options& options) {
  return std::make_unique<Sequencer>(store, options);
}

}  // namespace shian::ledger
