#include "services/ctl/text/csv.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"

namespace shian::ctl {
namespace {

// Reads one record after the other; knows the line it stands on.
class Reader {
 public:
  explicit Reader(absl::string_view text) : text_(text) {}

  bool AtEnd() const { return at_ >= text_.size(); }

  absl::StatusOr<CsvRow> Next() {
    CsvRow row;
    row.line = line_;
    for (;;) {
      ASSIGN_OR_RETURN(std::string cell, Cell(row.line));
      row.cells.push_back(std::move(cell));
      if (AtEnd() || text_[at_] != ',') break;
      ++at_;
    }
    EndLine();
    return row;
  }

 private:
  absl::StatusOr<std::string> Cell(int64_t row_line) {
    if (AtEnd() || text_[at_] != '"') return Bare();
    ++at_;
    std::string cell;
    while (!AtEnd()) {
      const char c = text_[at_++];
      if (c == '\n') ++line_;
      if (c != '"') {
        cell.push_back(c);
      } else if (!AtEnd() && text_[at_] == '"') {
        cell.push_back('"');
        ++at_;
      } else {
        cell += Bare();  // what stands behind a closing quote is kept, not lost
        return cell;
      }
    }
    return absl::InvalidArgumentError(
        absl::StrCat("line ", row_line, ": a quoted cell is not closed"));
  }

  std::string Bare() {
    const size_t end = std::min(text_.find_first_of(",\n", at_), text_.size());
    std::string cell(text_.substr(at_, end - at_));
    at_ = end;
    if (!cell.empty() && cell.back() == '\r') cell.pop_back();
    return cell;
  }

  void EndLine() {
    if (AtEnd()) return;
    ++at_;
    ++line_;
  }

  absl::string_view text_;
  size_t at_ = 0;
  int64_t line_ = 1;
};

absl::Status CheckHeader(const std::vector<std::string>& header) {
  std::set<std::string> seen;
  for (const std::string& name : header) {
    if (!name.empty() && !seen.insert(name).second) {
      return absl::InvalidArgumentError(absl::StrCat("the header has '", name, "' twice"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::optional<size_t> CsvTable::Column(absl::string_view name) const {
  const auto found = std::find(header.begin(), header.end(), std::string(name));
  if (found == header.end()) return std::nullopt;
  return found - header.begin();
}

absl::StatusOr<CsvTable> ParseCsv(absl::string_view text) {
  Reader reader(text);
  if (reader.AtEnd()) return absl::InvalidArgumentError("the file is empty: a header is needed");
  CsvTable table;
  ASSIGN_OR_RETURN(CsvRow header, reader.Next());
  for (std::string& name : header.cells) {
    table.header.push_back(std::string(absl::StripAsciiWhitespace(name)));
  }
  RETURN_IF_ERROR(CheckHeader(table.header));
  while (!reader.AtEnd()) {
    ASSIGN_OR_RETURN(CsvRow row, reader.Next());
    const bool blank = row.cells.size() == 1 && absl::StripAsciiWhitespace(row.cells[0]).empty();
    if (!blank) table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace shian::ctl
