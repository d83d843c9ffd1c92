#include "libs/store/fact_table.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <map>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/check.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/store/limits.h"
#include "libs/store/many.h"

namespace shian::store {
namespace {

std::atomic<int64_t> damaged_rows = 0;

// "($1, $2, $3)" for three.
std::string ArgumentList(size_t count) {
  std::string out;
  for (size_t i = 1; i <= count; ++i) absl::StrAppend(&out, i == 1 ? "($" : ", $", i);
  return out + ")";
}

// "a = $1 AND b = $2" for a key of two columns.
std::string KeyCondition(const std::vector<std::string>& columns, int key_columns) {
  std::string out;
  for (int i = 0; i < key_columns; ++i) {
    absl::StrAppend(&out, i == 0 ? "" : " AND ", columns[i], " = $", i + 1);
  }
  return out;
}

// All columns but the key take the new row's values.
std::string Replacements(const std::vector<std::string>& columns, int key_columns) {
  std::string out;
  for (size_t i = key_columns; i < columns.size(); ++i) {
    absl::StrAppend(&out, columns[i], " = excluded.", columns[i], ", ");
  }
  return absl::StrCat(out, "digest = excluded.digest");
}

// A key as it may stand in an error and a log line. Keys are pseudonymous by design.
std::string Readable(const Value& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) return absl::StrCat(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  return "(bytes)";
}

}  // namespace

int64_t DamagedRows() { return damaged_rows; }

FactTable::FactTable(const char* name, std::vector<const char*> columns, int key_columns)
    : name_(name),
      columns_(columns.begin(), columns.end()),
      key_columns_(key_columns),
      encoding_(name_, columns_) {
  SHIAN_CHECK(key_columns > 0 && key_columns <= static_cast<int>(columns.size())) << name_;
  const std::string list = absl::StrJoin(columns_, ", ");
  const std::string key = KeyCondition(columns_, key_columns_);
  select_ = absl::StrCat("SELECT ", list, ", digest FROM ", name_, " ");
  find_ = absl::StrCat(select_, "WHERE ", key);
  // Each by its own way into the index: of a list of keys an engine may make a walk through the
  // whole table.
  find_many_ =
      Repeated(find_, static_cast<size_t>(key_columns_), limits::kFoundTogether, " UNION ALL ");
  const std::string into = absl::StrCat("INSERT INTO ", name_, " (", list, ", digest) VALUES ");
  const std::string row = ArgumentList(columns_.size() + 1);
  insert_many_ = into + Repeated(row, columns_.size() + 1, limits::kInsertedTogether, ", ");
  add_many_ = insert_many_;
  add_ = into + row;
  insert_ = absl::StrCat(add_, " ON CONFLICT ");
  const std::string replacing =
      absl::StrCat("(", absl::StrJoin(columns_.begin(), columns_.begin() + key_columns_, ", "),
                   ") DO UPDATE SET ", Replacements(columns_, key_columns_));
  put_ = insert_ + replacing;
  put_many_ = absl::StrCat(insert_many_, " ON CONFLICT ", replacing);
  absl::StrAppend(&insert_, "DO NOTHING");
  absl::StrAppend(&insert_many_, " ON CONFLICT DO NOTHING");
  update_ = absl::StrCat("UPDATE ", name_, " SET ");
  for (size_t i = key_columns; i < columns_.size(); ++i) {
    absl::StrAppend(&update_, columns_[i], " = $", i + 1, ", ");
  }
  absl::StrAppend(&update_, "digest = $", columns_.size() + 1, " WHERE ", key);
  delete_ = absl::StrCat("DELETE FROM ", name_, " WHERE ", key);
}

absl::StatusOr<int64_t> FactTable::Store(WriteTx& tx, const std::string& sql,
                                         std::vector<Value> row) const {
  return tx.Execute({sql.c_str()}, Sealed(std::move(row)));
}

std::vector<Value> FactTable::Sealed(std::vector<Value> row) const {
  CHECK_EQ(row.size(), columns_.size()) << "values for table " << name_;
  row.push_back(Bytes{encoding_.Digest(row)});
  return row;
}

absl::Status FactTable::Insert(WriteTx& tx, std::vector<Value> row) const {
  ASSIGN_OR_RETURN(const int64_t inserted, Store(tx, insert_, std::move(row)));
  if (inserted == 0) return absl::AlreadyExistsError(absl::StrCat("a row of ", name_, " exists"));
  return absl::OkStatus();
}

absl::Status FactTable::Add(WriteTx& tx, std::vector<Value> row) const {
  if (!tx.many_writers()) return Insert(tx, std::move(row));
  return tx.Post({add_.c_str()}, Sealed(std::move(row)));
}

absl::Status FactTable::AddAll(WriteTx& tx, std::vector<std::vector<Value>> rows) const {
  if (!tx.many_writers()) return InsertAll(tx, std::move(rows));
  // A statement is prepared for the types of its arguments, and NULL has none: rows with the same
  // columns empty go together, or nearly every group would be a statement of its own.
  std::map<std::vector<bool>, std::vector<std::vector<Value>>> alike;
  for (std::vector<Value>& row : rows) {
    std::vector<bool> empty(row.size());
    for (size_t i = 0; i < row.size(); ++i) {
      empty[i] = std::holds_alternative<std::monostate>(row[i]);
    }
    alike[empty].push_back(std::move(row));
  }
  for (auto& [empty, some] : alike) {
    size_t next = 0;
    for (; some.size() - next >= limits::kInsertedTogether; next += limits::kInsertedTogether) {
      RETURN_IF_ERROR(tx.Post({add_many_.c_str()}, GroupOf(&some, next)));
    }
    for (; next < some.size(); ++next) RETURN_IF_ERROR(Add(tx, std::move(some[next])));
  }
  return absl::OkStatus();
}

std::vector<Value> FactTable::GroupOf(std::vector<std::vector<Value>>* rows, size_t next) const {
  std::vector<Value> args;
  args.reserve(limits::kInsertedTogether * (columns_.size() + 1));
  for (size_t i = next; i < next + limits::kInsertedTogether; ++i) {
    std::vector<Value> row = Sealed(std::move((*rows)[i]));
    std::move(row.begin(), row.end(), std::back_inserter(args));
  }
  return args;
}

absl::StatusOr<int64_t> FactTable::StoreAll(WriteTx& tx, const std::string& many,
                                            const std::string& one,
                                            std::vector<std::vector<Value>> rows) const {
  int64_t changed = 0;
  size_t next = 0;
  for (; rows.size() - next >= limits::kInsertedTogether; next += limits::kInsertedTogether) {
    ASSIGN_OR_RETURN(const int64_t stored, tx.Execute({many.c_str()}, GroupOf(&rows, next)));
    changed += stored;
  }
  for (; next < rows.size(); ++next) {
    ASSIGN_OR_RETURN(const int64_t stored, Store(tx, one, std::move(rows[next])));
    changed += stored;
  }
  return changed;
}

absl::Status FactTable::InsertAll(WriteTx& tx, std::vector<std::vector<Value>> rows) const {
  const auto count = static_cast<int64_t>(rows.size());
  ASSIGN_OR_RETURN(const int64_t inserted, StoreAll(tx, insert_many_, insert_, std::move(rows)));
  if (inserted != count)
    return absl::AlreadyExistsError(absl::StrCat("a row of ", name_, " exists"));
  return absl::OkStatus();
}

absl::Status FactTable::PutAll(WriteTx& tx, std::vector<std::vector<Value>> rows) const {
  return StoreAll(tx, put_many_, put_, std::move(rows)).status();
}

absl::Status FactTable::Put(WriteTx& tx, std::vector<Value> row) const {
  return tx.Post({put_.c_str()}, Sealed(std::move(row)));
}

absl::Status FactTable::Update(WriteTx& tx, std::vector<Value> row) const {
  ASSIGN_OR_RETURN(const int64_t changed, Store(tx, update_, std::move(row)));
  if (changed == 0) return absl::NotFoundError(absl::StrCat("no such row of ", name_));
  return absl::OkStatus();
}

absl::Status FactTable::Damaged(const std::vector<Value>& row) const {
  ++damaged_rows;
  std::vector<std::string> key;
  key.reserve(key_columns_);
  for (int i = 0; i < key_columns_; ++i) key.push_back(Readable(row[i]));
  return errors::Refuse(errors::Reason::kDataLoss,
                        {{"table", name_}, {"key", absl::StrJoin(key, ", ")}});
}

absl::StatusOr<Row> FactTable::Check(Row stored) const {
  std::vector<Value> values = std::move(stored).Take();
  const Value last = std::move(values.back());
  values.pop_back();
  const Bytes* digest = std::get_if<Bytes>(&last);
  if (digest == nullptr || digest->data != encoding_.Digest(values)) return Damaged(values);
  return Row(std::move(values));
}

absl::StatusOr<std::optional<Row>> FactTable::Find(ReadTx& tx, std::vector<Value> key) const {
  CHECK_EQ(key.size(), static_cast<size_t>(key_columns_)) << "key of table " << name_;
  ASSIGN_OR_RETURN(std::optional<Row> stored, tx.QueryOne({find_.c_str()}, std::move(key)));
  if (!stored) return std::optional<Row>();
  ASSIGN_OR_RETURN(Row row, Check(*std::move(stored)));
  return std::optional<Row>(std::move(row));
}

absl::StatusOr<std::vector<Row>> FactTable::FindAll(
    ReadTx& tx, const std::vector<std::vector<Value>>& keys) const {
  std::vector<Row> rows;
  for (size_t next = 0; next < keys.size(); next += limits::kFoundTogether) {
    std::vector<Value> args;
    for (size_t i = next; i < next + limits::kFoundTogether; ++i) {
      // The last group is filled up with its last key, whose row then comes as often.
      const std::vector<Value>& key = keys[std::min(i, keys.size() - 1)];
      CHECK_EQ(key.size(), static_cast<size_t>(key_columns_)) << "key of table " << name_;
      args.insert(args.end(), key.begin(), key.end());
    }
    std::vector<Row> found;
    RETURN_IF_ERROR(
        tx.ForEach({find_many_.c_str()}, std::move(args), [&](Row&& stored) -> absl::Status {
          ASSIGN_OR_RETURN(Row row, Check(std::move(stored)));
          const bool again = std::any_of(found.begin(), found.end(), [&](const Row& other) {
            return other.values() == row.values();
          });
          if (!again) found.push_back(std::move(row));
          return absl::OkStatus();
        }));
    std::move(found.begin(), found.end(), std::back_inserter(rows));
  }
  return rows;
}

void FactTable::ExpectFind(ReadTx& tx, const std::vector<Value>& key) const {
  tx.Expect({find_.c_str()}, key);
}

void FactTable::ExpectSelect(ReadTx& tx, const Sql& tail, const std::vector<Value>& args) const {
  tx.Expect({(select_ + tail.text).c_str()}, args);
}

absl::StatusOr<std::vector<Row>> FactTable::Select(ReadTx& tx, const Sql& tail,
                                                   std::vector<Value> args) const {
  std::vector<Row> rows;
  RETURN_IF_ERROR(ForEach(tx, tail, std::move(args), [&](Row&& row) {
    rows.push_back(std::move(row));
    return absl::OkStatus();
  }));
  return rows;
}

absl::Status FactTable::ForEach(ReadTx& tx, const Sql& tail, std::vector<Value> args,
                                absl::FunctionRef<absl::Status(Row&&)> row) const {
  const std::string sql = select_ + tail.text;
  return tx.ForEach({sql.c_str()}, std::move(args), [&](Row&& stored) -> absl::Status {
    ASSIGN_OR_RETURN(Row checked, Check(std::move(stored)));
    return row(std::move(checked));
  });
}

absl::Status FactTable::Delete(WriteTx& tx, std::vector<Value> key) const {
  CHECK_EQ(key.size(), static_cast<size_t>(key_columns_)) << "key of table " << name_;
  return tx.Post({delete_.c_str()}, std::move(key));
}

}  // namespace shian::store
