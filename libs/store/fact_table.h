#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/store/row_digest.h"
#include "libs/store/store.h"

namespace shian::store {

// One table of facts. Each row carries the SHA-256 of its own content, written here and checked at
// every read: the engine notices few flipped bits, and a legal fact must never be served wrong. A
// row whose digest differs is answered with DATA_LOSS naming table and key, and counted.
//
//   const FactTable kListings("listing", {"operator", "listing", "state", "until"}, 2);
//
// The first `key_columns` columns are the primary key; the table has a further column
// `digest BYTES NOT NULL`. A column added later at the end, NULL in old rows, keeps their digests.
class FactTable {
 public:
  FactTable(const char* name, std::vector<const char*> columns, int key_columns);

  // ALREADY_EXISTS when the key, or a value that another unique index guards, is there.
  absl::Status Insert(WriteTx& tx, std::vector<Value> row) const;
  // The same where nobody asks whether the row was there: when it was, the write fails, with its
  // COMMIT at the latest. Where many write it first runs again, as after another one's conflict.
  absl::Status Add(WriteTx& tx, std::vector<Value> row) const;
  absl::Status AddAll(WriteTx& tx, std::vector<std::vector<Value>> rows) const;
  // Many rows by few statements. ALREADY_EXISTS as above; none stands then that this write keeps.
  absl::Status InsertAll(WriteTx& tx, std::vector<std::vector<Value>> rows) const;
  // Inserts, or replaces the row of that key.
  absl::Status Put(WriteTx& tx, std::vector<Value> row) const;
  // Replaces the row of that key; NOT_FOUND when there is none. Where many write, one that another
  // transaction just removed is a conflict, and never comes back by this.
  absl::Status Update(WriteTx& tx, std::vector<Value> row) const;
  // Puts rows of different keys, by few statements.
  absl::Status PutAll(WriteTx& tx, std::vector<std::vector<Value>> rows) const;
  absl::StatusOr<std::optional<Row>> Find(ReadTx& tx, std::vector<Value> key) const;
  // The rows of these keys that there are, in no order, by few statements.
  absl::StatusOr<std::vector<Row>> FindAll(ReadTx& tx,
                                           const std::vector<std::vector<Value>>& keys) const;
  // That this will be asked: see ReadTx::Expect.
  void ExpectFind(ReadTx& tx, const std::vector<Value>& key) const;
  void ExpectSelect(ReadTx& tx, const Sql& tail, const std::vector<Value>& args) const;
  // Rows with the columns in declared order. `tail` is a constant:
  // "WHERE region = $1 AND operator > $2 ORDER BY operator LIMIT $3".
  absl::StatusOr<std::vector<Row>> Select(ReadTx& tx, const Sql& tail,
                                          std::vector<Value> args) const;
  absl::Status ForEach(ReadTx& tx, const Sql& tail, std::vector<Value> args,
                       absl::FunctionRef<absl::Status(Row&&)> row) const;
  // A row with its digest as the last column, as a statement of the caller's own gave it; without
  // the digest once that is found right.
  absl::StatusOr<Row> Check(Row stored) const;
  // The reverse: a row with its digest, for a statement of the caller's own.
  std::vector<Value> Sealed(std::vector<Value> row) const;
  // OK also when there was no such row.
  absl::Status Delete(WriteTx& tx, std::vector<Value> key) const;

  const std::string& name() const { return name_; }

 private:
  absl::Status Damaged(const std::vector<Value>& row) const;
  // The arguments of a statement that takes a whole group of rows, from `next` on.
  std::vector<Value> GroupOf(std::vector<std::vector<Value>>* rows, size_t next) const;
  // Whole groups by `many`, what is left row by row by `one`; gives the rows changed.
  absl::StatusOr<int64_t> StoreAll(WriteTx& tx, const std::string& many, const std::string& one,
                                   std::vector<std::vector<Value>> rows) const;
  absl::StatusOr<int64_t> Store(WriteTx& tx, const std::string& sql, std::vector<Value> row) const;

  const std::string name_;
  const std::vector<std::string> columns_;
  const int key_columns_;
  const RowEncoding encoding_;
  std::string select_;  // without a WHERE
  std::string find_;
  std::string find_many_;  // limits::kFoundTogether of them
  std::string insert_;
  std::string add_;
  std::string add_many_;
  std::string insert_many_;  // limits::kInsertedTogether of them
  std::string put_;
  std::string put_many_;
  std::string update_;
  std::string delete_;
};

// Rows found damaged since the process began.
int64_t DamagedRows();

}  // namespace shian::store
