#ifndef SHIAN_SERVICES_CTL_TEXT_CSV_H_
#define SHIAN_SERVICES_CTL_TEXT_CSV_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/csv.h"

namespace shian::ctl {

struct CsvRow {
  int64_t line = 0;  // where the row begins in the file, from 1, as an editor shows it
  std::vector<std::string> cells;
};

// A table with a header, RFC 4180: quoted cells may hold commas, quotes and line breaks.
struct CsvTable {
  std::vector<std::string> header;  // white space round the names is cut
  std::vector<CsvRow> rows;         // empty lines are left out

  // The position of a column, or nothing.
  std::optional<size_t> Column(absl::string_view name) const;
};

// Refused: no header, a header with the same name twice, an unclosed quote. A row with fewer or
// more cells than the header is kept as it is: the importer reports it with its line.
absl::StatusOr<CsvTable> ParseCsv(absl::string_view text);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_TEXT_CSV_H_
