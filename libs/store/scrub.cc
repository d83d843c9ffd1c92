#include "libs/store/scrub.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/status_macros.h"
#include "libs/store/dialect.h"
#include "libs/store/limits.h"
#include "libs/store/row_digest.h"

namespace shian::store {
namespace {

constexpr char kDigest[] = "digest";

// Keys are pseudonymous by design, so they may stand in a log line.
std::string Readable(const Value& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) return absl::StrCat(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return "(bytes)";
}

std::string Readable(const std::vector<Value>& key) {
  std::string text;
  for (const Value& value : key) absl::StrAppend(&text, text.empty() ? "" : ", ", Readable(value));
  return text;
}

}  // namespace

absl::Status Scrub::ReadTables(ReadTx& tx) {
  const Dialect dialect = tx.many_writers() ? Dialect::kPostgres : Dialect::kSqlite;
  ASSIGN_OR_RETURN(const std::vector<Row> names, tx.Query({TablesQuery(dialect)}, {}));
  for (const Row& name : names) {
    Table table = {name.Text(0), {}, {}};
    bool has_digest = false;
    std::vector<std::pair<int64_t, int>> key;
    RETURN_IF_ERROR(tx.ForEach({ColumnsQuery(dialect)}, Values(table.name), [&](const Row& column) {
      if (column.Text(0) == kDigest) {
        has_digest = true;
        return absl::OkStatus();
      }
      if (column.Int(1) > 0) {
        key.emplace_back(column.Int(1), table.columns.size());
      }
      table.columns.push_back(column.Text(0));
      return absl::OkStatus();
    }));
    std::sort(key.begin(), key.end());
    for (const auto& [order, place] : key) table.key.push_back(place);
    if (has_digest && !table.key.empty()) tables_.push_back(std::move(table));
  }
  return absl::OkStatus();
}

absl::Status Scrub::ReadPage(ReadTx& tx, const Table& table, ScrubPage* page) {
  std::vector<std::string> key;
  for (const int place : table.key) key.push_back(table.columns[place]);
  const std::string keys = absl::StrJoin(key, ", ");
  std::string where;
  if (!after_.empty()) {
    std::vector<std::string> marks;
    for (size_t i = 1; i <= after_.size(); ++i) marks.push_back(absl::StrCat("$", i));
    where = absl::StrCat("WHERE (", keys, ") > (", absl::StrJoin(marks, ", "), ")");
  }
  const std::string text =
      absl::StrCat("SELECT ", absl::StrJoin(table.columns, ", "), ", ", kDigest, " FROM ",
                   table.name, " ", where, " ORDER BY ", keys, " LIMIT ", limits::kScrubRows);
  const RowEncoding encoding(table.name, table.columns);
  // Only a whole row says where to go on: a damaged key may point anywhere, back too.
  std::vector<Value> last;
  const absl::Status read = tx.ForEach({text.c_str()}, after_, [&](const Row& row) {
    ++page->rows;
    std::vector<Value> values(row.values().begin(), row.values().end() - 1);
    std::vector<Value> place;
    for (const int column : table.key) place.push_back(values[column]);
    const auto* digest = std::get_if<Bytes>(&row.values().back());
    if (digest != nullptr && digest->data == encoding.Digest(values)) {
      last = std::move(place);
    } else {
      page->damaged.push_back(absl::StrCat(table.name, " ", Readable(place)));
    }
    return absl::OkStatus();
  });
  if (read.ok() && page->rows > 0 && last.empty()) {
    return absl::DataLossError("no row of a page is whole");
  }
  after_ = std::move(last);
  return read;
}

absl::StatusOr<ScrubPage> Scrub::Next() {
  if (!begun_) {
    tables_.clear();
    RETURN_IF_ERROR(store_.ReadNow([this](ReadTx& tx) { return ReadTables(tx); }));
    begun_ = true;
  }
  ScrubPage page;
  if (tables_.empty()) return page;
  const Table& table = tables_.back();
  const std::vector<Value> began_after = after_;
  const absl::Status read = store_.ReadNow([&](ReadTx& tx) { return ReadPage(tx, table, &page); });
  // A database that is away says nothing about its rows: the same page again, later.
  if (absl::IsUnavailable(read)) {
    after_ = began_after;
    return read;
  }
  // What cannot be read at all is damaged as a whole, from here on.
  if (!read.ok()) page.damaged.push_back(table.name);
  if (!read.ok() || page.rows < limits::kScrubRows) {
    tables_.pop_back();
    after_.clear();
  }
  page.more = !tables_.empty();
  return page;
}

}  // namespace shian::store
