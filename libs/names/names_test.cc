#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <set>

#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/names/compare.h"
#include "libs/names/lexicon.h"
#include "libs/names/name.h"
#include "libs/names/rules.h"
#include "libs/names/text.h"

namespace shian::names {
namespace {

Verdict Compared(const std::string& asked, const std::string& listed) {
  const Name a = Parse(asked);
  const Name b = Parse(listed);
  return Compare(a.View(), b.View());
}

Band BandOf(const std::string& asked, const std::string& listed) {
  return Compared(asked, listed).band;
}

std::string PartsOf(const std::string& text) {
  const Name name = Parse(text);
  const NameView view = name.View();
  return RegionOf(view) + "|" + Encode(view.brand) + "|" + Encode(view.trade) + "|" + FormOf(view) +
         "|" + Encode(view.branch);
}

TEST_CASE("a name is taken apart by its grammar") {
  CHECK(PartsOf("河南省濮阳市华龙区瑞丰源水产食品有限责任公司") ==
        "河南濮阳华龙区|瑞丰源|水产食品|有限|");
  CHECK(PartsOf("瑞丰源（河南）粮油股份公司清丰县分公司") == "河南|瑞丰源|粮油|股份|清丰县分公司");
  CHECK(PartsOf("瑞丰源（集团）有限公司") == "|瑞丰源||集团有限|");
  CHECK(PartsOf("瑞丰源集团有限公司") == "|瑞丰源||集团有限|");
  CHECK(PartsOf("上海瑞丰源（河南）食品有限公司") == "上海河南|瑞丰源|食品|有限|");
  CHECK(PartsOf("清丰县瑞丰源种植专业合作社") == "清丰县|瑞丰源|种植|合作社|");
  CHECK(PartsOf("华龙区老王面馆（二店）") == "华龙区|老王|面馆||二店");
  CHECK(PartsOf("清丰县瑞丰源食品经营部（个体工商户）") == "清丰县|瑞丰源|食品|个体|经营部");
  CHECK(PartsOf("好") == "|好|||");
  CHECK(PartsOf("Siemens Aktiengesellschaft") == "|siemens||ag|");
  CHECK(PartsOf("Pacific Seafood Co., Ltd.") == "|pacific seafood||ltd|");
  CHECK(PartsOf("") == "||||");
}

TEST_CASE("width, script, marks, spaces and case do not matter") {
  const auto form = [](const char* text) { return Encode(Normalise(text)); };
  CHECK(form("山東 瑞豐源　ＡＢＣ酒業【有限公司】") == "山东 瑞丰源 abc酒业(有限公司)");
  CHECK(form("Café  Müller-Lüdenscheidt") == "cafe muller ludenscheidt");
  CHECK(form("髙峯菓品") == "高峰果品");
  CHECK(form("\xf0\xac\xad\x8a\xff") == "\xf0\xac\xad\x8a");  // 𬭊, and a byte that is no text
  CHECK(BandOf("山東瑞豐源酒業有限公司", "山东瑞丰源酒业有限责任公司") == Band::kSame);
  CHECK(BandOf("成都\xf0\xac\xad\x8a源食品有限公司", "成都市\xf0\xac\xad\x8a源食品有限公司") ==
        Band::kSame);
}

TEST_CASE("parts decide, not characters") {
  const char* const listed = "河南省瑞丰源食品有限公司";
  CHECK(BandOf("河南瑞丰源食品有限责任公司", listed) == Band::kSame);
  CHECK(BandOf("河南瑞丰源食品", listed) == Band::kSame);
  CHECK(BandOf("瑞丰源（河南）食品有限公司", listed) == Band::kSame);
  CHECK(BandOf("瑞丰源食品有限公司", listed) == Band::kReview);
  CHECK(BandOf("河南省瑞源丰食品有限公司", listed) == Band::kReview);
  CHECK(BandOf("河南省瑞风源食品有限公司", listed) == Band::kReview);
  CHECK(BandOf("河南省瑞丰源食品股份有限公司", listed) == Band::kReview);
  CHECK(BandOf("河南省濮阳市瑞丰源食品有限公司", listed) == Band::kReview);
  CHECK(BandOf("河南省瑞丰源食品有限公司清丰县分公司", listed) == Band::kRelated);
  CHECK(BandOf("河南省瑞丰源建筑工程有限公司", listed) == Band::kRelated);
  CHECK(BandOf("河北省瑞丰源食品有限公司", listed) == Band::kRelated);
  CHECK(BandOf("上海瑞丰源（河南）食品有限公司", "上海瑞丰源食品有限公司") == Band::kRelated);
  CHECK(BandOf("河南省盛世堂食品有限公司", listed) == Band::kDifferent);
  CHECK(BandOf("", listed) == Band::kDifferent);
}

TEST_CASE("a brand may begin like a division, and end like a trade") {
  CHECK(BandOf("洛阳红食品有限公司", "南江县洛阳红食品有限公司") == Band::kReview);
  CHECK(BandOf("榆社超级家粮油有限公司", "榆社县超级家粮油有限公司") == Band::kReview);
  CHECK(BandOf("河南海底捞锅火食品有限公司", "河南海底捞火锅食品有限公司") == Band::kReview);
  CHECK(BandOf("河南洛阳红食品有限公司", "河南洛阳红食品有限责任公司") == Band::kSame);
}

TEST_CASE("a sole trader is not the company of that name") {
  CHECK(BandOf("华龙区老王面馆", "华龙区老王面馆有限公司") == Band::kReview);
  CHECK(BandOf("华龙区老王面馆", "华龙区老王面馆") == Band::kSame);
  CHECK(BandOf("王五", "王五") == Band::kReview);
}

TEST_CASE("characters that tell names apart are kept") {
  CHECK(BandOf("河南二〇一食品有限公司", "河南二一食品有限公司") > Band::kSame);
  CHECK(BandOf("河南1.5面粉有限公司", "河南15面粉有限公司") > Band::kSame);
  CHECK(BandOf("河南1+1面粉有限公司", "河南11面粉有限公司") > Band::kSame);
  CHECK(BandOf("河南瑞\xf0\xae\xaf\xb0食品有限公司", "河南瑞食品有限公司") > Band::kSame);
  CHECK(BandOf("河南\xee\xa1\xa3源食品有限公司", "河南\xee\xa1\xa4源食品有限公司") > Band::kSame);
  CHECK(BandOf("河南瑞喆食品有限公司", "河南瑞哲食品有限公司") == Band::kReview);
  CHECK(BandOf("河南瑞昇食品有限公司", "河南瑞升食品有限公司") == Band::kReview);
  CHECK(BandOf("香港瑞豐源餅乾有限公司", "香港瑞丰源饼干有限公司") == Band::kSame);
}

TEST_CASE("where divisions stand in two places, each is compared with its own") {
  CHECK(BandOf("上海瑞丰源（上海）食品有限公司", "上海瑞丰源（北京）食品有限公司") > Band::kReview);
  CHECK(BandOf("北京瑞丰源（北京）食品有限公司", "上海瑞丰源（北京）食品有限公司") > Band::kReview);
  CHECK(BandOf("上海瑞丰源（河南）食品有限公司", "河南瑞丰源（上海）食品有限公司") > Band::kReview);
  CHECK(BandOf("瑞丰源（河南洛阳）食品有限公司", "河南洛阳瑞丰源食品有限公司") == Band::kSame);
  CHECK(BandOf("河南安康食品有限公司", "河南安糠食品有限公司") == Band::kReview);
  CHECK(BandOf("北京朝阳瑞丰源食品有限公司", "北京市朝阳区瑞丰源食品有限公司") == Band::kReview);
}

TEST_CASE("what follows a company's form is a branch of it, whatever it is called") {
  const std::string firm = "河南张仲景大药房股份有限公司";
  for (const char* branch :
       {"郑州紫荆山路店", "第三十店", "王府井餐厅", "配送中心", "（洛阳分公司）"}) {
    CHECK(BandOf(firm + branch, firm) == Band::kRelated);
  }
  CHECK(BandOf("华龙区老王面馆（二店）", "华龙区老王面馆") == Band::kRelated);
  CHECK(PartsOf("瑞立集团公司茶叶有限公司") == "|瑞立集团公司|茶叶|有限|");
}

TEST_CASE("a form is left out of a company's name alone") {
  CHECK(BandOf("河南瑞丰源食品", "河南瑞丰源食品股份有限公司") == Band::kSame);
  CHECK(BandOf("河南瑞丰源食品", "河南瑞丰源食品专业合作社") == Band::kReview);
  CHECK(BandOf("河南瑞丰源食品", "河南瑞丰源食品（个体工商户）") == Band::kReview);
  CHECK(BandOf("清丰县老王小吃", "清丰县老王小吃有限公司") == Band::kReview);
  CHECK(BandOf("河南瑞丰源食品商贸有限公司", "河南瑞丰源商贸食品有限公司") == Band::kReview);
}

TEST_CASE("divisions are written as names are compared") {
  for (int number = 0; number < Lexicon::Get().places(); ++number) {
    const Place& place = Lexicon::Get().place(number);
    CHECK(Encode(Normalise(Encode(place.name))) == Encode(place.name));
  }
}

TEST_CASE("why a brand is near") {
  const auto why = [](const char* a, const char* b) { return Compared(a, b).nearness; };
  CHECK(why("天涯海角", "添涯海角") == Nearness::kSound);
  CHECK(why("长乐", "常乐") == Nearness::kSound);
  CHECK(why("音乐角", "音悦角") == Nearness::kSound);
  CHECK(why("土豆奶奶", "士豆奶奶") == Nearness::kShape);
  CHECK(why("大地城", "太地城") == Nearness::kShape);
  CHECK(why("东方人居", "方东人居") == Nearness::kOrder);
  CHECK(why("海洋世界", "海洋宇宙") == Nearness::kNone);
  CHECK(why("海洋世界", "海洋新界") == Nearness::kOneChar);
  CHECK(why("海洋大世界", "海洋世界") == Nearness::kMissing);
  CHECK(why("Pacific Seafood", "Pacific Seafod") == Nearness::kOneChar);
}

TEST_CASE("Latin names are rows of words") {
  CHECK(BandOf("Siemens Aktiengesellschaft", "SIEMENS A.G.") == Band::kSame);
  CHECK(BandOf("Pacific Seafood Ltd", "Pacific Seafood Limited") == Band::kSame);
  CHECK(BandOf("Bank of China Ltd", "China of Bank Ltd") == Band::kReview);
  CHECK(BandOf("AB Foods Ltd", "SA Foods Ltd") == Band::kDifferent);
  CHECK(BandOf("Pacific Group Ltd", "Pacific Holdings Ltd") == Band::kDifferent);
  CHECK(BandOf("IBM", "IBM（中国）有限公司") == Band::kReview);
  CHECK(BandOf("Olaf Scholz", "Scholz, Olaf") == Band::kReview);
  CHECK(BandOf("Olaf Scholze", "Olaf Scholz") == Band::kReview);
  CHECK(BandOf("Volkswagen AG", "Siemens AG") == Band::kDifferent);
  CHECK(BandOf("Olaf", "Olaf Scholz") == Band::kDifferent);
  CHECK(BandOf("A. Khamenei", "Ali Khamenei") == Band::kReview);
  CHECK(BandOf("A. B.", "Ali Baba") == Band::kDifferent);
  CHECK(BandOf("SergeiLavrov", "Sergei Lavrov") == Band::kReview);
  CHECK(BandOf("OAO Gazprom", "Open Joint Stock Company Gazprom") == Band::kSame);
  CHECK(BandOf("Сергей Лавров", "Sergej Lavrov") == Band::kReview);
  // Each word has its partner only if the first one does not take the first that is near to it.
  CHECK(BandOf("Marton Maten Ltd", "Marten Martin Ltd") == Band::kReview);
  CHECK(BandOf("Marten Martin Ltd", "Marton Maten Ltd") == Band::kReview);
}

struct Tally {
  int total = 0;
  std::map<Band, int> bands;
};

// What the labels of the file mean in our bands.
bool Right(const std::string& label, Band band) {
  if (label == "MATCH") return band == Band::kSame;
  if (label == "REVIEW") return band == Band::kReview;
  return band == Band::kRelated || band == Band::kDifferent;
}

// Pairs made from real counties and brands; absent where the data is not.
TEST_CASE("labelled pairs of Chinese names") {
  const char* shared = std::getenv("SHIAN_SHARED");
  const char* source = std::getenv("SHIAN_SOURCE");
  const std::string folder = shared != nullptr   ? shared
                             : source != nullptr ? std::string(source) + "/../shared"
                                                 : "../shared";
  std::ifstream file(folder + "/data/cn_company_pairs.csv");
  if (!file) {
    std::cerr << "cn_company_pairs.csv is not here: skipped\n";
    return;
  }
  std::map<std::string, Tally> by_category;
  int right = 0, total = 0, same = 0, same_right = 0, matches = 0;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    absl::string_view view = line;
    absl::ConsumeSuffix(&view, "\r");
    const std::vector<std::string> cells = absl::StrSplit(view, ',');
    if (cells.size() != 4) continue;
    const Band band = BandOf(cells[2], cells[3]);
    Tally& tally = by_category[cells[0] + " " + cells[1]];
    ++tally.total;
    ++tally.bands[band];
    ++total;
    right += Right(cells[1], band) ? 1 : 0;
    same += band == Band::kSame ? 1 : 0;
    same_right += band == Band::kSame && cells[1] == "MATCH" ? 1 : 0;
    matches += cells[1] == "MATCH" ? 1 : 0;
    if (!Right(cells[1], band))
      std::cerr << "  " << line << " -> " << static_cast<int>(band) << "\n";
    // The rule that is never broken: these two kinds of pairs do not match by themselves.
    if (cells[0] == "branch" || cells[0] == "diff_industry") CHECK(band != Band::kSame);
  }
  for (const auto& [category, tally] : by_category) {
    std::cerr << category << ": " << tally.total;
    for (const auto& [band, count] : tally.bands) {
      std::cerr << " band" << static_cast<int>(band) << "=" << count;
    }
    std::cerr << "\n";
  }
  std::cerr << "right " << right << "/" << total << ", SAME precision " << same_right << "/" << same
            << ", recall " << same_right << "/" << matches << "\n";
  CHECK(same_right == same);
  CHECK(same_right * 100 >= matches * 95);
}

TEST_CASE("readings have numbers of their own, the same in every process") {
  std::set<uint16_t> numbers;
  for (char32_t c = 0x3400; c < 0x34000; ++c) {
    for (const uint16_t number : SoundsOf(c)) {
      if (number != 0) numbers.insert(number);
    }
  }
  // As many as there are syllables. Another edition of ICU may have others.
  CHECK(numbers.size() == 415);
  CHECK(SoundsOf(U'源')[0] == SoundsOf(U'元')[0]);
  CHECK(RulesHash().size() == 32);
  CHECK(RulesHash() == RulesHash());
}

}  // namespace
}  // namespace shian::names
