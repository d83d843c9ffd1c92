#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <unordered_set>

#include "libs/codes/codes.h"
#include "services/ctl/sample/chain.h"
#include "services/ctl/sample/make.h"
#include "services/ctl/sample/names.h"
#include "services/ctl/sample/operators.h"
#include "services/ctl/sample/sampling.h"

namespace shian::ctl {
namespace {

const std::vector<SampleOperator>& County() {
  static const auto* county = [] {
    SampleRandom random(kSampleSeed);
    return new std::vector<SampleOperator>(MakeOperators(random));
  }();
  return *county;
}

TEST_CASE("the county has 30,987 operators in the ten kinds and counts") {
  std::map<std::string, int> counts;
  for (const auto& op : County()) ++counts[op.kind];
  REQUIRE(County().size() == 30987);
  REQUIRE(counts["食品生产"] == 253);
  REQUIRE(counts["食品销售"] == 12298);
  REQUIRE(counts["餐饮服务"] == 6742);
  REQUIRE(counts["药品生产"] == 39);
  REQUIRE(counts["药品经营"] == 651);
  REQUIRE(counts["药品使用"] == 3558);
  REQUIRE(counts["医疗器械生产"] == 11);
  REQUIRE(counts["医疗器械经营"] == 896);
  REQUIRE(counts["化妆品生产"] == 1);
  REQUIRE(counts["化妆品经营"] == 6538);
}

TEST_CASE("every code, licence, place and person of the county is valid and unique where it must") {
  std::set<std::string> codes, names, places;
  for (const auto& op : County()) {
    REQUIRE(codes::Check(codes::Kind::kUscc, op.code).ok());
    REQUIRE(codes::Check(codes::Kind::kCitizenId, op.identity_number).ok());
    REQUIRE(op.identity_number.substr(6, 4) == "1880");
    REQUIRE(codes::Check(codes::Kind::kGln, op.gln).ok());
    const bool checked =
        op.licence_number.rfind("SC", 0) == 0 || op.licence_number.rfind("JY", 0) == 0;
    if (checked) REQUIRE(codes::Detect(op.licence_number).ok());
    codes.insert(op.code);
    names.insert(op.name);
    places.insert(op.gln);
  }
  REQUIRE(codes.size() == County().size());
  REQUIRE(names.size() == County().size());
  REQUIRE(places.size() == County().size());
}

TEST_CASE("the same seed gives the same county, another one another") {
  SampleRandom first(7), again(7), other(8);
  REQUIRE(OperatorCells(MakeFarms(first)[0]) == OperatorCells(MakeFarms(again)[0]));
  REQUIRE(OperatorCells(MakeFarms(first)[1]) != OperatorCells(MakeFarms(other)[1]));
}

TEST_CASE("the chain reaches from farms to canteens over 2,000 lots") {
  SampleRandom random(kSampleSeed);
  const auto farms = MakeFarms(random);
  const Chain chain = MakeChain(random, County(), farms);
  REQUIRE(chain.lots >= 2000);
  REQUIRE_FALSE(chain.story_lot.empty());
  REQUIRE(chain.story_canteens.size() == 2);
  std::map<std::string, int> types;
  for (const auto& event : chain.events) ++types[event["type"].get<std::string>()];
  REQUIRE(types["AggregationEvent"] > 500);
  REQUIRE(types["TransformationEvent"] > 500);
}

TEST_CASE("samples fail about as often as the published tables say") {
  SampleRandom random(kSampleSeed);
  const auto rows = MakeSampleResults(random, County());
  std::set<std::string> categories;
  int failed = 0;
  for (const auto& row : rows) {
    categories.insert(row[6]);
    failed += row[12] == "不合格";
  }
  REQUIRE(categories.size() == 34);
  REQUIRE(failed > 30);
  REQUIRE(failed < 130);
}

TEST_CASE("no brand of the county is the short name of a real firm") {
  const char* shared = std::getenv("SHIAN_SHARED");
  std::ifstream file(std::string(shared ? shared : "../shared") +
                     "/data/company_short_names_28w.txt");
  if (!file) {
    WARN("skipped: no list of real short names beside the project");
    return;
  }
  std::unordered_set<std::string> real;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    real.insert(line);
  }
  SampleRandom random(kSampleSeed);
  for (int i = 0; i < 60000; ++i) REQUIRE(real.count(BrandName(random)) == 0);
}

}  // namespace
}  // namespace shian::ctl
