// The peer of the benchmarks: SQLite as one would write it by hand, with prepared statements on one
// connection and the pragmas of the store.
#pragma once

#include <sqlite3.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace shian::bench {

class Raw {
 public:
  // Opens or makes `path`; ends the process when SQLite refuses, as every call here does.
  explicit Raw(const std::string& path);
  ~Raw();
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;

  void Execute(const std::string& sql);
  // Text and bytes alike, then the number if there is one, bound in order; prepared once.
  void Insert(const std::string& sql, const std::vector<std::string>& bytes,
              std::optional<int64_t> number = std::nullopt);
  // The statement, prepared once, to be bound by hand and stepped with Step.
  sqlite3_stmt* Prepared(const std::string& sql);
  void Step(sqlite3_stmt* statement);
  sqlite3* handle() { return db_; }

 private:
  void Check(int code);
  sqlite3* db_ = nullptr;
  std::map<std::string, sqlite3_stmt*> statements_;
};

}  // namespace shian::bench
