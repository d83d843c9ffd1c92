#include "libs/base/csv.h"

#include "absl/strings/str_cat.h"

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

bool LooksLikeFormula(const std::string& cell) {
  return !cell.empty() && std::string("=+-@\t").find(cell.front()) != std::string::npos;
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
