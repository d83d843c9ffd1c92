#include <algorithm>
#include <deque>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "libs/base/random.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/store/fact_table.h"
#include "libs/store/postgres.h"
#include "libs/store/postgres_migrate.h"
#include "libs/store/postgres_pool.h"
#include "libs/store/postgres_reads.h"
#include "libs/store/postgres_standby.h"
#include "libs/store/postgres_writes.h"

namespace shian::store {
namespace {

constexpr size_t kSeedBytes = 32;

// Threads that take work from a queue: a transaction waits for its database most of the time.
class Workers {
 public:
  using Work = std::function<void()>;

  explicit Workers(int threads) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
  }
  // Finishes what is queued.
  ~Workers() {
    {
      absl::MutexLock lock(&mutex_);
      stopping_ = true;
    }
    for (std::thread& thread : threads_) thread.join();
  }

  // False, and `work` is dropped, when `count` wait already.
  bool Add(Work work, size_t count) {
    absl::MutexLock lock(&mutex_);
    if (stopping_ || queue_.size() >= count) return false;
    queue_.push_back(std::move(work));
    return true;
  }
  size_t waiting() const {
    absl::MutexLock lock(&mutex_);
    return queue_.size();
  }

 private:
  void Run() {
    const auto due = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      return stopping_ || !queue_.empty();
    };
    while (true) {
      Work work;
      {
        absl::MutexLock lock(&mutex_);
        mutex_.Await(absl::Condition(&due));
        if (queue_.empty()) return;
        work = std::move(queue_.front());
        queue_.pop_front();
      }
      work();
    }
  }

  mutable absl::Mutex mutex_;
  std::deque<Work> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

class PostgresStore final : public Store {
 public:
  explicit PostgresStore(PostgresOptions options)
      : options_(std::move(options)),
        pool_(options_.address, Server::kPrimary, options_.connections),
        writes_(pool_, options_),
        reads_(pool_, options_.origin),
        writers_(std::max(1, options_.connections / 2)),
        readers_(std::max(1, options_.connections / 2)) {}

  absl::Status Prepare() {
    ASSIGN_OR_RETURN(const PostgresPool::Lease connection, pool_.Take(absl::InfiniteFuture()));
    RETURN_IF_ERROR(Migrate(*connection, options_.schema, options_.origin));
    if (!options_.standby.empty()) standby_ = std::make_unique<PostgresStandby>(reads_, options_);
    return absl::OkStatus();
  }

  void Write(WriteContext context, WriteFn fn, absl::Time deadline, WriteDone done) override {
    if (context.seed.empty()) context.seed = RandomBytes(kSeedBytes);
    const bool own = context.request_id.empty();
    if (!own && writes_.ExpectedWait(writers_.waiting()) > limits::kWriterWaitMax) {
      return done(writes_.Shed());
    }
    const auto write = std::make_shared<PostgresWrites::Pending>(
        PostgresWrites::Pending{std::move(context), std::move(fn), deadline});
    const auto told = std::make_shared<WriteDone>(std::move(done));
    const bool taken = writers_.Add(
        [this, write, told] {
          absl::StatusOr<Written> written = writes_.Run(*write);
          write->fn = nullptr;
          (*told)(std::move(written));
          writes_.PruneNowAndThen();
        },
        limits::kWriterQueueDepthMax);
    if (!taken) (*told)(writes_.Shed());
  }

  void Read(ReadFn fn, ReadTerms terms, ReadDone done) override {
    const auto told = std::make_shared<ReadDone>(std::move(done));
    const bool taken = readers_.Add(
        [this, fn = std::move(fn), terms = std::move(terms), told] { (*told)(ReadOn(fn, terms)); },
        limits::kWriterQueueDepthMax);
    if (!taken) (*told)(writes_.Shed());
  }

  absl::Status ReadNow(ReadFn fn) override {
    return ReadLatest(fn, absl::Now() + limits::kOwnReadTimeMax);
  }
  void AfterCommit(std::function<void()> hook) override { writes_.AfterCommit(std::move(hook)); }
  void Notice() override { writes_.RunHooks(); }
  void Drain(absl::Time until) override { writes_.Drain(until); }

  StoreStats stats() const override {
    StoreStats stats = writes_.stats();
    stats.queue_depth = static_cast<int64_t>(writers_.waiting());
    stats.connections = pool_.in_use();
    stats.damaged_rows = DamagedRows();
    if (standby_ != nullptr) standby_->AddTo(&stats);
    return stats;
  }
  const std::string& origin() const override { return options_.origin; }
  bool many_writers() const override { return true; }

 private:
  absl::Status ReadLatest(const ReadFn& fn, absl::Time deadline) {
    Trouble trouble = Trouble::kNone;
    absl::Status status = reads_.Run(fn, deadline, &trouble);
    const bool away = trouble != Trouble::kNone && !absl::IsDeadlineExceeded(status);
    return away ? writes_.Away(status) : status;
  }

  // On a standby when the terms allow it and it will do, else on the primary.
  absl::Status ReadOn(const ReadFn& fn, const ReadTerms& terms) {
    const absl::Time deadline = std::min(terms.deadline, absl::Now() + limits::kReadTxTimeMax);
    if (standby_ != nullptr && terms.staleness_max > absl::ZeroDuration()) {
      const std::optional<absl::Status> status = standby_->Read(fn, terms, deadline);
      if (status) return *status;
    }
    return ReadLatest(
        [&](ReadTx& tx) {
          if (terms.demand) RETURN_IF_ERROR(terms.demand(tx));
          return fn(tx);
        },
        deadline);
  }

  const PostgresOptions options_;
  PostgresPool pool_;
  PostgresWrites writes_;
  PostgresReads reads_;
  std::unique_ptr<PostgresStandby> standby_;
  Workers writers_;  // last: they end before the rest goes
  Workers readers_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenPostgres(PostgresOptions options) {
  if (options.origin.empty()) return absl::InvalidArgumentError("a store needs an origin");
  RETURN_IF_ERROR(PostgresConnection::CheckAddress(options.address));
  RETURN_IF_ERROR(PostgresConnection::CheckAddress(options.standby));
  auto store = std::make_unique<PostgresStore>(std::move(options));
  RETURN_IF_ERROR(store->Prepare());
  return store;
}

bool IsPostgresAddress(absl::string_view store) {
  return absl::StartsWith(store, "postgresql://") || absl::StartsWith(store, "postgres://");
}

}  // namespace shian::store
