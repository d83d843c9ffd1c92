#include "services/ctl/measure/show.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "services/ctl/text/csv.h"

namespace shian::ctl {
namespace {

namespace v1 = shian::sanction::v1;

v1::MeasureStatistics Row(const std::string& system, int64_t ordered) {
  v1::MeasureStatistics row;
  row.set_system(system);
  row.set_department_title("=甲,局");
  row.set_item("fiscal-funds-limit");
  row.set_ordered(ordered);
  row.mutable_response()->set_count(1);
  row.mutable_response()->set_median_seconds(5400);
  return row;
}

TEST_CASE("a month has its own first and last day") {
  const auto february = ParseMonth("2028-02");
  REQUIRE(february.ok());
  REQUIRE(february->first == Date(2028, 2, 1));
  REQUIRE(february->last == Date(2028, 2, 29));
  REQUIRE(ParseMonth("2026-12")->last == Date(2026, 12, 31));
  for (const char* wrong : {"", "2026", "2026-13", "2026-1", "2026-10-01", "x"}) {
    REQUIRE_FALSE(ParseMonth(wrong).ok());
  }
}

TEST_CASE("a spreadsheet opens the reconciliation, which ends in its sums") {
  const std::string csv = ReconciliationAsCsv("2026-10", {Row("a", 2), Row("b", 3)});
  REQUIRE(csv == ReconciliationAsCsv("2026-10", {Row("a", 2), Row("b", 3)}));
  REQUIRE(csv.substr(0, 3) == "\xEF\xBB\xBF");
  const auto table = ParseCsv(csv.substr(3));
  REQUIRE(table.ok());
  REQUIRE(table->rows.size() == 3);
  for (const CsvRow& row : table->rows) REQUIRE(row.cells.size() == table->header.size());
  const std::vector<std::string>& first = table->rows.front().cells;
  REQUIRE(first[*table->Column("部门")] == "'=甲,局");
  REQUIRE(first[*table->Column("响应用时中位（小时）")] == "1.5");
  REQUIRE(first[*table->Column("反馈用时中位（小时）")].empty());
  REQUIRE(table->rows.back().cells[*table->Column("发起")] == "5");
}

TEST_CASE("the catalogue says what is not in use, and why") {
  v1::MeasureItem item;
  item.set_item("school-meal-exclusion");
  item.set_inactive_reason("尚未核对");
  REQUIRE(CatalogueAsText({item}).find("- school-meal-exclusion") == 0);
  REQUIRE(CatalogueAsText({item}).find("尚未核对") != std::string::npos);
}

}  // namespace
}  // namespace shian::ctl
