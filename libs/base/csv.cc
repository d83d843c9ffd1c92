#include "libs/base/csv.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace shian {
namespace {

bool NeedsQuotes(const std::string& cell) {
  return cell.find_first_of(",\"\r\n") != std::string::npos ||
         (!cell.empty() && (cell.front() == ' ' || cell.back() == ' '));
}

std::string Quoted(const std::string& cell) {
  std::string out = "\"";
  for (const char c : cell) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
  return out;
}

// Spreadsheets for Chinese take the wide forms for the same.
bool LooksLikeFormula(const std::string& cell) {
  constexpr absl::string_view kBeginnings[] = {"=",  "+",  "-",  "@",  "\t", "\r",
                                               "\n", "＝", "＋", "－", "＠"};
  return std::any_of(std::begin(kBeginnings), std::end(kBeginnings),
                     [&](absl::string_view each) { return absl::StartsWith(cell, each); });
}

}  // namespace

std::string CsvLine(const std::vector<std::string>& cells, bool for_people) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line.push_back(',');
    const std::string cell =
        for_people && LooksLikeFormula(cells[i]) ? absl::StrCat("'", cells[i]) : cells[i];
    line += NeedsQuotes(cell) ? Quoted(cell) : cell;
  }
  line += "\r\n";
  return line;
}

}  // namespace shian
