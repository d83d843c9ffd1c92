#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/store/store.h"

namespace shian::store {

// What an error says about the medium.
enum class Fault {
  kNone,
  kFull,   // no room: the transaction is lost, reads go on, room may come back
  kBroken  // anything else from the disk: nobody knows what is written
};

// One SQLite connection with its prepared statements. Belongs to one thread at a time.
class SqliteConnection : public Session {
 public:
  // kUnchanged reads a file that nobody writes, and leaves nothing beside it.
  enum class Role { kWriter, kReader, kUnchanged };
  static absl::StatusOr<std::unique_ptr<SqliteConnection>> Open(const std::string& path, Role role);
  ~SqliteConnection() override;
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  absl::StatusOr<int64_t> Run(const char* text, const std::vector<Value>& args, RowFn row) override;
  // A statement without arguments and answer.
  absl::Status Run(const char* text);
  // SQLite's own text, one or more statements, not kept: pragmas and rendered migrations.
  absl::Status Execute(const std::string& rendered);
  absl::StatusOr<int64_t> Pragma(const std::string& name);

  // False after an error that undid the whole transaction, not only a savepoint of it.
  bool InTransaction() const { return sqlite3_get_autocommit(db_) == 0; }
  // What the last failed call met; kept until cleared.
  Fault fault() const { return fault_; }
  void ClearFault() { fault_ = Fault::kNone; }
  const std::string& fault_text() const { return fault_text_; }
  // Statements that run longer end with DEADLINE_EXCEEDED.
  void set_deadline(absl::Time deadline) { deadline_ = deadline; }
  sqlite3* handle() { return db_; }
  // The status for a result code of a call made on handle(), and errno as that call left it: SQLite
  // keeps no system error of a commit that failed.
  absl::Status StatusOf(int code, int system_error);

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

  explicit SqliteConnection(sqlite3* db) : db_(db) {}
  absl::Status Configure(Role role);
  absl::StatusOr<Statement> Prepare(const char* text);
  absl::StatusOr<Statement> Take(const char* text);
  void GiveBack(const char* text, Statement statement);
  absl::Status Step(sqlite3_stmt* statement, RowFn row);
  static int OnProgress(void* self);

  sqlite3* const db_;
  absl::flat_hash_map<std::string, Statement> statements_;  // null while it runs
  Fault fault_ = Fault::kNone;
  std::string fault_text_;
  absl::Time deadline_ = absl::InfiniteFuture();
};

}  // namespace shian::store
