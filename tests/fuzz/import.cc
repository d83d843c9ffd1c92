// A table mapped to import rows. The header gives the mapping: each column fills the field of its
// name; "+name" adds a number up, "name%m/%d/%Y" states a form of dates. Each row is sent, refused
// or passed over, and what is sent is a message that another program can read.
#include <set>

#include "services/ctl/import/mapping.h"
#include "services/ctl/import/rows.h"
#include "services/ctl/text/csv.h"
#include "services/ctl/text/encoding.h"
#include "shian/inspection/v1/check_service.pb.h"
#include "shian/registry/v1/operator_service.pb.h"
#include "tests/fuzz/target.h"

namespace shian::fuzz {
namespace {

using ctl::ColumnRule;
using ctl::CsvTable;
using ctl::Mapping;
using google::protobuf::Message;

ColumnRule RuleOf(const std::string& column) {
  ColumnRule rule;
  rule.column = column;
  rule.sum = column.starts_with('+');
  rule.field = column.substr(rule.sum ? 1 : 0);
  const size_t format = rule.field.find('%');
  if (format != std::string::npos) {
    rule.date_format = rule.field.substr(format);
    rule.field.resize(format);
  }
  return rule;
}

Mapping MappingOf(const CsvTable& table) {
  Mapping mapping;
  mapping.distinct = table.header.front();
  for (const std::string& column : table.header) mapping.columns.push_back(RuleOf(column));
  return mapping;
}

void CheckRows(const CsvTable& table, const Message& prototype) {
  const auto mapped = ctl::MapRows(table, MappingOf(table), prototype);
  if (!mapped.ok()) return;
  CHECK_EQ(mapped->rows.size() + mapped->refused.size() + static_cast<size_t>(mapped->passed_over),
           table.rows.size());
  std::set<int64_t> lines;
  for (const auto& refused : mapped->refused) CHECK(lines.insert(refused.line).second);
  for (const auto& row : mapped->rows) {
    const std::string bytes = row->SerializeAsString();
    std::unique_ptr<Message> again(prototype.New());
    CHECK(again->ParseFromString(bytes));
    CHECK(again->SerializeAsString() == bytes);
  }
}

}  // namespace

FUZZ_TARGET(import) {
  const auto decoded = ctl::DecodeText(input);
  if (!decoded.ok()) return;
  const auto table = ctl::ParseCsv(decoded->text);
  if (!table.ok()) return;
  CheckRows(*table, registry::v1::OperatorRow::default_instance());
  CheckRows(*table, inspection::v1::CheckRow::default_instance());
}

}  // namespace shian::fuzz
