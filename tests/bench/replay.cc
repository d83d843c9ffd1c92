// bench_replay FROM TO: writes every row that the service left in FROM into the empty copy TO of
// the same schema, one commit per request, past the store: what the disk alone would cost. The
// rows of one request are its reply and, in the order of their numbers, its share of the others.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/check.h"
#include "tests/bench/measure.h"
#include "tests/bench/raw.h"

namespace shian::bench {
namespace {

using Cells = std::vector<sqlite3_value*>;

struct Table {
  std::string name;
  std::string insert;
  std::vector<Cells> rows;
};

Table ReadTable(Raw& from, const std::string& name, const std::string& order) {
  Table table = {name, "", {}};
  sqlite3_stmt* const all =
      from.Prepared(absl::StrCat("SELECT * FROM ", name, " ORDER BY ", order));
  while (sqlite3_step(all) == SQLITE_ROW) {
    Cells row;
    for (int i = 0; i < sqlite3_column_count(all); ++i) {
      row.push_back(sqlite3_value_dup(sqlite3_column_value(all, i)));
    }
    table.rows.push_back(std::move(row));
  }
  const std::vector<std::string> marks(sqlite3_column_count(all), "?");
  table.insert =
      absl::StrCat("INSERT OR REPLACE INTO ", name, " VALUES (", absl::StrJoin(marks, ", "), ")");
  sqlite3_reset(all);
  return table;
}

void Put(Raw& to, const Table& table, const Cells& row) {
  sqlite3_stmt* const insert = to.Prepared(table.insert);
  for (size_t i = 0; i < row.size(); ++i) {
    sqlite3_bind_value(insert, static_cast<int>(i) + 1, row[i]);
  }
  to.Step(insert);
}

int Main(int argc, char** argv) {
  if (argc < 5) return 2;  // FROM TO, then TABLE ORDER pairs; the first has one row per request
  Raw from(argv[1]);
  Raw to(argv[2]);
  std::vector<Table> tables;
  for (int i = 3; i + 1 < argc; i += 2) tables.push_back(ReadTable(from, argv[i], argv[i + 1]));
  const size_t requests = tables.front().rows.size();
  SHIAN_CHECK(requests > 0) << "no rows in " << argv[1];
  size_t rows = 0;
  const Stopwatch watch;
  for (size_t i = 0; i < requests; ++i) {
    to.Execute("BEGIN IMMEDIATE");
    for (const Table& table : tables) {
      const size_t begin = table.rows.size() * i / requests;
      const size_t end = table.rows.size() * (i + 1) / requests;
      for (size_t row = begin; row < end; ++row, ++rows) Put(to, table, table.rows[row]);
    }
    to.Execute("COMMIT");
  }
  const double seconds = watch.Seconds();
  Print({{"rate", requests / seconds}, {"rows_per_request", double(rows) / requests}});
  return 0;
}

}  // namespace
}  // namespace shian::bench

int main(int argc, char** argv) { return shian::bench::Main(argc, argv); }
