#include "libs/store/many.h"

#include <iterator>
#include <map>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/check.h"
#include "libs/base/status_macros.h"
#include "libs/store/limits.h"

namespace shian::store {
namespace {

// The largest group first. Few sizes, because each is a prepared statement.
constexpr size_t kGroups[] = {limits::kInsertedTogether, 8, 1};

// Calls `run(text, arguments)` for all lists, in groups.
template <class Run>
absl::Status InGroups(const std::vector<std::string>& texts, size_t length,
                      std::vector<std::vector<Value>> lists, Run run) {
  size_t next = 0;
  for (size_t group = 0; group < std::size(kGroups); ++group) {
    for (; lists.size() - next >= kGroups[group]; next += kGroups[group]) {
      std::vector<Value> arguments;
      for (size_t i = next; i < next + kGroups[group]; ++i) {
        SHIAN_CHECK(lists[i].size() == length) << "values for " << texts.back();
        std::move(lists[i].begin(), lists[i].end(), std::back_inserter(arguments));
      }
      RETURN_IF_ERROR(run(Sql{texts[group].c_str()}, std::move(arguments)));
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string Repeated(const std::string& piece, size_t arguments, size_t times,
                     const std::string& separator) {
  std::string out;
  for (size_t i = 0; i < times; ++i) {
    if (i > 0) out += separator;
    for (size_t at = 0; at < piece.size(); ++at) {
      out.push_back(piece[at]);
      if (piece[at] != '$') continue;
      size_t number = 0;
      for (; at + 1 < piece.size() && piece[at + 1] >= '0' && piece[at + 1] <= '9'; ++at) {
        number = number * 10 + static_cast<size_t>(piece[at + 1] - '0');
      }
      absl::StrAppend(&out, i * arguments + number);
    }
  }
  return out;
}

KeyedQuery::KeyedQuery(const char* text, size_t arguments) : arguments_(arguments) {
  for (const size_t group : kGroups) {
    texts_.push_back(Repeated(text, arguments, group, " UNION ALL "));
  }
}

absl::Status KeyedQuery::ForEach(ReadTx& tx, std::vector<std::vector<Value>> keys,
                                 absl::FunctionRef<absl::Status(Row&&)> row) const {
  return InGroups(texts_, arguments_, std::move(keys),
                  [&](const Sql& sql, std::vector<Value> arguments) {
                    return tx.ForEach(sql, std::move(arguments), row);
                  });
}

IndexTable::IndexTable(const char* name, const std::vector<const char*>& columns)
    : columns_(columns.size()) {
  std::string row;
  for (size_t i = 1; i <= columns.size(); ++i) absl::StrAppend(&row, i == 1 ? "($" : ", $", i);
  row += ")";
  const std::string into =
      absl::StrCat("INSERT INTO ", name, " (", absl::StrJoin(columns, ", "), ") VALUES ");
  for (const size_t group : kGroups) {
    texts_.push_back(absl::StrCat(into, Repeated(row, columns.size(), group, ", ")));
  }
}

absl::Status IndexTable::AddAll(WriteTx& tx, std::vector<std::vector<Value>> rows) const {
  // A statement is prepared for the types of its arguments, and NULL has none: rows with the same
  // columns empty go together.
  std::map<std::vector<bool>, std::vector<std::vector<Value>>> alike;
  for (std::vector<Value>& row : rows) {
    std::vector<bool> empty(row.size());
    for (size_t i = 0; i < row.size(); ++i) {
      empty[i] = std::holds_alternative<std::monostate>(row[i]);
    }
    alike[std::move(empty)].push_back(std::move(row));
  }
  for (auto& [empty, some] : alike) {
    RETURN_IF_ERROR(
        InGroups(texts_, columns_, std::move(some), [&](const Sql& sql, std::vector<Value> values) {
          return tx.Post(sql, std::move(values));
        }));
  }
  return absl::OkStatus();
}

}  // namespace shian::store
