#include "libs/store/sqlite_writer.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/base/clock.h"
#include "libs/base/random.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/faults/faults.h"
#include "libs/store/limits.h"
#include "libs/store/request_table.h"

namespace shian::store {
namespace {

constexpr size_t kSeedBytes = 32;
constexpr int kPageBytes = 4096;
constexpr absl::Duration kReadersPause = absl::Milliseconds(1);

// On a slow disk a checkpoint costs about as much as three commits: it syncs the log, the file, and
// with the next write the log's new beginning.
constexpr double kCommitsPerCheckpoint = 3;

// The first one says more than nothing: a disk may be slow from the start.
absl::Duration Smoothed(absl::Duration recent, absl::Duration last) {
  return recent == absl::ZeroDuration() ? last : (recent * 3 + last) / 4;
}

}  // namespace

// A write is no longer than its batch, so the wait is the batches ahead times their recent length,
// and the checkpoint that falls between them.
absl::Duration SqliteWriter::ExpectedWait() const {
  const double batches = static_cast<double>(queue_.size()) / limits::kBatchWritesMax;
  const bool pauses = batches + 2 >= batches_to_checkpoint_;  // one runs, and pages vary
  return recent_batch_ * batches + recent_commit_ * (pauses ? kCommitsPerCheckpoint : 0);
}

SqliteWriter::SqliteWriter(std::unique_ptr<SqliteConnection> connection, SqliteReaders& readers,
                           const SqliteOptions& options)
    : connection_(std::move(connection)),
      readers_(readers),
      origin_(options.origin),
      revision_(options.revision),
      clock_(*options.clock),
      rehearse_(options.rehearse_writes),
      path_(options.path),
      room_(options.room),
      next_prune_(SteadyNow() + limits::kPrunePause) {
  LookAtRoom();
  sqlite3_wal_hook(connection_->handle(), OnCommitted, this);
  thread_ = std::thread([this] { Run(); });
  answerer_ = std::thread([this] { RunAnswers(); });
}

SqliteWriter::~SqliteWriter() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
  {
    absl::MutexLock lock(&mutex_);
    written_out_ = true;
  }
  answerer_.join();
}

int SqliteWriter::OnCommitted(void* self, sqlite3*, const char*, int pages) {
  static_cast<SqliteWriter*>(self)->log_pages_ = pages;
  return SQLITE_OK;
}

absl::Status SqliteWriter::Admit(const WriteContext& context) {
  // Refused here, a write leaves the last of the room to the log and to those already accepted.
  if (stats_.low_room) {
    ++stats_.full;
    return errors::Refuse(errors::Reason::kStoreFull);
  }
  const bool full = queue_.size() >= limits::kWriterQueueDepthMax;
  // The service's own work comes one write at a time from each of its sources, so it bounds
  // itself, and refusing it would only stop the feeds; callers can come back.
  const bool own = context.request_id.empty();
  const bool slow =
      queue_.size() >= limits::kWriterQueueDepthMin && ExpectedWait() > limits::kWriterWaitMax;
  if (!full && (own || !slow)) return absl::OkStatus();
  ++stats_.shed;
  return errors::WithRetryDelay(errors::Refuse(errors::Reason::kShedWriterQueue),
                                limits::kWriterWaitMax);
}

void SqliteWriter::Enqueue(WriteContext context, WriteFn fn, absl::Time deadline, WriteDone done) {
  if (context.seed.empty()) context.seed = RandomBytes(kSeedBytes);
  absl::Status admitted;
  {
    absl::MutexLock lock(&mutex_);
    admitted = stopping_ ? errors::Refuse(errors::Reason::kServerStopping) : Admit(context);
    if (admitted.ok()) {
      queue_.push_back({std::move(context), std::move(fn), deadline, std::move(done), {}});
      return;
    }
  }
  done(admitted);
}

void SqliteWriter::AfterCommit(std::function<void()> hook) {
  absl::MutexLock lock(&mutex_);
  hooks_.push_back(std::move(hook));
}

StoreStats SqliteWriter::stats() const {
  absl::MutexLock lock(&mutex_);
  StoreStats stats = stats_;
  stats.queue_depth = static_cast<int64_t>(queue_.size());
  return stats;
}

void SqliteWriter::Run() {
  while (true) {
    Batch batch = TakeBatch();
    const bool idle = batch.empty();
    if (!idle) RunBatch(std::move(batch));
    CheckpointBetweenBatches(idle);
    PruneBetweenBatches();
    LookAtRoom();
    absl::MutexLock lock(&mutex_);
    stats_.wal_bytes = int64_t{log_pages_} * kPageBytes;
    if (stopping_ && queue_.empty()) break;
  }
  Checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
}

// What waits, and never waits for more: an empty batch means that the store is idle.
SqliteWriter::Batch SqliteWriter::TakeBatch() {
  absl::MutexLock lock(&mutex_);
  const auto work = [this]()
                        ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return stopping_ || !queue_.empty(); };
  // While writes are refused for want of room nothing else wakes it to see that there is room
  // again.
  mutex_.AwaitWithTimeout(absl::Condition(&work),
                          stats_.low_room ? limits::kRoomPause : limits::kIdleCheckpoint);
  Batch batch;
  while (!queue_.empty() && batch.size() < limits::kBatchWritesMax) {
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return batch;
}

void SqliteWriter::RunBatch(Batch batch) {
  const absl::Time begun = SteadyNow();
  const int pages_before = log_pages_;
  bool wrote = false;
  bool alone = false;
  const absl::Status opened = connection_->Run("BEGIN IMMEDIATE");
  if (!opened.ok()) {
    FailAll(batch, opened);
  } else if (RunAll(batch, &wrote)) {
    const absl::Status committed = Commit(wrote);
    if (!committed.ok()) FailAll(batch, committed);
  }
  {
    absl::MutexLock lock(&mutex_);
    const absl::Duration took = SteadyNow() - begun;
    recent_batch_ = Smoothed(recent_batch_, took);
    const double pages = std::max(1, log_pages_ - pages_before);
    batches_to_checkpoint_ = (limits::kPagesPassive - (log_pages_ - checkpointed_at_)) / pages;
    stats_.writes += static_cast<int64_t>(batch.size());
    ++stats_.batches;
    alone = batch.size() == 1 && queue_.empty();
    if (!alone) answers_.push_back(std::move(batch));
  }
  if (alone) Answer(batch);  // without waking anybody
}

bool SqliteWriter::RunAll(Batch& batch, bool* wrote) {
  FAILPOINT("after_begin");
  for (Pending& write : batch) {
    if (RunOne(write, wrote)) continue;
    FailAll(batch, write.result->ok() ? absl::AbortedError("the transaction was undone")
                                      : write.result->status());
    return false;
  }
  return true;
}

// Each write stands in a savepoint of its own, so that a refused one leaves its neighbours alone.
bool SqliteWriter::RunOne(Pending& write, bool* wrote) {
  if (absl::Now() > write.deadline) {
    absl::MutexLock lock(&mutex_);
    ++stats_.expired;
    write.result = errors::Refuse(errors::Reason::kDeadlinePassed);
    return true;
  }
  const absl::Status opened = connection_->Run("SAVEPOINT write");
  write.result = opened.ok() ? InSavepoint(write) : opened;
  DieIfBroken();
  if (connection_->fault() == Fault::kFull || !connection_->InTransaction()) return false;
  const bool keep = write.result->ok() && !(*write.result)->replayed && !write.context.dry_run;
  if (!keep) connection_->Run("ROLLBACK TO write").IgnoreError();
  const absl::Status closed = connection_->Run("RELEASE write");
  if (!closed.ok()) write.result = closed;
  *wrote |= keep;
  DieIfBroken();
  return closed.ok();
}

absl::StatusOr<Written> SqliteWriter::InSavepoint(const Pending& write) {
  WriteTx tx(*connection_, origin_, write.context);
  const bool remembered = !write.context.request_id.empty() && !write.context.dry_run;
  if (remembered) {
    ASSIGN_OR_RETURN(std::optional<FirstReply> first, FindReply(tx, write.context));
    if (first) {
      ASSIGN_OR_RETURN(std::string revision, RevisionOf(tx));
      return Written{std::move(first->reply), true, std::move(revision)};
    }
  }
  ASSIGN_OR_RETURN(std::string reply, RunFunction(write, tx));
  if (remembered) RETURN_IF_ERROR(KeepReply(tx, write.context, reply, clock_.Now()));
  ASSIGN_OR_RETURN(std::string revision, RevisionOf(tx));
  return Written{std::move(reply), false, std::move(revision)};
}

absl::StatusOr<std::string> SqliteWriter::RunFunction(const Pending& write, WriteTx& tx) {
  if (!rehearse_) return write.fn(tx);
  const absl::StatusOr<std::string> first = Rehearse(write);
  absl::StatusOr<std::string> second = write.fn(tx);
  const bool same = first.ok() ? second.ok() && *first == *second
                               : first.status().code() == second.status().code();
  SHIAN_CHECK(same) << "a write function answered differently in its second run: " << first.status()
                    << " then " << second.status();
  return second;
}

absl::StatusOr<std::string> SqliteWriter::Rehearse(const Pending& write) {
  RETURN_IF_ERROR(connection_->Run("SAVEPOINT rehearsal"));
  WriteTx tx(*connection_, origin_, write.context);
  absl::StatusOr<std::string> first = write.fn(tx);
  RETURN_IF_ERROR(connection_->Run("ROLLBACK TO rehearsal"));
  RETURN_IF_ERROR(connection_->Run("RELEASE rehearsal"));
  return first;
}

absl::StatusOr<std::string> SqliteWriter::RevisionOf(ReadTx& tx) const {
  return revision_ ? revision_(tx) : absl::StatusOr<std::string>("");
}

// A batch in which nothing stands is rolled back: that costs no fsync.
absl::Status SqliteWriter::Commit(bool wrote) {
  if (!wrote) {
    RollBack();
    return absl::OkStatus();
  }
  FAILPOINT("before_commit");
  const absl::Time begun = SteadyNow();
  RETURN_IF_ERROR(connection_->Run("COMMIT"));
  readers_.Renew();
  FAILPOINT("after_commit");
  const absl::Duration took = SteadyNow() - begun;
  std::vector<std::function<void()>> hooks;
  {
    absl::MutexLock lock(&mutex_);
    recent_commit_ = Smoothed(recent_commit_, took);
    stats_.commit_seconds += absl::ToDoubleSeconds(took);
    stats_.last_commit_seconds = absl::ToDoubleSeconds(took);
    hooks = hooks_;
  }
  for (const auto& hook : hooks) hook();
  return absl::OkStatus();
}

// One failure undid the transaction of all: who was not refused on his own account is told this.
void SqliteWriter::FailAll(Batch& batch, const absl::Status& why) {
  DieIfBroken();
  RollBack();
  {
    absl::MutexLock lock(&mutex_);
    if (connection_->fault() == Fault::kFull) ++stats_.full;
    if (absl::IsUnavailable(why)) ++stats_.busy;
  }
  next_look_ = absl::InfinitePast();  // idle, it would look at the room a second later
  connection_->ClearFault();
  for (Pending& write : batch) {
    if (!write.result || write.result->ok()) write.result = why;
  }
}

void SqliteWriter::RunAnswers() {
  const auto work = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return written_out_ || !answers_.empty();
  };
  while (true) {
    Batch batch;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(&work));
      if (answers_.empty()) return;
      batch = std::move(answers_.front());
      answers_.pop_front();
    }
    Answer(batch);
  }
}

void SqliteWriter::Answer(Batch& batch) {
  FAILPOINT("before_reply");
  for (Pending& write : batch) {
    write.fn = nullptr;
    write.done(*std::move(write.result));
  }
}

void SqliteWriter::RollBack() {
  if (connection_->InTransaction()) connection_->Run("ROLLBACK").IgnoreError();
  DieIfBroken();
}

void SqliteWriter::DieIfBroken() {
  if (connection_->fault() != Fault::kBroken) return;
  std::fprintf(stderr, "store %s: %s; it is unknown what is on the disk, the process ends\n",
               origin_.c_str(), connection_->fault_text().c_str());
  std::fflush(stderr);
  _exit(kExitStoreFailed);
}

void SqliteWriter::CheckpointBetweenBatches(bool idle) {
  // A log that began anew counts from its beginning again.
  if (log_pages_ < checkpointed_at_) checkpointed_at_ = 0;
  const int since = log_pages_ - checkpointed_at_;
  const bool full = log_pages_ >= limits::kPagesTruncate;
  // At once when it gets full, and if that was in vain, not after each batch.
  const bool due = since >= limits::kPagesPassive || checkpointed_at_ < limits::kPagesTruncate;
  if (idle) {
    if (log_pages_ > 0) Checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
  } else if (full && due) {
    EmptyLog();
  } else if (since >= limits::kPagesPassive) {
    Checkpoint(SQLITE_CHECKPOINT_PASSIVE);
  }
}

// Readers that follow each other without a gap always hold the log's end while it grows, and it
// would grow for ever. So writes wait until those who read now have ended: whoever comes meanwhile
// reads the file alone. Under what holds the log for longer than a caller's read may last (a
// backup) the wait ends that long after the file last got some of it.
void SqliteWriter::EmptyLog() {
  Checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
  while (log_pages_ > 0 && SteadyNow() - progressed_ < limits::kReadTxTimeMax) {
    absl::SleepFor(kReadersPause);
    Checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
  }
}

void SqliteWriter::Checkpoint(int mode) {
  FAILPOINT("checkpoint_mid");
  readers_.RenewAndRelease();
  int pages = 0;
  int copied = 0;
  errno = 0;
  const int code = sqlite3_wal_checkpoint_v2(connection_->handle(), "main", mode, &pages, &copied);
  // A reader in the way (BUSY) or a full disk: the log stays, and the next occasion tries again.
  connection_->StatusOf(code, errno).IgnoreError();
  DieIfBroken();
  connection_->ClearFault();
  if (copied != copied_) progressed_ = SteadyNow();
  copied_ = copied;
  checkpointed_at_ = log_pages_;
  if (code == SQLITE_OK && mode == SQLITE_CHECKPOINT_TRUNCATE) log_pages_ = checkpointed_at_ = 0;
}

void SqliteWriter::LookAtRoom() {
  if (SteadyNow() < next_look_) return;
  next_look_ = SteadyNow() + limits::kRoomPause;
  const DiskRoom room = room_(path_);
  absl::MutexLock lock(&mutex_);
  stats_.free_bytes = room.free_bytes;
  stats_.low_room = IsLow(room);
}

void SqliteWriter::PruneBetweenBatches() {
  if (SteadyNow() < next_prune_) return;
  next_prune_ = SteadyNow() + limits::kPrunePause;
  if (!connection_->Run("BEGIN IMMEDIATE").ok()) return;
  const WriteContext context;
  WriteTx tx(*connection_, origin_, context);
  const bool pruned = PruneReplies(tx, clock_.Now()).value_or(0) > 0;
  if (!pruned || !connection_->Run("COMMIT").ok()) RollBack();
  if (pruned) readers_.Renew();
  DieIfBroken();
  connection_->ClearFault();
}

}  // namespace shian::store
