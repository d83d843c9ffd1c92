#include "libs/store/backup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/random.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/faults/faults.h"
#include "libs/store/disk_room.h"
#include "libs/store/limits.h"
#include "libs/store/scrub.h"
#include "libs/store/sqlite_connection.h"

namespace shian::store {
namespace {

using Connection = std::unique_ptr<SqliteConnection>;
using Role = SqliteConnection::Role;

constexpr size_t kSeedBytes = 32;

absl::Status MakeFile(const std::string& path) {
  const int file = open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) {
    return absl::UnavailableError(absl::StrCat("cannot make ", path, ": ", strerror(errno)));
  }
  close(file);
  return absl::OkStatus();
}

// A copy must not be what fills the disk under the service's own writes.
absl::Status CheckRoom(SqliteConnection& from, const std::string& path) {
  ASSIGN_OR_RETURN(const int64_t pages, from.Pragma("page_count"));
  ASSIGN_OR_RETURN(const int64_t page_bytes, from.Pragma("page_size"));
  DiskRoom room = RoomAt(path);
  room.free_bytes -= pages * page_bytes;
  return IsLow(room) ? errors::Refuse(errors::Reason::kStoreFull) : absl::OkStatus();
}

// In the open read transaction of `from` the source stands still, so the copy never starts again
// and ends, however much is written.
absl::Status CopyPages(SqliteConnection& from, SqliteConnection& to) {
  sqlite3_backup* copy = sqlite3_backup_init(to.handle(), "main", from.handle(), "main");
  if (copy == nullptr) return to.StatusOf(sqlite3_errcode(to.handle()), errno);
  int code = SQLITE_OK;
  absl::Status ordered;
  while (code == SQLITE_OK && ordered.ok()) {
    errno = 0;
    code = sqlite3_backup_step(copy, limits::kCopiedPages);
    ordered = faults::Hit("backup_mid");
  }
  const int system_error = errno;
  sqlite3_backup_finish(copy);
  return ordered.ok() ? to.StatusOf(code, system_error) : ordered;
}

absl::Status Copy(const std::string& path, const std::string& to,
                  const std::function<void()>& taken) {
  ASSIGN_OR_RETURN(const Connection from, SqliteConnection::Open(path, Role::kReader));
  RETURN_IF_ERROR(CheckRoom(*from, path));
  ASSIGN_OR_RETURN(const Connection target, SqliteConnection::Open(to, Role::kWriter));
  // Nobody keeps the copy but for as long as it is sent, so it need not survive a power cut.
  RETURN_IF_ERROR(target->Execute("PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF"));
  RETURN_IF_ERROR(from->Run("BEGIN"));
  absl::Cleanup end = [&] { from->Run("ROLLBACK").IgnoreError(); };
  // The first read settles the state; BEGIN alone does not.
  RETURN_IF_ERROR(from->Pragma("user_version").status());
  taken();
  return CopyPages(*from, *target);
}

class CopiedStore final : public Store {
 public:
  CopiedStore(Connection connection, std::string origin)
      : connection_(std::move(connection)), origin_(std::move(origin)) {}

  void Write(WriteContext context, WriteFn fn, absl::Time, WriteDone done) override {
    if (context.seed.empty()) context.seed = RandomBytes(kSeedBytes);
    done(Run(context, fn));
  }
  void Read(ReadFn fn, ReadTerms, ReadDone done) override { done(ReadNow(std::move(fn))); }
  absl::Status ReadNow(ReadFn fn) override {
    RETURN_IF_ERROR(connection_->Run("BEGIN"));
    absl::Cleanup end = [&] { connection_->Run("ROLLBACK").IgnoreError(); };
    ReadTx tx(*connection_, origin_);
    return fn(tx);
  }
  void AfterCommit(std::function<void()>) override {}
  StoreStats stats() const override { return {}; }
  const std::string& origin() const override { return origin_; }

 private:
  absl::StatusOr<Written> Run(const WriteContext& context, const WriteFn& fn) {
    RETURN_IF_ERROR(connection_->Run("BEGIN IMMEDIATE"));
    absl::Cleanup undo = [&] {
      if (connection_->InTransaction()) connection_->Run("ROLLBACK").IgnoreError();
    };
    WriteTx tx(*connection_, origin_, context);
    ASSIGN_OR_RETURN(std::string reply, fn(tx));
    RETURN_IF_ERROR(connection_->Run("COMMIT"));
    return Written{.reply = std::move(reply), .replayed = false, .revision = ""};
  }

  const Connection connection_;
  const std::string origin_;
};

absl::StatusOr<std::string> OriginOf(SqliteConnection& connection) {
  std::string origin;
  RETURN_IF_ERROR(connection
                      .Run("SELECT origin FROM store_identity", {},
                           [&](const Row& row) {
                             origin = row.Text(0);
                             return absl::OkStatus();
                           })
                      .status());
  if (origin.empty()) return absl::FailedPreconditionError("the file is no store of ours");
  return origin;
}

}  // namespace

absl::Status CopyFile(const std::string& path, const std::string& to,
                      const std::function<void()>& taken) {
  RETURN_IF_ERROR(MakeFile(to));
  const absl::Status copied = Copy(path, to, taken);
  if (!copied.ok()) unlink(to.c_str());
  return copied;
}

absl::StatusOr<std::unique_ptr<Store>> OpenCopy(const std::string& path, CopyUse use) {
  ASSIGN_OR_RETURN(
      Connection connection,
      SqliteConnection::Open(path, use == CopyUse::kRead ? Role::kUnchanged : Role::kWriter));
  ASSIGN_OR_RETURN(std::string origin, OriginOf(*connection));
  return std::make_unique<CopiedStore>(std::move(connection), std::move(origin));
}

absl::Status CheckCopy(Store& copy) {
  std::string verdict;
  RETURN_IF_ERROR(copy.ReadNow([&](ReadTx& tx) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<Row> rows, tx.Query({"PRAGMA integrity_check(1)"}, {}));
    verdict = rows.empty() ? "no answer" : rows[0].Text(0);
    return absl::OkStatus();
  }));
  if (verdict != "ok") return absl::DataLossError(absl::StrCat("integrity_check: ", verdict));
  Scrub scrub(copy);
  for (bool more = true; more;) {
    ASSIGN_OR_RETURN(const ScrubPage page, scrub.Next());
    if (!page.damaged.empty()) {
      return absl::DataLossError(
          absl::StrCat("rows unlike their digests: ", absl::StrJoin(page.damaged, "; ")));
    }
    more = page.more;
  }
  return absl::OkStatus();
}

}  // namespace shian::store
