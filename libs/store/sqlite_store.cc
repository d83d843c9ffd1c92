#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/store/fact_table.h"
#include "libs/store/limits.h"
#include "libs/store/sqlite.h"
#include "libs/store/sqlite_connection.h"
#include "libs/store/sqlite_migrate.h"
#include "libs/store/sqlite_readers.h"
#include "libs/store/sqlite_writer.h"

namespace shian::store {
namespace {

// Held while the store is open, so that no second process ever writes to the file.
class FileLock {
 public:
  static absl::StatusOr<std::unique_ptr<FileLock>> Take(const std::string& path) {
    const int file = open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) {
      return absl::UnavailableError(absl::StrCat("cannot open ", path, ": ", strerror(errno)));
    }
    std::unique_ptr<FileLock> lock(new FileLock(file));
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
      return absl::FailedPreconditionError("another process has the file open");
    }
    return lock;
  }
  ~FileLock() { close(file_); }

 private:
  explicit FileLock(int file) : file_(file) {}
  const int file_;
};

class SqliteStore final : public Store {
 public:
  SqliteStore(std::unique_ptr<FileLock> lock, std::unique_ptr<SqliteConnection> writer,
              std::unique_ptr<SqliteReaders> readers, const SqliteOptions& options)
      : origin_(options.origin),
        lock_(std::move(lock)),
        readers_(std::move(readers)),
        writer_(std::move(writer), *readers_, options) {}

  void Write(WriteContext context, WriteFn fn, absl::Time deadline, WriteDone done) override {
    writer_.Enqueue(std::move(context), std::move(fn), deadline, std::move(done));
  }

  // One file has one state, the latest.
  void Read(ReadFn fn, ReadTerms terms, ReadDone done) override {
    const absl::Time deadline = std::min(terms.deadline, absl::Now() + limits::kReadTxTimeMax);
    const auto judged = [&](ReadTx& tx) {
      if (terms.demand) RETURN_IF_ERROR(terms.demand(tx));
      return fn(tx);
    };
    done(readers_->Read(judged, origin_, deadline));
  }

  absl::Status ReadNow(ReadFn fn) override {
    return readers_->Read(fn, origin_, absl::InfiniteFuture());
  }

  void AfterCommit(std::function<void()> hook) override { writer_.AfterCommit(std::move(hook)); }

  StoreStats stats() const override {
    StoreStats stats = writer_.stats();
    stats.oldest_read_seconds = readers_->OldestReadSeconds();
    stats.damaged_rows = DamagedRows();
    return stats;
  }

  const std::string& origin() const override { return origin_; }

 private:
  const std::string origin_;
  const std::unique_ptr<FileLock> lock_;
  const std::unique_ptr<SqliteReaders> readers_;
  SqliteWriter writer_;  // last: its thread ends before the rest goes
};

// For the service's own user alone; "-wal" and "-shm" take their mode from the file.
absl::Status MakeFile(const std::string& path) {
  const int file = open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return absl::UnavailableError(absl::StrCat("cannot open: ", strerror(errno)));
  close(file);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Store>> Open(const SqliteOptions& options) {
  ASSIGN_OR_RETURN(auto lock, FileLock::Take(absl::StrCat(options.path, "-lock")));
  RETURN_IF_ERROR(MakeFile(options.path));
  ASSIGN_OR_RETURN(auto writer,
                   SqliteConnection::Open(options.path, SqliteConnection::Role::kWriter));
  RETURN_IF_ERROR(
      writer->Execute(absl::StrCat("PRAGMA synchronous=", static_cast<int>(options.synchronous))));
  RETURN_IF_ERROR(Migrate(*writer, options.schema, options.origin));
  ASSIGN_OR_RETURN(auto readers, SqliteReaders::Open(options.path));
  return std::make_unique<SqliteStore>(std::move(lock), std::move(writer), std::move(readers),
                                       options);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenSqlite(SqliteOptions options) {
  if (options.origin.empty()) return absl::InvalidArgumentError("a store needs an origin");
  absl::StatusOr<std::unique_ptr<Store>> store = Open(options);
  if (store.ok()) return store;
  return absl::Status(store.status().code(),
                      absl::StrCat(options.path, ": ", store.status().message()));
}

}  // namespace shian::store
