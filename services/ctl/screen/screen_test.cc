#include <catch2/catch.hpp>

#include "services/ctl/screen/table.h"

namespace shian::ctl {
namespace {

namespace pb = shian::sanction::v1;

CsvTable TableOf(const char* text) {
  const auto table = ParseCsv(text);
  REQUIRE(table.ok());
  return *table;
}

TEST_CASE("the columns of a table are found by the usual headers, or by the given ones") {
  const CsvTable usual = TableOf("序号,名称,统一社会信用代码\n1, 某厂 ,914403001922038216\n");
  const auto columns = FindColumns(usual, "", "");
  REQUIRE(columns.ok());
  const pb::ScreenSubject subject = ToSubject(usual.rows[0], *columns);
  REQUIRE(subject.client_ref() == "2");
  REQUIRE(subject.code() == "914403001922038216");
  REQUIRE(subject.name() == "某厂");

  const CsvTable own = TableOf("供应商,名称\na,b\nc\n");
  const auto named = FindColumns(own, "", "供应商");
  REQUIRE(named.ok());
  REQUIRE(ToSubject(own.rows[0], *named).name() == "a");
  const auto shorter = FindColumns(own, "", "名称");
  REQUIRE(ToSubject(own.rows[1], *shorter).name().empty());

  REQUIRE_FALSE(FindColumns(own, "编号", "").ok());
  REQUIRE_FALSE(FindColumns(TableOf("x,y\n1,2\n"), "", "").ok());
}

TEST_CASE("a row of answers has a cell under each header, whatever was found") {
  pb::ScreenStreamResponse answer;
  answer.set_list_revision(7);
  answer.set_evidence_sha256("\x01\xff");
  pb::ScreenResult none;
  const auto unlisted = ResultCells(none, answer);
  REQUIRE(unlisted.size() == ResultHeader().size());
  REQUIRE(unlisted.front() == "否");
  REQUIRE(unlisted.back() == "01ff");

  pb::ScreenResult wrong;
  wrong.set_problem("CODE_INVALID");
  wrong.set_problem_message("代码有误");
  const auto refused = ResultCells(wrong, answer);
  REQUIRE(refused.size() == ResultHeader().size());
  REQUIRE(refused.front().empty());
  REQUIRE(refused[12] == "CODE_INVALID 代码有误");

  pb::ScreenResult found;
  found.set_listed(true);
  found.set_truncated(true);
  pb::Match* match = found.add_matches();
  match->set_band(pb::BAND_SAME);
  match->set_score_milli(990);
  match->set_state(pb::ENTRY_STATE_IN_FORCE);
  match->mutable_until_date()->set_year(2029);
  match->mutable_until_date()->set_month(3);
  match->mutable_until_date()->set_day(5);
  const auto listed = ResultCells(found, answer);
  REQUIRE(listed.size() == ResultHeader().size());
  REQUIRE(listed[0] == "是");
  REQUIRE(listed[1] == "同一主体");
  REQUIRE(listed[2] == "0.990");
  REQUIRE(listed[7] == "公示中");
  REQUIRE(listed[8] == "2029-03-05");
  REQUIRE(listed[10] == "1+");
  match->set_disputed(true);
  REQUIRE(ResultCells(found, answer)[7] == "公示中（异议处理中）");

  ScreenTotals totals;
  for (const auto& result : {none, wrong, found}) totals.Add(result);
  REQUIRE(totals.unanswered() == 1);
  REQUIRE(totals.ToText() ==
          "3 rows: 1 listed, 0 for a person to look at, 0 related, 1 not screened");
}

}  // namespace
}  // namespace shian::ctl
