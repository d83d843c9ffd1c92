#include "libs/ledger/ledger.h"

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/ledger/entries.h"
#include "libs/ledger/follower.h"
#include "libs/ledger/leaf.h"
#include "libs/ledger/log_reader.h"
#include "libs/ledger/pending.h"
#include "libs/ledger/tiles.h"
#include "libs/ledger/tree.h"
#include "libs/ledger/verify.h"

namespace shian::ledger {
namespace {

using store::Bytes;
using store::Row;
using store::Sql;
using store::Values;

constexpr std::array<Log, 3> kLogs = {Log::kFacts, Log::kPublic, Log::kAudit};
constexpr Sql kNextEntries = {"WHERE log = $1 AND sequence > $2 ORDER BY sequence LIMIT $3"};

absl::Status SignCheckpoint(store::WriteTx& tx, Log log, const Checkpoint& checkpoint,
                            absl::Time at, const Signer& signer) {
  const std::string note = signer.SignNote(checkpoint.origin, CheckpointBody(checkpoint));
  return Checkpoints().Insert(tx, Values(static_cast<int64_t>(log), checkpoint.size, ToMicros(at),
                                         Bytes{checkpoint.root}, note));
}

absl::Status MissingEntry(Log log, int64_t sequence) {
  return errors::Refuse(
      errors::Reason::kDataLoss,
      {{"table", "log_entry"}, {"key", absl::StrCat(LogName(log), "/", sequence)}});
}

}  // namespace

absl::StatusOr<bool> Integrate(store::WriteTx& tx, Log log, const Signer& signer) {
  ASSIGN_OR_RETURN(LogState state, ReadState(tx, log));
  bool more = false;
  if (tx.many_writers()) {
    ASSIGN_OR_RETURN(const int64_t moved, SequencePending(tx, log, state.epoch, state.last,
                                                          limits::kIntegratedLeavesMax));
    state.last += moved;
    more = moved == limits::kIntegratedLeavesMax;
  }
  // Entries that a checkpoint covers are gone: nothing may be put in their place.
  if (state.integrated > state.last) return MissingEntry(log, state.last + 1);
  if (state.integrated == state.last) return false;
  TileWriter tree(tx, log);
  int64_t size = state.integrated;
  RETURN_IF_ERROR(Entries().ForEach(
      tx, kNextEntries,
      Values(static_cast<int64_t>(log), state.integrated, limits::kIntegratedLeavesMax),
      [&](Row&& row) -> absl::Status {
        if (row.Int(EntryColumn::kSequence) != size + 1) return MissingEntry(log, size + 1);
        return tree.Add(size++, HashLeaf(LeafBytes(ToLeaf(row, tx.origin()))));
      }));
  if (size == state.integrated) return MissingEntry(log, size + 1);
  RETURN_IF_ERROR(tree.Flush());
  ASSIGN_OR_RETURN(std::string root, TreeRoot(size, [&](int level, int64_t position) {
                     return tree.Node(level, position);
                   }));
  // Another process's clock may have been ahead of this one's.
  const absl::Time at = std::max(tx.now(), state.checkpointed);
  RETURN_IF_ERROR(SignCheckpoint(tx, log, {state.name, size, std::move(root)}, at, signer));
  return more || size < state.last;
}

absl::StatusOr<bool> IntegrateStep(store::Store& store, const Ledger::Options& options,
                                   std::vector<Log> logs, const Fence& fence) {
  store::WriteContext context;
  context.now = options.clock->Now();
  context.caller = "ledger";
  context.latest = true;
  const Signer* signer = options.signer.get();
  ASSIGN_OR_RETURN(
      const store::Written written,
      store.WriteAndWait(std::move(context),
                         [logs, signer, fence](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                           RETURN_IF_ERROR(fence(tx));
                           bool any = false;
                           for (const Log log : logs) {
                             ASSIGN_OR_RETURN(const bool more, Integrate(tx, log, *signer));
                             any |= more;
                           }
                           return any ? "more" : "";
                         }));
  return !written.reply.empty();
}

namespace {

// Follows the commits of this process.
class Integrator final : public Follower {
 public:
  Integrator(store::Store& store, const Ledger::Options& options)
      : store_(store), options_(options), signal_(std::make_shared<Signal>()) {
    // The hook outlives this object when the store does, so it holds the signal only.
    store_.AfterCommit([signal = signal_] {
      absl::MutexLock lock(&signal->mutex);
      if (signal->since == absl::InfiniteFuture()) signal->since = absl::Now();
    });
  }
  ~Integrator() override {
    {
      absl::MutexLock lock(&signal_->mutex);
      signal_->stopping = true;
    }
    if (thread_.joinable()) thread_.join();
  }

  absl::Status Begin() override {
    RETURN_IF_ERROR(Flush());
    thread_ = std::thread([this] { Run(); });
    return absl::OkStatus();
  }

  absl::Status Flush() override {
    absl::MutexLock lock(&integrating_);
    for (const Log log : kLogs) {
      bool more = true;
      while (more) {
        ASSIGN_OR_RETURN(more, Step(log));
      }
    }
    return absl::OkStatus();
  }

  absl::Duration Behind() const override {
    absl::MutexLock lock(&signal_->mutex);
    const absl::Time since = signal_->since;
    return since == absl::InfiniteFuture() ? absl::ZeroDuration() : absl::Now() - since;
  }
  bool leading() const override { return true; }

 private:
  struct Signal {
    absl::Mutex mutex;
    absl::Time since ABSL_GUARDED_BY(mutex) = absl::InfiniteFuture();  // of the first new commit
    bool stopping ABSL_GUARDED_BY(mutex) = false;
  };

  // True when the log has entries that no checkpoint covers.
  absl::StatusOr<bool> HasNew(Log log) {
    bool found = false;
    RETURN_IF_ERROR(store_.ReadNow([&](store::ReadTx& tx) -> absl::Status {
      ASSIGN_OR_RETURN(const LogState state, ReadState(tx, log));
      found = state.last != state.integrated;
      return absl::OkStatus();
    }));
    return found;
  }

  absl::StatusOr<bool> Step(Log log) {
    ASSIGN_OR_RETURN(const bool has_new, HasNew(log));
    if (!has_new) return false;
    return IntegrateStep(store_, options_, {log}, [](store::WriteTx&) { return absl::OkStatus(); });
  }

  void Run() {
    absl::Time since;
    while (AwaitWork(&since)) {
      const absl::Status flushed = Flush();
      if (flushed.ok()) {
        Pause(options_.pause);
      } else {
        options_.log(flushed);
        MarkSince(since);
        Pause(limits::kIntegrationRetry);
      }
    }
  }

  // Takes the signal before the work: a commit during the work signals again.
  bool AwaitWork(absl::Time* since) {
    const auto due = [this]() ABSL_SHARED_LOCKS_REQUIRED(signal_->mutex) {
      return signal_->stopping || signal_->since != absl::InfiniteFuture();
    };
    absl::MutexLock lock(&signal_->mutex);
    signal_->mutex.Await(absl::Condition(&due));
    *since = signal_->since;
    signal_->since = absl::InfiniteFuture();
    return !signal_->stopping;
  }

  // After a failure the log is behind since the first commit that was not integrated.
  void MarkSince(absl::Time since) {
    absl::MutexLock lock(&signal_->mutex);
    signal_->since = std::min(signal_->since, since);
  }

  void Pause(absl::Duration length) {
    absl::MutexLock lock(&signal_->mutex);
    signal_->mutex.AwaitWithTimeout(absl::Condition(&signal_->stopping), length);
  }

  store::Store& store_;
  const Ledger::Options& options_;
  const std::shared_ptr<Signal> signal_;
  absl::Mutex integrating_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Follower> MakeIntegrator(store::Store& store, const Ledger::Options& options) {
  return std::make_unique<Integrator>(store, options);
}

class Ledger::Impl {
 public:
  Impl(store::Store& store, Options options)
      : options_(std::move(options)),
        follower_(store.many_writers() ? MakeSequencer(store, options_)
                                       : MakeIntegrator(store, options_)) {}

  // An epoch lasts longer than a process, so the names are read once.
  absl::Status LearnNames(store::Store& store) {
    return store.ReadNow([this](store::ReadTx& tx) -> absl::Status {
      for (const Log log : kLogs) {
        ASSIGN_OR_RETURN(const LogState state, ReadState(tx, log));
        verifier_keys_[static_cast<size_t>(log)] = options_.signer->VerifierKey(state.name);
      }
      return absl::OkStatus();
    });
  }
  const std::string& VerifierKey(Log log) const { return verifier_keys_[static_cast<size_t>(log)]; }
  std::string VerifierKey(absl::string_view name) const {
    return options_.signer->VerifierKey(name);
  }
  Follower& follower() const { return *follower_; }

 private:
  const Options options_;
  std::array<std::string, kLogs.size()> verifier_keys_;
  const std::unique_ptr<Follower> follower_;
};

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ledger::~Ledger() = default;

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::Start(store::Store& store, Options options) {
  auto impl = std::make_unique<Impl>(store, std::move(options));
  RETURN_IF_ERROR(impl->LearnNames(store));
  RETURN_IF_ERROR(impl->follower().Begin());
  return std::unique_ptr<Ledger>(new Ledger(std::move(impl)));
}

absl::Status Ledger::Flush() { return impl_->follower().Flush(); }
bool Ledger::leading() const { return impl_->follower().leading(); }
std::string Ledger::VerifierKey(Log log) const { return impl_->VerifierKey(log); }
std::string Ledger::VerifierKey(absl::string_view name) const { return impl_->VerifierKey(name); }
absl::Duration Ledger::Behind() const { return impl_->follower().Behind(); }

}  // namespace shian::ledger
