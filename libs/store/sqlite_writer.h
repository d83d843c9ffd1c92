#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/store/limits.h"
#include "libs/store/sqlite.h"
#include "libs/store/sqlite_connection.h"
#include "libs/store/sqlite_readers.h"
#include "libs/store/store.h"

namespace shian::store {

// The one thread that writes, and the one connection that writes and checkpoints. SQLite before
// 3.51.3 can corrupt the file when one connection checkpoints while another commits, so no other
// connection may do either. A second thread tells the callers of a batch: sending 64 answers takes
// as long as the next batch does.
class SqliteWriter {
 public:
  SqliteWriter(std::unique_ptr<SqliteConnection> connection, SqliteReaders& readers,
               const SqliteOptions& options);
  // Finishes what is queued, then leaves a file without a log beside it.
  ~SqliteWriter();
  SqliteWriter(const SqliteWriter&) = delete;
  SqliteWriter& operator=(const SqliteWriter&) = delete;

  void Enqueue(WriteContext context, WriteFn fn, absl::Time deadline, WriteDone done);
  void AfterCommit(std::function<void()> hook);
  // The part of the statistics that belongs to writing.
  StoreStats stats() const;

 private:
  struct Pending {
    WriteContext context;
    WriteFn fn;
    absl::Time deadline;
    WriteDone done;
    std::optional<absl::StatusOr<Written>> result;  // empty until it ran
  };
  using Batch = std::vector<Pending>;

  void Run();
  Batch TakeBatch();
  absl::Status Admit(const WriteContext& context) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Duration ExpectedWait() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  void RunBatch(Batch batch);
  // False when the transaction is gone and the batch with it.
  bool RunAll(Batch& batch, bool* wrote);
  bool RunOne(Pending& write, bool* wrote);
  absl::StatusOr<Written> InSavepoint(const Pending& write);
  absl::StatusOr<std::string> RunFunction(const Pending& write, WriteTx& tx);
  absl::StatusOr<std::string> Rehearse(const Pending& write);
  absl::StatusOr<std::string> RevisionOf(ReadTx& tx) const;
  absl::Status Commit(bool wrote);
  void FailAll(Batch& batch, const absl::Status& why);
  void RunAnswers();
  void Answer(Batch& batch);
  void RollBack();
  // Ends the process when the disk failed in a way that leaves unknown what is written.
  void DieIfBroken();
  void CheckpointBetweenBatches(bool idle);
  void EmptyLog();
  void Checkpoint(int mode);
  void PruneBetweenBatches();
  void LookAtRoom();
  static int OnCommitted(void* self, sqlite3* db, const char* name, int pages);

  const std::unique_ptr<SqliteConnection> connection_;
  SqliteReaders& readers_;
  const std::string origin_;
  const std::function<absl::StatusOr<std::string>(ReadTx&)> revision_;
  const Clock& clock_;
  const bool rehearse_;
  const std::string path_;
  const std::function<DiskRoom(const std::string&)> room_;

  mutable absl::Mutex mutex_;
  std::deque<Pending> queue_ ABSL_GUARDED_BY(mutex_);
  std::deque<Batch> answers_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool written_out_ ABSL_GUARDED_BY(mutex_) = false;  // no further answers will come
  absl::Duration recent_batch_ ABSL_GUARDED_BY(mutex_);
  absl::Duration recent_commit_ ABSL_GUARDED_BY(mutex_);  // of it, what the disk took
  double batches_to_checkpoint_ ABSL_GUARDED_BY(mutex_) = limits::kPagesPassive;
  StoreStats stats_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::function<void()>> hooks_ ABSL_GUARDED_BY(mutex_);

  // Of the writer's thread alone.
  int log_pages_ = 0;        // in the write-ahead log
  int checkpointed_at_ = 0;  // its pages when it was last checkpointed
  int copied_ = 0;           // its pages that the file has
  absl::Time progressed_;    // when the file last got some
  absl::Time next_prune_;
  absl::Time next_look_;

  std::thread thread_;
  std::thread answerer_;
};

}  // namespace shian::store
