// Lines of tables that spreadsheets open, RFC 4180.
#pragma once

#include <string>
#include <vector>

namespace shian {

// One line with its line end, cells quoted where needed. A cell that a spreadsheet would take for a
// formula is kept as it is unless `for_people`, when an apostrophe is put before it.
std::string CsvLine(const std::vector<std::string>& cells, bool for_people = false);

}  // namespace shian
