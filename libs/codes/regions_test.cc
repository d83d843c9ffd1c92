#include "libs/codes/regions.h"

#include <catch2/catch.hpp>

#include "libs/codes/codes.h"
#include "libs/codes/rules.h"

namespace shian::codes {
namespace {

TEST_CASE("there are 34 provinces") {
  REQUIRE(Provinces().size() == 34);
  REQUIRE(IsProvince("41"));
  REQUIRE_FALSE(IsProvince("16"));
  REQUIRE_FALSE(IsProvince(""));
}

TEST_CASE("a region has the level its digits say") {
  REQUIRE(RegionLevelOf("410000") == RegionLevel::kProvince);
  REQUIRE(RegionLevelOf("410900") == RegionLevel::kPrefecture);
  REQUIRE(RegionLevelOf("410902") == RegionLevel::kCounty);
  REQUIRE(RegionLevelOf("419001") == RegionLevel::kCounty);
  REQUIRE(RegionLevelOf("330482") == RegionLevel::kCounty);
  REQUIRE(RegionLevelOf("410902001") == RegionLevel::kTownship);
  REQUIRE(RegionLevelOf("410902001000") == RegionLevel::kTownship);
  REQUIRE(RegionLevelOf("410902001203") == RegionLevel::kVillage);
  for (const char* wrong : {"990000", "33048", "410002", "418002", "410000001", "410902000",
                            "41090a", "", "4109020012031", "410902000001"}) {
    INFO(wrong);
    REQUIRE_FALSE(RegionLevelOf(wrong).has_value());
    REQUIRE_FALSE(Check(Kind::kRegion, wrong).ok());
  }
}

TEST_CASE("a wrong region names its rule") {
  const auto rule = [](const char* text) {
    return RuleOf(Check(Kind::kRegion, text).status()).word;
  };
  REQUIRE(rule("990000") == "REGION_PROVINCE");
  REQUIRE(rule("33048") == "REGION_SHAPE");
  REQUIRE(rule("418002") == "REGION_PREFECTURE");
  REQUIRE(rule("410002") == "REGION_COUNTY");
  REQUIRE(Check(Kind::kRegion, "410902001")->Get("county") == "410902");
  REQUIRE(Check(Kind::kRegion, "330400")->Get("level") == "prefecture");
}

TEST_CASE("regions lie in one another") {
  REQUIRE(RegionContains("410000", "410902"));
  REQUIRE(RegionContains("410900", "410902001"));
  REQUIRE(RegionContains("410902", "410902"));
  REQUIRE(RegionContains("", "410902"));
  REQUIRE_FALSE(RegionContains("410902", "410900"));
  REQUIRE_FALSE(RegionContains("410900", "411002"));
  REQUIRE_FALSE(RegionContains("", "nowhere"));
  REQUIRE_FALSE(RegionContains("41", "410902"));
  REQUIRE(RegionAbove("410902001203") == "410902001");
  REQUIRE(RegionAbove("410902001") == "410902");
  REQUIRE(RegionAbove("410902") == "410900");
  REQUIRE(RegionAbove("410900") == "410000");
  REQUIRE_FALSE(RegionAbove("410000").has_value());
}

}  // namespace
}  // namespace shian::codes
