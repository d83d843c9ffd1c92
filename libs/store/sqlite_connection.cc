#include "libs/store/sqlite_connection.h"

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/faults/disk.h"
#include "libs/store/dialect.h"
#include "libs/store/limits.h"

namespace shian::store {
namespace {

using errors::Reason;
using errors::Refuse;

// A failed fsync is never "full": what it was to secure may be gone, and asking again would
// answer OK without it.
bool MeansFull(int extended, int system_error) {
  if ((extended & 0xff) == SQLITE_FULL) return true;
  if ((extended & 0xff) != SQLITE_IOERR) return false;
  if (extended == SQLITE_IOERR_FSYNC || extended == SQLITE_IOERR_DIR_FSYNC) return false;
  return system_error == ENOSPC || system_error == EFBIG || system_error == EDQUOT;
}

absl::Status Constraint(int extended, const char* message) {
  if (extended == SQLITE_CONSTRAINT_PRIMARYKEY || extended == SQLITE_CONSTRAINT_UNIQUE ||
      extended == SQLITE_CONSTRAINT_ROWID) {
    return absl::AlreadyExistsError(message);
  }
  return absl::InternalError(message);
}

absl::Status Bind(sqlite3_stmt* statement, int index, const Value& value) {
  int code = SQLITE_OK;
  if (const auto* text = std::get_if<std::string>(&value)) {
    // Engines disagree about U+0000 in text: one cuts there, another refuses.
    if (text->find('\0') != std::string::npos) {
      return errors::InvalidField("text", {"must not contain U+0000", "不得含有U+0000字符"});
    }
    code = sqlite3_bind_text64(statement, index, text->data(), text->size(), SQLITE_STATIC,
                               SQLITE_UTF8);
  } else if (const auto* bytes = std::get_if<Bytes>(&value)) {
    // A null pointer would bind NULL, and empty bytes are not NULL.
    const char* data = bytes->data.empty() ? "" : bytes->data.data();
    code = sqlite3_bind_blob64(statement, index, data, bytes->data.size(), SQLITE_STATIC);
  } else if (const auto* number = std::get_if<int64_t>(&value)) {
    code = sqlite3_bind_int64(statement, index, *number);
  } else if (const auto* truth = std::get_if<bool>(&value)) {
    code = sqlite3_bind_int64(statement, index, *truth ? 1 : 0);
  } else {
    code = sqlite3_bind_null(statement, index);
  }
  if (code == SQLITE_OK) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("argument ", index, ": ", sqlite3_errstr(code)));
}

absl::Status BindAll(sqlite3_stmt* statement, const std::vector<Value>& args) {
  const int wanted = sqlite3_bind_parameter_count(statement);
  if (wanted != static_cast<int>(args.size())) {
    return absl::InternalError(absl::StrCat(args.size(), " arguments where ", wanted,
                                            " are due: ", sqlite3_sql(statement)));
  }
  for (int i = 0; i < wanted; ++i) RETURN_IF_ERROR(Bind(statement, i + 1, args[i]));
  return absl::OkStatus();
}

std::string BytesAt(sqlite3_stmt* statement, int column) {
  const void* data = sqlite3_column_blob(statement, column);
  const size_t size = sqlite3_column_bytes(statement, column);
  return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), size);
}

Value ValueAt(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return int64_t{sqlite3_column_int64(statement, column)};
    case SQLITE_TEXT:
      return BytesAt(statement, column);
    case SQLITE_BLOB:
      return Bytes{BytesAt(statement, column)};
    default:
      return std::monostate();
  }
}

Row RowAt(sqlite3_stmt* statement) {
  std::vector<Value> values;
  const int count = sqlite3_column_count(statement);
  values.reserve(count);
  for (int i = 0; i < count; ++i) values.push_back(ValueAt(statement, i));
  return Row(std::move(values));
}

constexpr char kCommonPragmas[] =
    "PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF;"
    "PRAGMA cell_size_check=ON; PRAGMA case_sensitive_like=ON; PRAGMA mmap_size=0;"
    "PRAGMA wal_autocheckpoint=0;";

// SQLite counts its memory under a lock of the process, which nobody reads.
void StopCountingMemory() {
  static const int once = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  (void)once;
}

std::string UnchangedUri(const std::string& path) {
  return absl::StrCat(
      "file:", absl::StrReplaceAll(path, {{"%", "%25"}, {"?", "%3f"}, {"#", "%23"}}),
      "?immutable=1");
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteConnection>> SqliteConnection::Open(const std::string& path,
                                                                         Role role) {
  StopCountingMemory();
  const bool unchanged = role == Role::kUnchanged;
  const int flags =
      SQLITE_OPEN_NOMUTEX | (unchanged ? SQLITE_OPEN_URI : 0) |
      (role == Role::kWriter ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
  const std::string name = unchanged ? UnchangedUri(path) : path;
  sqlite3* db = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &db, flags, faults::DiskVfs());
  if (code != SQLITE_OK) {
    sqlite3_close(db);
    return absl::UnavailableError(absl::StrCat("cannot open ", path, ": ", sqlite3_errstr(code)));
  }
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(db));
  RETURN_IF_ERROR(connection->Configure(role));
  return connection;
}

SqliteConnection::~SqliteConnection() {
  statements_.clear();
  sqlite3_close(db_);
}

// Nothing here writes to the file, so that a foreign one is refused untouched.
absl::Status SqliteConnection::Configure(Role role) {
  sqlite3_extended_result_codes(db_, 1);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_progress_handler(db_, limits::kStepsPerDeadlineCheck, OnProgress, this);
  RETURN_IF_ERROR(Execute(kCommonPragmas));
  if (role == Role::kWriter) {
    // Deleted content is overwritten, so that lawful erasure reaches the file.
    return Execute(
        absl::StrCat("PRAGMA secure_delete=ON; PRAGMA cache_size=-", limits::kWriterCacheKib));
  }
  sqlite3_busy_timeout(db_, absl::ToInt64Milliseconds(limits::kReaderBusyTimeout));
  return Execute(
      absl::StrCat("PRAGMA query_only=ON; PRAGMA cache_size=-", limits::kReaderCacheKib));
}

int SqliteConnection::OnProgress(void* self) {
  const absl::Time deadline = static_cast<SqliteConnection*>(self)->deadline_;
  return deadline != absl::InfiniteFuture() && absl::Now() > deadline ? 1 : 0;
}

absl::Status SqliteConnection::StatusOf(int code, int system_error) {
  if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return absl::OkStatus();
  const std::string message = absl::StrCat("sqlite ", code, ": ", sqlite3_errmsg(db_));
  if (MeansFull(code, system_error)) {
    fault_ = Fault::kFull;
    return Refuse(Reason::kStoreFull);
  }
  switch (code & 0xff) {
    case SQLITE_IOERR:
      fault_ = Fault::kBroken;
      fault_text_ = absl::StrCat(message, ", errno ", system_error);
      return absl::DataLossError(message);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::DataLossError(message);
    case SQLITE_CONSTRAINT:
      return Constraint(code, sqlite3_errmsg(db_));
    case SQLITE_INTERRUPT:
      return Refuse(Reason::kDeadlinePassed);
    case SQLITE_BUSY:
      return absl::UnavailableError(message);
    case SQLITE_NOMEM:
      return absl::ResourceExhaustedError(message);
    default:
      return absl::InternalError(message);
  }
}

absl::StatusOr<SqliteConnection::Statement> SqliteConnection::Prepare(const char* text) {
  const std::string rendered = RenderStatement(text, Dialect::kSqlite);
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(db_, rendered.data(), static_cast<int>(rendered.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (code == SQLITE_OK && raw != nullptr) return Statement(raw);
  const absl::Status failed = StatusOf(code == SQLITE_OK ? SQLITE_ERROR : code, 0);
  return absl::Status(failed.code(), absl::StrCat(failed.message(), " in: ", rendered));
}

// A statement is out of the cache while it runs, so one that runs inside its own answer gets a
// second preparation instead of a reset of the first. Its place stays.
absl::StatusOr<SqliteConnection::Statement> SqliteConnection::Take(const char* text) {
  const auto found = statements_.find(text);
  if (found != statements_.end() && found->second != nullptr) return std::move(found->second);
  return Prepare(text);
}

void SqliteConnection::GiveBack(const char* text, Statement statement) {
  sqlite3_reset(statement.get());
  sqlite3_clear_bindings(statement.get());
  const auto found = statements_.find(text);
  if (found != statements_.end()) {
    found->second = std::move(statement);
    return;
  }
  if (statements_.size() >= limits::kStatementsCachedMax) statements_.clear();
  statements_.emplace(text, std::move(statement));
}

absl::Status SqliteConnection::Step(sqlite3_stmt* statement, RowFn row) {
  while (true) {
    errno = 0;
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) return absl::OkStatus();
    if (code != SQLITE_ROW) return StatusOf(code, errno);
    RETURN_IF_ERROR(row(RowAt(statement)));
  }
}

absl::StatusOr<int64_t> SqliteConnection::Run(const char* text, const std::vector<Value>& args,
                                              RowFn row) {
  ASSIGN_OR_RETURN(Statement statement, Take(text));
  absl::Status status = BindAll(statement.get(), args);
  if (status.ok()) status = Step(statement.get(), row);
  const int64_t changed = sqlite3_changes64(db_);
  GiveBack(text, std::move(statement));
  if (!status.ok()) return status;
  return changed;
}

absl::Status SqliteConnection::Run(const char* text) {
  return Run(text, {}, [](const Row&) { return absl::OkStatus(); }).status();
}

absl::Status SqliteConnection::Execute(const std::string& rendered) {
  errno = 0;
  const int code = sqlite3_exec(db_, rendered.c_str(), nullptr, nullptr, nullptr);
  return StatusOf(code, errno);
}

absl::StatusOr<int64_t> SqliteConnection::Pragma(const std::string& name) {
  int64_t value = 0;
  RETURN_IF_ERROR(Run(absl::StrCat("PRAGMA ", name).c_str(), {}, [&](const Row& row) {
                    if (row.size() > 0 && !row.IsNull(0)) value = row.Int(0);
                    return absl::OkStatus();
                  }).status());
  return value;
}

}  // namespace shian::store
