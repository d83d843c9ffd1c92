#include "tests/bench/raw.h"

#include "libs/base/check.h"
#include "libs/faults/disk.h"

namespace shian::bench {

Raw::Raw(const std::string& path) {
  Check(sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                        faults::DiskVfs()));
  Execute(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
      "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0; PRAGMA cache_size=-16000");
}

Raw::~Raw() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(db_);
}

void Raw::Check(int code) {
  SHIAN_CHECK(code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW)
      << "sqlite " << code << ": " << sqlite3_errmsg(db_);
}

void Raw::Execute(const std::string& sql) {
  Check(sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr));
}

sqlite3_stmt* Raw::Prepared(const std::string& sql) {
  sqlite3_stmt*& statement = statements_[sql];
  if (statement == nullptr) {
    Check(sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()),
                             SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
  }
  return statement;
}

void Raw::Step(sqlite3_stmt* statement) {
  Check(sqlite3_step(statement));
  sqlite3_reset(statement);
}

void Raw::Insert(const std::string& sql, const std::vector<std::string>& bytes,
                 std::optional<int64_t> number) {
  sqlite3_stmt* const statement = Prepared(sql);
  int index = 0;
  for (const std::string& value : bytes) {
    sqlite3_bind_blob64(statement, ++index, value.data(), value.size(), SQLITE_STATIC);
  }
  if (number) sqlite3_bind_int64(statement, ++index, *number);
  Step(statement);
}

}  // namespace shian::bench
