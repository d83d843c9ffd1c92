#include "services/ctl/todo/show.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "services/ctl/text/csv.h"

namespace shian::ctl {
namespace {

namespace pb = shian::common::v1;

pb::Todo Due(const std::string& name, int64_t seconds) {
  pb::Todo todo;
  todo.set_name(name);
  todo.mutable_deadline()->mutable_due_time()->set_seconds(seconds);
  return todo;
}

pb::Todo Pending(const std::string& name, int year) {
  pb::Todo todo;
  todo.set_name(name);
  todo.mutable_deadline()->set_pending_calendar(true);
  todo.mutable_deadline()->mutable_earliest_date()->set_year(year);
  return todo;
}

TEST_CASE("what is due first comes first, and what has no end last") {
  std::vector<pb::Todo> todos = {Pending("d", 2028), Due("b", 2000), Pending("c", 2027),
                                 Due("e", 1000), Due("a", 2000)};
  SortTodos(&todos);
  std::string order;
  for (const pb::Todo& todo : todos) order += todo.name();
  REQUIRE(order == "eabcd");
}

TEST_CASE("a spreadsheet opens the list and computes nothing of it") {
  pb::Todo todo = Due("operators/7/cases/1/todos/x", 1'700'000'000);
  todo.set_party_name("=HYPERLINK(\"http://x\")");
  todo.set_suspended_reason("甲,乙\n丙");
  const std::string csv = TodosAsCsv({todo});
  REQUIRE(csv.substr(0, 3) == "\xEF\xBB\xBF");
  const auto table = ParseCsv(csv.substr(3));
  REQUIRE(table.ok());
  REQUIRE(table->rows.size() == 1);
  const std::vector<std::string>& cells = table->rows.front().cells;
  REQUIRE(cells.size() == table->header.size());
  REQUIRE(cells[*table->Column("当事人")] == "'=HYPERLINK(\"http://x\")");
  REQUIRE(cells[*table->Column("中止原因")] == "甲,乙\n丙");
  REQUIRE(cells[*table->Column("名称")] == todo.name());
}

TEST_CASE("programs learn who did not answer") {
  const auto json = nlohmann::json::parse(TodosAsJson({Due("a", 1)}, {"trace"}));
  REQUIRE(json["todos"].size() == 1);
  REQUIRE(json["todos"][0]["name"] == "a");
  REQUIRE(json["unanswered"] == nlohmann::json::array({"trace"}));
}

TEST_CASE("columns stand under each other, whatever the script") {
  pb::Todo first = Due("a", 1'700'000'000);
  first.set_title("送达");
  first.set_matter("m1");
  pb::Todo second = Due("b", 1'700'000'000);
  second.set_title("serve it");
  second.set_matter("m2");
  const std::string table = TodosAsTable({first, second});
  REQUIRE(table.find("送达      ") != std::string::npos);
  REQUIRE(table.find("serve it  ") != std::string::npos);
}

}  // namespace
}  // namespace shian::ctl
