#include "services/sanction/screening/index.h"

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "services/sanction/listing/testing.h"

namespace shian::sanction {
namespace {

absl::Time Noon(int year, int month, int day) {
  return StartOfDay(Date(year, month, day)) + absl::Hours(12);
}

void Put(const Entry& entry, Listed* listed) {
  listed->entries = {
      {entry.id, entry.list, entry.joint_effect, entry.ground_title, entry.basis, entry.times()}};
}

Listed MakeListed(const std::string& op, const std::string& name, const std::string& code) {
  Listed listed;
  listed.party.op = OperatorId(op);
  listed.party.name = name;
  listed.party.code = code;
  listed.names = {name};
  Put(testing::MakeEntry(true), &listed);
  return listed;
}

View Now(absl::Time now) {
  View view;
  view.as_of = now;
  view.now = now;
  return view;
}

TEST_CASE("the index finds by code, by name and by a former name") {
  Index index;
  Listed listed = MakeListed("a", "河南省瑞丰源食品有限公司", "914403001922038216");
  listed.names = {"河南省旧字号食品有限公司", "河南省瑞丰源食品有限公司"};
  index.Put({listed}, 1);
  const View view = Now(Noon(2025, 6, 1));
  const Index::Answer answer = index.Find({{"914403001922038216", ""},
                                           {"", "河南瑞丰源食品有限责任公司"},
                                           {"", "河南省旧字号食品有限公司"},
                                           {"", "河南省盛世堂食品有限公司"}},
                                          view);
  REQUIRE(answer.revision == 1);
  for (int i = 0; i < 3; ++i) {
    REQUIRE(answer.results[i].found.size() == 1);
    // A former name may be another firm's by now.
    REQUIRE(answer.results[i].found[0].likeness.band == (i < 2 ? Band::kSame : Band::kReview));
  }
  REQUIRE(answer.results[2].found[0].matched_name == "河南省旧字号食品有限公司");
  REQUIRE(answer.results[3].found.empty());
}

TEST_CASE("an organisation code finds the code that it is a part of") {
  Index index;
  index.Put({MakeListed("a", "河南省瑞丰源食品有限公司", "914403001922038216")}, 1);
  const Index::Answer answer =
      index.Find({{"", "", "192203821"}, {"", "", "799655058"}}, Now(Noon(2025, 6, 1)));
  REQUIRE(answer.results[0].found.size() == 1);
  CHECK(answer.results[0].found[0].likeness.band == Band::kSame);
  CHECK(answer.results[0].found[0].likeness.features[0].asked == "192203821");
  CHECK(answer.results[1].found.empty());
}

TEST_CASE("another code rules the same out") {
  Index index;
  index.Put({MakeListed("a", "河南省瑞丰源食品有限公司", "914403001922038216")}, 1);
  const Index::Answer answer =
      index.Find({{"91330100799655058B", "河南省瑞丰源食品有限公司"}}, Now(Noon(2025, 6, 1)));
  REQUIRE(answer.results[0].found.size() == 1);
  CHECK(answer.results[0].found[0].likeness.band == Band::kReview);
}

TEST_CASE("a search by keys finds what a scan finds, also after many changes") {
  Index index;
  const char* const brands[] = {"瑞丰源", "瑞源丰",     "天涯海角", "添涯海角",
                                "洛阳红", "海洋大世界", "海洋世界"};
  const char* const regions[] = {"河南省", "洛阳", "南江县", ""};
  std::vector<Subject> subjects;
  int number = 0;
  for (int round = 0; round < 400; ++round) {
    std::vector<Listed> parties;
    for (const char* brand : brands) {
      const std::string name = absl::StrCat(regions[++number % 4], brand, "食品有限公司");
      parties.push_back(MakeListed(absl::StrCat("op", number % 900), name, ""));
      if (round == 0) subjects.push_back({"", name});
    }
    index.Put(parties, round);
  }
  REQUIRE(index.size() == 900);
  const View view = Now(Noon(2025, 6, 1));
  const Index::Answer by_keys = index.Find(subjects, view);
  const Index::Answer by_scan = index.FindByScan(subjects, view);
  for (size_t i = 0; i < subjects.size(); ++i) {
    REQUIRE(by_keys.results[i].found.size() == by_scan.results[i].found.size());
    for (size_t k = 0; k < by_keys.results[i].found.size(); ++k) {
      CHECK(by_keys.results[i].found[k].party.op == by_scan.results[i].found[k].party.op);
    }
  }
}

TEST_CASE("the index answers for the past and hides what has ended") {
  Index index;
  Listed listed = MakeListed("a", "河南省瑞丰源食品有限公司", "914403001922038216");
  Entry entry = testing::MakeEntry(true);
  testing::Append(&entry, EntryAct::kRepairGranted, Noon(2026, 5, 1));
  Put(entry, &listed);
  index.Put({listed}, 2);
  const std::vector<Subject> subjects = {{"914403001922038216", ""}};
  View view = Now(Noon(2026, 6, 1));
  view.viewer = {Purpose::kLicensing, false};
  REQUIRE(index.Find(subjects, view).results[0].found.empty());
  view.as_of = Noon(2025, 6, 1);
  REQUIRE(index.Find(subjects, view).results[0].found.empty());
  view.viewer = {Purpose::kCourt, true};
  REQUIRE(index.Find(subjects, view).results[0].found.size() == 1);
  view.as_of = Noon(2026, 6, 1);
  REQUIRE(index.Find(subjects, view).results[0].found.empty());
}

TEST_CASE("an annulled entry matches nobody on any day, but did by what was known before") {
  Index index;
  Listed listed = MakeListed("a", "河南省瑞丰源食品有限公司", "914403001922038216");
  Entry entry = testing::MakeEntry(true);
  testing::Append(&entry, EntryAct::kAnnulled, Noon(2026, 5, 1));
  Put(entry, &listed);
  index.Put({listed}, 2);
  const std::vector<Subject> subjects = {{"914403001922038216", ""}};
  View view = Now(Noon(2026, 6, 1));
  view.viewer = {Purpose::kCourt, true};
  view.as_of = Noon(2025, 6, 1);
  REQUIRE(index.Find(subjects, view).results[0].found.empty());
  view.known_at = Noon(2026, 4, 30);
  REQUIRE(index.Find(subjects, view).results[0].found.size() == 1);
  view.viewer = {Purpose::kLicensing, false};
  REQUIRE(index.Find(subjects, view).results[0].found.empty());
}

TEST_CASE("what is put again replaces what was there, and without entries it is gone") {
  Index index;
  index.Put({MakeListed("a", "河南省瑞丰源食品有限公司", "914403001922038216")}, 1);
  index.Put({MakeListed("a", "河南省新字号食品有限公司", "914403001922038216")}, 2);
  const View view = Now(Noon(2025, 6, 1));
  REQUIRE(index.Find({{"", "河南省瑞丰源食品有限公司"}}, view).results[0].found.empty());
  REQUIRE(index.Find({{"", "河南省新字号食品有限公司"}}, view).results[0].found.size() == 1);
  Listed erased;
  erased.party.op = OperatorId("a");
  index.Put({erased}, 3);
  REQUIRE(index.Find({{"914403001922038216", ""}}, view).results[0].found.empty());
}

TEST_CASE("many matches are cut and said to be") {
  Index index;
  std::vector<Listed> parties;
  for (int i = 0; i < 15; ++i) {
    parties.push_back(MakeListed(absl::StrCat("op", i), "河南省瑞丰源食品有限公司", ""));
  }
  index.Put(parties, 1);
  const auto answer = index.Find({{"", "河南省瑞丰源食品有限公司"}}, Now(Noon(2025, 6, 1)));
  REQUIRE(answer.results[0].found.size() == 10);
  REQUIRE(answer.results[0].truncated);
}

TEST_CASE("a list without joint effect answers only when it is asked for") {
  Entry red = testing::MakeEntry(true);
  red.list = "RED";
  red.joint_effect = false;
  Listed listed = MakeListed("914403001922038216", "河南省瑞丰源水产食品有限公司", "");
  listed.party.code = "914403001922038216";
  Put(red, &listed);
  Index index;
  index.Put({listed}, 1);
  View view;
  view.as_of = view.now = Noon(2025, 6, 1);
  const std::vector<Subject> asked = {{"914403001922038216", "", ""}};
  REQUIRE(index.Find(asked, view).results[0].found.empty());
  view.lists = {"SAMR_SERIOUS"};
  REQUIRE(index.Find(asked, view).results[0].found.empty());
  view.lists = {"RED"};
  REQUIRE(index.Find(asked, view).results[0].found.size() == 1);
  REQUIRE(index.FindByScan(asked, view).results[0].found.size() == 1);
}

}  // namespace
}  // namespace shian::sanction
