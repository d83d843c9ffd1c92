// Short lists in one text column: cells separated by TAB, rows by LF. No cell holds either, because
// every text that enters was normalised.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "libs/base/check.h"

namespace shian::registry {

using Cells = std::vector<std::string>;

inline std::string JoinLines(const std::vector<Cells>& rows) {
  std::string out;
  for (const Cells& row : rows) {
    for (const std::string& cell : row) {
      SHIAN_CHECK(cell.find_first_of("\t\n") == std::string::npos) << "a cell that is no line";
    }
    out += absl::StrJoin(row, "\t");
    out += '\n';
  }
  return out;
}

// Cells of `text`, which must outlive them.
inline std::vector<std::vector<absl::string_view>> SplitLines(absl::string_view text) {
  std::vector<std::vector<absl::string_view>> rows;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!line.empty()) rows.push_back(absl::StrSplit(line, '\t'));
  }
  return rows;
}

inline std::string JoinItems(const std::vector<std::string>& items) {
  return absl::StrJoin(items, "\n");
}

inline std::vector<std::string> SplitItems(absl::string_view text) {
  if (text.empty()) return {};
  return absl::StrSplit(text, '\n');
}

}  // namespace shian::registry
