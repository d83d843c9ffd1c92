// Statements over many rows by few: what one row costs on its way to an engine, and over a wire its
// round trip, a group pays once. For facts see FactTable, which does the same with their digests.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/store/store.h"

namespace shian::store {

// `piece` so many times with `separator` between, each with arguments of its own: its "$1" to
// "$arguments" are counted on.
std::string Repeated(const std::string& piece, size_t arguments, size_t times,
                     const std::string& separator);

// One question about many keys. `text` is the question about one, whose arguments are its key, such
// as "SELECT epc, number FROM capture_epc WHERE epc = $1": each key has its own way into the index.
// It may have no ORDER BY and no LIMIT.
class KeyedQuery {
 public:
  KeyedQuery(const char* text, size_t arguments);
  // The rows of all keys, in no order; of a key that stands twice they come twice.
  absl::Status ForEach(ReadTx& tx, std::vector<std::vector<Value>> keys,
                       absl::FunctionRef<absl::Status(Row&&)> row) const;

 private:
  const size_t arguments_;
  std::vector<std::string> texts_;  // by group
};

// Rows of a table without digests, an index that can be made anew from facts.
class IndexTable {
 public:
  IndexTable(const char* name, const std::vector<const char*>& columns);
  // When one of them is there already, the write fails, with its COMMIT at the latest.
  absl::Status AddAll(WriteTx& tx, std::vector<std::vector<Value>> rows) const;

 private:
  const size_t columns_;
  std::vector<std::string> texts_;  // by group
};

}  // namespace shian::store
