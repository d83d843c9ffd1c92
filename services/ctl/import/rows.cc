#include "services/ctl/import/rows.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"

namespace shian::ctl {
namespace {

using google::protobuf::Message;

// The place of each mapped column in the table.
absl::StatusOr<std::vector<size_t>> Places(const CsvTable& table, const Mapping& mapping) {
  std::vector<size_t> places;
  for (const ColumnRule& rule : mapping.columns) {
    const auto place = table.Column(rule.column);
    if (!place.has_value()) {
      return absl::InvalidArgumentError(
          absl::StrCat("the table has no column '", rule.column, "'"));
    }
    places.push_back(*place);
  }
  return places;
}

absl::Status Fill(const CsvRow& row, const Mapping& mapping, const std::vector<size_t>& places,
                  Message* message, std::string* field) {
  for (const auto& [path, text] : mapping.constants) {
    *field = path;
    RETURN_IF_ERROR(SetField(path, text, false, message));
  }
  for (size_t i = 0; i < places.size(); ++i) {
    const ColumnRule& rule = mapping.columns[i];
    *field = rule.column;
    ASSIGN_OR_RETURN(const std::string text, CellText(rule, row.cells[places[i]]));
    RETURN_IF_ERROR(SetField(rule.field, text, rule.sum, message));
  }
  return absl::OkStatus();
}

void SetLine(int64_t line, Message* message) {
  const auto* field = message->GetDescriptor()->FindFieldByName("line");
  if (field != nullptr) message->GetReflection()->SetInt64(message, field, line);
}

}  // namespace

absl::StatusOr<MappedRows> MapRows(const CsvTable& table, const Mapping& mapping,
                                   const Message& prototype) {
  ASSIGN_OR_RETURN(const std::vector<size_t> places, Places(table, mapping));
  const auto distinct = table.Column(mapping.distinct);
  std::set<std::string> seen;
  MappedRows mapped;
  for (const CsvRow& row : table.rows) {
    if (row.cells.size() != table.header.size()) {
      mapped.refused.push_back(
          {row.line, "", "COLUMN_COUNT",
           absl::StrCat("应有", table.header.size(), "列，实有", row.cells.size(), "列")});
      continue;
    }
    if (distinct.has_value() && !seen.insert(row.cells[*distinct]).second) {
      ++mapped.passed_over;
      continue;
    }
    std::unique_ptr<Message> message(prototype.New());
    SetLine(row.line, message.get());
    std::string field;
    const absl::Status filled = Fill(row, mapping, places, message.get(), &field);
    if (filled.ok()) {
      mapped.rows.push_back(std::move(message));
    } else {
      mapped.refused.push_back({row.line, field, "CELL_SHAPE", std::string(filled.message())});
    }
  }
  return mapped;
}

}  // namespace shian::ctl
