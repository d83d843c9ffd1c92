#include "services/registry/post/post.h"

#include <catch2/catch.hpp>
#include <random>

#include "libs/base/testing.h"

namespace shian::registry {
namespace {

using errors::Reason;

PersonBan BanOf(std::set<Bar> bars, Date from, std::optional<Date> until) {
  PersonBan ban;
  ban.ban = "operators/914403001922038216/bans/1";
  ban.bars = std::move(bars);
  ban.from = from;
  ban.until = until;
  ban.basis = {"食品安全法", "第一百三十五条第一款"};
  return ban;
}

TEST_CASE("a ban closes the posts of its bars until its last day") {
  const std::vector<PersonBan> bans = {BanOf({Bar::kSafety}, Date(2025, 3, 17), Date(2030, 3, 17))};
  REQUIRE(ClosingOn(bans, {Bar::kSafety}, Date(2030, 3, 17)) != nullptr);
  REQUIRE(ClosingOn(bans, {Bar::kSafety}, Date(2030, 3, 18)) == nullptr);
  REQUIRE(ClosingOn(bans, {Bar::kSafety}, Date(2025, 3, 16)) == nullptr);
  REQUIRE(ClosingOn(bans, {Bar::kManagement}, Date(2026, 1, 1)) == nullptr);
  REQUIRE(ClosingOn(bans, {}, Date(2026, 1, 1)) == nullptr);
  // An appointment goes on: it is closed when any of its days is.
  REQUIRE(ClosingFrom(bans, {Bar::kSafety}, Date(2020, 1, 1)) != nullptr);
  REQUIRE(ClosingFrom(bans, {Bar::kSafety}, Date(2030, 3, 18)) == nullptr);
}

TEST_CASE("a refusal says article and end of the longest, and nothing else") {
  std::vector<PersonBan> bans = {BanOf({Bar::kSafety}, Date(2025, 3, 17), Date(2030, 3, 17)),
                                 BanOf({Bar::kSafety}, Date(2026, 3, 17), Date(2031, 3, 17))};
  const absl::Status refused = RefuseBarred(*ClosingOn(bans, {Bar::kSafety}, Date(2027, 1, 1)));
  REQUIRE(errors::ReasonOf(refused) == Reason::kPersonBanned);
  REQUIRE(errors::BasisOf(refused)->article == "第一百三十五条第一款");
  REQUIRE(refused.message().find("2031-03-17") != absl::string_view::npos);
  REQUIRE(refused.message().find("914403001922038216") == absl::string_view::npos);
  bans[0].until.reset();
  const absl::Status life = RefuseBarred(*ClosingOn(bans, {Bar::kSafety}, Date(2027, 1, 1)));
  REQUIRE(errors::ReasonOf(life) == Reason::kPersonBannedForLife);
  bans[0].annulled = absl::UnixEpoch();
  REQUIRE(ClosingOn(bans, {Bar::kSafety}, Date(2027, 1, 1))->until == Date(2031, 3, 17));
}

TEST_CASE("the gate goes by its last word for as long as policy says") {
  GateRule rule;
  rule.answer_max = absl::Hours(24);
  const absl::Time now = StartOfDay(Date(2026, 3, 2));
  REQUIRE(errors::ReasonOf(CheckHeard(std::nullopt, rule, now)) == Reason::kBansUnknown);
  REQUIRE(CheckHeard(now - absl::Hours(24), rule, now).ok());
  REQUIRE(errors::ReasonOf(CheckHeard(now - absl::Hours(25), rule, now)) == Reason::kBansUnknown);
}

TEST_CASE("whoever may be appointed from a day on is closed out by no ban on any later day") {
  std::mt19937_64 random(shian::testing::Seed());
  const auto day = [&random] { return Date(2025, 1, 1) + static_cast<int>(random() % 200); };
  for (int round = shian::testing::Rounds(500); round > 0; --round) {
    std::vector<PersonBan> bans;
    for (size_t i = random() % 4; i > 0; --i) {
      const Date from = day();
      bans.push_back(BanOf({static_cast<Bar>(1 + random() % 3)}, from,
                           random() % 4 == 0 ? std::nullopt : std::optional<Date>(from + 30)));
      if (random() % 4 == 0) bans.back().annulled = absl::UnixEpoch();
    }
    const std::set<Bar> bars = {static_cast<Bar>(1 + random() % 3)};
    const Date from = day();
    bool closed_later = false;
    for (Date on = from; on < from + 300; ++on) {
      closed_later |= ClosingOn(bans, bars, on) != nullptr;
    }
    REQUIRE((ClosingFrom(bans, bars, from) != nullptr) == closed_later);
  }
}

TEST_CASE("what was not known yet is not shown") {
  PostRecord post;
  post.from = Date(2026, 3, 2);
  post.to = Date(2026, 4, 1);
  post.recorded = StartOfDay(Date(2026, 3, 2));
  post.end_recorded = StartOfDay(Date(2026, 4, 2));
  REQUIRE_FALSE(KnownBy(post, StartOfDay(Date(2026, 3, 1))).has_value());
  REQUIRE_FALSE(KnownBy(post, StartOfDay(Date(2026, 4, 1)))->to.has_value());
  REQUIRE(KnownBy(post, StartOfDay(Date(2026, 4, 2)))->to == Date(2026, 4, 1));
  REQUIRE(post.HeldOn(Date(2026, 4, 1)));
  REQUIRE_FALSE(post.HeldOn(Date(2026, 4, 2)));
}

}  // namespace
}  // namespace shian::registry
