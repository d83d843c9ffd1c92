#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "libs/store/value.h"

namespace shian::store {

// SHA-256 over our own encoding of a row, the same on every engine: the table's name, then for each
// column that is not NULL its name, a type letter (i, t, b) and the value. Columns come in the
// order of their names, so that whoever knows the table, and not only the code that owns it, can
// check a row. Every text is led by its length in four bytes, numbers are eight bytes; all big
// endian. BOOL is encoded as INT64, because engines differ in what they give back. A NULL column
// leaves no trace, so that a column added later does not change the digests of old rows.
class RowEncoding {
 public:
  RowEncoding(std::string table, const std::vector<std::string>& columns);

  // `row` in the order of the constructor's columns.
  std::string Digest(const std::vector<Value>& row) const;

 private:
  const std::string table_;
  std::vector<std::pair<std::string, size_t>> columns_;  // by name, with the place in a row
};

}  // namespace shian::store
