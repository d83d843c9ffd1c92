#include <catch2/catch.hpp>

#include "services/ctl/check/command.h"

namespace shian::ctl {
namespace {

TEST_CASE("a table of codes keeps its columns and gets kind, verdict and rule") {
  bool all_valid = true;
  const auto out = CheckCsv(
      "id,code,kind\n1,914403001922038216,\n2,914403001922038217,USCC\n3,6901234000016,gln\n"
      "4,hello,NOSUCH\n",
      &all_valid);
  REQUIRE(out.ok());
  REQUIRE_FALSE(all_valid);
  REQUIRE(*out ==
          "id,code,kind,found_kind,valid,rule\r\n"
          "1,914403001922038216,,USCC,true,\r\n"
          "2,914403001922038217,USCC,USCC,false,USCC_CHECK_DIGIT\r\n"
          "3,6901234000016,gln,GLN,true,\r\n"
          "4,hello,NOSUCH,,false,CODE_KIND_UNKNOWN\r\n");
}

TEST_CASE("a table without a code column is refused") {
  bool all_valid = true;
  REQUIRE_FALSE(CheckCsv("name\nx\n", &all_valid).ok());
}

}  // namespace
}  // namespace shian::ctl
