#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/store/value.h"

namespace shian::store {

// SHA-256 over our own encoding of a row, the same on every engine: the table's name, then for each
// column that is not NULL its name, a type letter (i, t, b) and the value. Every text is led by its
// length in four bytes, numbers are eight bytes; all big endian. BOOL is encoded as INT64, because
// engines differ in what they give back. A NULL column leaves no trace, so that a column added
// later does not change the digests of old rows.
std::string RowDigest(absl::string_view table, const std::vector<std::string>& columns,
                      const std::vector<Value>& row);

}  // namespace shian::store
