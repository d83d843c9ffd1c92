// Pairs of names made from a seed: what is one firm's is SAME, what is another's never is, and what
// a person types wrong is for a person to look at.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "libs/base/testing.h"
#include "libs/names/compare.h"
#include "libs/names/lexicon.h"
#include "libs/names/name.h"

namespace shian::names {
namespace {

using Random = std::mt19937_64;

constexpr char32_t kBrandCharacters[] =
    U"瑞丰源盛世堂品蓝拓川鼎神柏联安逸体康雪鑫忠明必发永光汇办吉祥猴梦奇凯豪天涯海角金福佳德捷茂林"
    U"鸿运宝泰";
const std::vector<Text> kTradeWords = {U"食品", U"水产食品", U"粮油",     U"酒业",
                                       U"茶叶", U"餐饮管理", U"乳业",     U"肉制品",
                                       U"饮料", U"调味品",   U"食品科技", U"药业"};
const std::vector<Text> kOtherTrades = {U"建筑工程", U"房地产开发", U"广告传媒", U"汽车销售"};

template <class T>
T Pick(const std::vector<T>& from, Random* random) {
  return from[(*random)() % from.size()];
}

struct Made {
  Text place;  // with its suffix
  Text brand;
  Text trade;

  std::string With(const Text& form) const { return Encode(place + brand + trade + form); }
};

Text PickPlace(Random* random) {
  const Lexicon& lexicon = Lexicon::Get();
  for (;;) {
    const Place& place = lexicon.place(static_cast<int>((*random)() % lexicon.places()));
    if (place.level == 3) return place.name;
  }
}

Text PickBrand(Random* random) {
  constexpr size_t kCount = std::size(kBrandCharacters) - 1;
  Text brand;
  while (brand.size() < 2 + (*random)() % 4) {
    brand.push_back(kBrandCharacters[(*random)() % kCount]);
  }
  return brand;
}

Made Make(Random* random) {
  return {PickPlace(random), PickBrand(random), Pick(kTradeWords, random)};
}

Band BandOf(const std::string& asked, const std::string& listed) {
  INFO(asked << " | " << listed);
  const Name a = Parse(asked);
  const Name b = Parse(listed);
  const Verdict verdict = Compare(a.View(), b.View());
  CHECK(verdict == Compare(b.View(), a.View()));
  return verdict.band;
}

TEST_CASE("names of one firm are the same, whatever is written otherwise") {
  Random random(testing::Seed());
  for (int round = 0; round < testing::Rounds(2000); ++round) {
    const Made made = Make(&random);
    const std::string listed = made.With(U"有限公司");
    INFO(listed);
    CHECK(BandOf(made.With(U"有限责任公司"), listed) == Band::kSame);
    CHECK(BandOf(made.With(U""), listed) == Band::kSame);
    CHECK(BandOf(Encode(made.place + U" " + made.brand + U"　" + made.trade + U"有限公司"),
                 listed) == Band::kSame);
    const Text bracketed = made.brand + U"（" + made.place + U"）" + made.trade + U"有限公司";
    // A brand that begins like a division ("吉林佳") is for a person to look at.
    const bool placed = Lexicon::Get().PlaceAt(made.brand).length > 0;
    CHECK(BandOf(Encode(bracketed), listed) == (placed ? Band::kReview : Band::kSame));
  }
}

TEST_CASE("branches, other trades and other places are never the same") {
  Random random(testing::Seed() + 1);
  for (int round = 0; round < testing::Rounds(2000); ++round) {
    const Made made = Make(&random);
    const std::string listed = made.With(U"有限公司");
    INFO(listed);
    CHECK(BandOf(listed + Encode(PickPlace(&random) + U"分公司"), listed) == Band::kRelated);
    Made other = made;
    other.trade = Pick(kOtherTrades, &random);
    CHECK(BandOf(other.With(U"有限公司"), listed) > Band::kReview);
    other = made;
    other.place = PickPlace(&random);
    if (other.place != made.place) CHECK(BandOf(other.With(U"有限公司"), listed) > Band::kSame);
    other = made;
    other.brand = PickBrand(&random);
    if (other.brand != made.brand) CHECK(BandOf(other.With(U"有限公司"), listed) > Band::kSame);
  }
}

TEST_CASE("what is typed wrong is for a person to look at") {
  Random random(testing::Seed() + 2);
  for (int round = 0; round < testing::Rounds(2000); ++round) {
    const Made made = Make(&random);
    const std::string listed = made.With(U"有限公司");
    Made swapped = made;
    const size_t at = random() % (made.brand.size() - 1);
    std::swap(swapped.brand[at], swapped.brand[at + 1]);
    if (swapped.brand == made.brand) continue;
    const std::string asked = swapped.With(U"有限公司");
    INFO(asked << " | " << listed);
    CHECK(BandOf(asked, listed) == Band::kReview);
    const std::vector<uint32_t> keys = KeysOf(Parse(listed).View());
    const std::vector<uint32_t> others = KeysOf(Parse(asked).View());
    CHECK(std::find_first_of(keys.begin(), keys.end(), others.begin(), others.end()) != keys.end());
  }
}

// Pairs labelled by hand, of people and firms in Latin and other letters; absent where the data is
// not. What is told is how many are put before a person, and how many of them are right.
TEST_CASE("labelled pairs of Latin names") {
  const char* shared = std::getenv("SHIAN_SHARED");
  const char* source = std::getenv("SHIAN_SOURCE");
  const std::string folder = shared != nullptr   ? shared
                             : source != nullptr ? std::string(source) + "/../shared"
                                                 : "../shared";
  std::ifstream file(folder + "/data/nomenklatura_name_pairs.csv");
  if (!file) {
    std::cerr << "nomenklatura_name_pairs.csv is not here: skipped\n";
    return;
  }
  double shown = 0, right = 0, matches = 0;
  std::string line;
  while (std::getline(file, line)) {
    const std::vector<std::string> cells = absl::StrSplit(line, ',');
    if (cells.size() != 8) continue;  // names with commas are quoted: left out here
    const Name a = Parse(cells[2]);
    const Name b = Parse(cells[3]);
    const bool near = Compare(a.View(), b.View()).band <= Band::kReview;
    const bool match = cells[4] == "TRUE";
    matches += match ? 1 : 0;
    shown += near ? 1 : 0;
    right += near && match ? 1 : 0;
  }
  std::cerr << "Latin pairs: precision " << right / shown << ", recall " << right / matches << "\n";
  CHECK(right >= 0.9 * shown);
}

}  // namespace
}  // namespace shian::names
