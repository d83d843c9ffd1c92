#include <catch2/catch.hpp>

#include "services/ctl/match/command.h"

namespace shian::ctl {
namespace {

TEST_CASE("a table of pairs keeps its columns and gets band, score and reasons") {
  std::string problems;
  const auto out = MatchCsv(
      "no,listed,query\n"
      "1,河南省瑞丰源食品有限公司,河南瑞丰源食品有限责任公司\n"
      "2,\"河南省瑞丰源食品有限公司\",河南省瑞源丰食品有限公司\n"
      "3,河南省瑞丰源食品有限公司,\n",
      &problems);
  REQUIRE(out.ok());
  CHECK(*out ==
        "no,listed,query,band,score,reasons\r\n"
        "1,河南省瑞丰源食品有限公司,河南瑞丰源食品有限责任公司,SAME,1.000,"
        "行政区划一致；字号一致；行业一致；组织形式一致；分支机构一致\r\n"
        "2,河南省瑞丰源食品有限公司,河南省瑞源丰食品有限公司,REVIEW,0.840,"
        "行政区划一致；字号相近（顺序不同）；行业一致；组织形式一致；分支机构一致\r\n"
        "3,河南省瑞丰源食品有限公司,,,,\r\n");
  CHECK(problems == "line 4: query must be a text of 1 to 200 characters\n");
}

TEST_CASE("a table without the two columns is refused") {
  std::string problems;
  CHECK(MatchCsv("a,b\n1,2\n", &problems).status().message() ==
        "the table needs the columns query and listed");
}

}  // namespace
}  // namespace shian::ctl
