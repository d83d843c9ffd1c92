#include "services/sanction/case/finding.h"

#include <catch2/catch.hpp>
#include <string>

#include "services/sanction/case/discretion.h"
#include "services/sanction/case/procedure.h"
#include "services/sanction/case/testing.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::ReasonOf;
using testing::Story;

FindingRule RuleFor(FindingTest test, int64_t threshold = 0, int months = 0) {
  FindingRule rule;
  rule.key = "k";
  rule.title = "提示";
  rule.test = test;
  rule.threshold = threshold;
  rule.window_months = months;
  rule.basis = {"食品安全法实施条例", "第六十七条"};
  return rule;
}

Facts& FactsOf(Story* story) {
  story->Record(Act::kFactsStated);
  return *story->mutable_case()->events.back().detail.facts;
}

EarlierPenalty PenaltyOn(Date day, const char* violation = "food.over_limit") {
  return {"operators/o/cases/e",
          StartOfDay(day),
          {PenaltyKind::kFine},
          {{"食品安全法", "x"}},
          violation};
}

bool Holds(const Story& story, const FindingRule& rule,
           const std::vector<EarlierPenalty>& earlier = {}) {
  return !FindingsOf(story.get(), {rule}, earlier, {story.now()}).empty();
}

TEST_CASE("a threshold is reached with its value, not below") {
  Story story;
  REQUIRE_FALSE(Holds(story, RuleFor(FindingTest::kGoods, 2'000'000)));
  Facts& facts = FactsOf(&story);
  facts.goods_fen = 1'999'999;
  facts.ill = 29;
  facts.months = 2;
  REQUIRE_FALSE(Holds(story, RuleFor(FindingTest::kGoods, 2'000'000)));
  REQUIRE_FALSE(Holds(story, RuleFor(FindingTest::kIll, 30)));
  REQUIRE_FALSE(Holds(story, RuleFor(FindingTest::kMonths, 3)));
  REQUIRE_FALSE(Holds(story, RuleFor(FindingTest::kDeaths, 1)));
  for (const auto test :
       {FindingTest::kFalseInformation, FindingTest::kEvasion, FindingTest::kSentence}) {
    REQUIRE_FALSE(Holds(story, RuleFor(test)));
  }
  facts.goods_fen = 2'000'000;
  facts.ill = 30;
  facts.months = 3;
  facts.deaths = 1;
  facts.false_information = facts.evasion = facts.sentenced = true;
  const auto found =
      FindingsOf(story.get(), {RuleFor(FindingTest::kGoods, 2'000'000)}, {}, {story.now()});
  REQUIRE(found.at(0).explanation == "货值金额20000.00元，达到20000.00元以上");
  REQUIRE(Holds(story, RuleFor(FindingTest::kIll, 30)));
  REQUIRE(Holds(story, RuleFor(FindingTest::kMonths, 3)));
  REQUIRE(Holds(story, RuleFor(FindingTest::kDeaths, 1)));
  for (const auto test :
       {FindingTest::kFalseInformation, FindingTest::kEvasion, FindingTest::kSentence}) {
    REQUIRE(Holds(story, RuleFor(test)));
  }
}

TEST_CASE("a violation of the same nature is repeated within the year of its penalty") {
  Story story;
  FactsOf(&story);  // on 2025-03-03
  const FindingRule rule = RuleFor(FindingTest::kRepeat, 0, 12);
  REQUIRE(Holds(story, rule, {PenaltyOn(Date(2024, 3, 4))}));
  REQUIRE_FALSE(Holds(story, rule, {PenaltyOn(Date(2024, 3, 3))}));
  REQUIRE_FALSE(Holds(story, rule, {PenaltyOn(Date(2024, 6, 1), "food.label")}));
  REQUIRE_FALSE(Holds(story, rule, {PenaltyOn(Date(2024, 6, 1), "")}));
}

TEST_CASE("a repeated violation is one that was committed after the penalty, within its year") {
  Story story;
  FactsOf(&story);
  const FindingRule rule = RuleFor(FindingTest::kRepeat, 0, 12);
  const auto holds = [&](Date penalty, absl::Time found = absl::InfiniteFuture()) {
    return !FindingsOf(story.get(), {rule}, {PenaltyOn(penalty)}, {story.now(), found}).empty();
  };
  // The case goes on for months: the year ended with the violation.
  story.PassDays(200);
  REQUIRE(holds(Date(2024, 3, 4)));
  // Decided while the case was open: the violation was there before.
  REQUIRE_FALSE(holds(Date(2025, 4, 1)));
  REQUIRE_FALSE(holds(Date(2025, 2, 1), StartOfDay(Date(2025, 1, 31))));
  story.mutable_case()->events.front().detail.filing.emplace().violation_end = Date(2025, 1, 10);
  REQUIRE(holds(Date(2024, 1, 11)));
  REQUIRE(holds(Date(2025, 1, 10)));
  REQUIRE_FALSE(holds(Date(2024, 1, 10)));
  REQUIRE_FALSE(holds(Date(2025, 1, 11)));
}

TEST_CASE("the third penalty in a year counts two earlier ones by the same law") {
  Story story;
  FindingRule rule = RuleFor(FindingTest::kPenalties, 3, 12);
  rule.excluded = {PenaltyKind::kShutdown};
  rule.statute = "食品安全法";
  std::vector<EarlierPenalty> earlier = {PenaltyOn(Date(2024, 6, 1)), PenaltyOn(Date(2024, 9, 1))};
  const auto found = FindingsOf(story.get(), {rule}, earlier, {story.now()});
  REQUIRE(found.at(0).cases.size() == 2);
  earlier[0].bases = {{"《中华人民共和国食品安全法》", "x"}};
  REQUIRE(Holds(story, rule, earlier));
  SECTION("one rests on regulations under it") {
    earlier[0].bases = {{"中华人民共和国食品安全法实施条例", "x"}};
  }
  SECTION("one is older") { earlier[0].decided = StartOfDay(Date(2024, 3, 3)); }
  SECTION("one was a shutdown") { earlier[0].kinds = {PenaltyKind::kShutdown}; }
  SECTION("one rests on another law") { earlier[0].bases = {{"广告法", "x"}}; }
  REQUIRE_FALSE(Holds(story, rule, earlier));
}

TEST_CASE("a ban is pointed out when a revocation is proposed") {
  Story story;
  const FindingRule rule = RuleFor(FindingTest::kRevocation);
  story.Record(Act::kLegalReviewed);
  story.Record(Act::kNoticeServed);
  REQUIRE_FALSE(Holds(story, rule));
  story.notice().proposal.kinds.insert(PenaltyKind::kLicenceRevocation);
  story.Record(Act::kNoticeServed);
  REQUIRE(Holds(story, rule));
}

TEST_CASE("an answer counts until facts are stated or a notice is served anew") {
  Story story;
  FindingRule rule = RuleFor(FindingTest::kEvasion);
  rule.key = "grave.goods_value";  // the one that the story answers
  FactsOf(&story).evasion = true;
  const auto findings = [&] { return FindingsOf(story.get(), {rule}, {}, {story.now()}); };
  const Step step = story.StepOf(Act::kFindingAnswered);
  REQUIRE(ReasonOf(CheckAnswered(findings())) == Reason::kFindingOpen);
  REQUIRE(errors::BasisOf(CheckAnswered(findings()))->article == "第六十七条");
  REQUIRE(CheckAnswer(findings(), rule.key, step).ok());
  REQUIRE(ReasonOf(CheckAnswer(findings(), "grave.death", step)) == Reason::kFindingNotFound);
  story.Record(Act::kFindingAnswered);
  REQUIRE(CheckAnswered(findings()).ok());
  SECTION("new facts") { FactsOf(&story).evasion = true; }
  SECTION("a new notice") { story.Record(Act::kNoticeServed); }
  REQUIRE(ReasonOf(CheckAnswered(findings())) == Reason::kFindingOpen);
}

TEST_CASE("a fine stays on its rung, or leaves it with a reason after a discussion") {
  Story story;
  Facts& facts = FactsOf(&story);
  Penalty penalty;
  penalty.discretion = ChosenRung{"discretion.food", "food.over_limit", 5, "", ""};
  const Step step = story.StepOf(Act::kPenaltyDecided);
  const Rung rung = {{{1'000'000, 8'500'000, 10'000'000, 0, 0}, {0, 0, 0, 17'000, 20'000}},
                     {"食品安全法", "第一百二十四条"}};
  const auto check = [&](int64_t goods_fen, int64_t fine_fen) {
    facts.goods_fen = goods_fen;
    penalty.fine_fen = fine_fen;
    return CheckDiscretion(story.get(), penalty, rung, step);
  };
  REQUIRE(check(999'999, 8'500'000).ok());
  REQUIRE(check(999'999, 10'000'000).ok());
  REQUIRE(ReasonOf(check(999'999, 8'499'999)) == Reason::kFineOutsideRung);
  REQUIRE(ReasonOf(check(999'999, 10'000'001)) == Reason::kFineOutsideRung);
  REQUIRE(errors::BasisOf(check(999'999, 1))->article == "第一百二十四条");
  REQUIRE(check(1'000'000, 17'000'000).ok());
  REQUIRE(ReasonOf(check(1'000'000, 20'000'001)) == Reason::kFineOutsideRung);
  penalty.aggravated = true;
  REQUIRE(ReasonOf(check(999'999, 9'000'000)) == Reason::kAggravatedOffRung);
  Rung heavier = rung;
  heavier.heavier = true;
  REQUIRE(CheckDiscretion(story.get(), penalty, heavier, step).ok());
  penalty.aggravated = false;
  penalty.discretion->departure_reason = "危害特别严重";
  REQUIRE(ReasonOf(check(1'000'000, 20'000'001)) == Reason::kFineOutsideRung);
  REQUIRE(ReasonOf(CheckDiscretion(story.get(), penalty, {}, step)) == Reason::kDiscretionUnknown);
  story.Record(Act::kDiscussed);
  REQUIRE(CheckDiscretion(story.get(), penalty, rung, step).ok());
  // A discussion of other facts is none of these.
  FactsOf(&story).goods_fen = 1'000'000;
  REQUIRE(ReasonOf(CheckDiscretion(story.get(), penalty, rung, step)) == Reason::kFineOutsideRung);
  penalty.discretion->violation = "food.label";
  REQUIRE(ReasonOf(CheckDiscretion(story.get(), penalty, rung, step)) == Reason::kFactsMissing);
}

TEST_CASE("a procedure, a level of authority and time bear only what the law gives them") {
  const ProcedureLimits limits = {
      {PenaltyKind::kWarning, PenaltyKind::kFine}, 300'000, {"行政处罚法", "第五十一条"}};
  Penalty penalty;
  penalty.kinds = {PenaltyKind::kFine};
  penalty.fine_fen = 300'000;
  REQUIRE(CheckProcedure(limits, penalty).ok());
  REQUIRE(CheckProcedure({}, penalty).ok());
  penalty.fine_fen = 300'001;
  REQUIRE(ReasonOf(CheckProcedure(limits, penalty)) == Reason::kProcedureTooLight);
  penalty.fine_fen = 0;
  penalty.kinds = {PenaltyKind::kShutdown};
  REQUIRE(ReasonOf(CheckProcedure(limits, penalty)) == Reason::kProcedureTooLight);

  const std::vector<DecisionLevel> levels = {{30'000'000, 3, {"食品安全法实施条例", "第八十一条"}}};
  penalty.fine_fen = 29'999'999;
  REQUIRE(CheckLevel(levels, penalty, "410902").ok());
  penalty.fine_fen = 30'000'000;
  REQUIRE(ReasonOf(CheckLevel(levels, penalty, "410902")) == Reason::kDecisionLevelTooLow);
  for (const char* region : {"410900", "410000", "000000"}) {
    REQUIRE(CheckLevel(levels, penalty, region).ok());
  }

  calendar::Rule rule;
  rule.budget = {2, calendar::Unit::kYears, calendar::LastDay::kNone};
  const calendar::Due due =
      calendar::DueOf(testing::PlainCalendar(), StartOfDay(Date(2023, 3, 3)), rule.budget, {});
  REQUIRE(CheckTimeBar(rule, due, Date(2025, 3, 3)).ok());
  REQUIRE(ReasonOf(CheckTimeBar(rule, due, Date(2025, 3, 4))) == Reason::kTimeBarred);

  const errors::Basis basis = {"行政处罚法", "第四十二条"};
  REQUIRE(CheckOfficers({{"p1", "1"}, {"p2", "2"}}, "p1", 2, basis).ok());
  REQUIRE(ReasonOf(CheckOfficers({{"p1", "1"}, {"p1", "2"}}, "p1", 2, basis)) ==
          Reason::kOfficersTooFew);
  REQUIRE(ReasonOf(CheckOfficers({{"p2", "1"}, {"p3", "2"}}, "p1", 2, basis)) ==
          Reason::kOfficersTooFew);
}

TEST_CASE("on the spot neither review, window nor discussion stands before the decision") {
  Story story;
  story.mutable_case()->needs = {false, false, false};
  REQUIRE(ReasonOf(story.Check(Act::kPenaltyDecided)) == Reason::kNoticeNotServed);
  REQUIRE(ReasonOf(story.Check(Act::kStatementSubmitted)) == Reason::kNoticeNotServed);
  REQUIRE(story.Take(Act::kNoticeServed).ok());
  REQUIRE(story.Take(Act::kStatementSubmitted).ok());
  REQUIRE(story.Take(Act::kPenaltyDecided).ok());
  REQUIRE(ReasonOf(story.Check(Act::kStatementSubmitted)) == Reason::kStepAlreadyDone);
}

}  // namespace
}  // namespace shian::sanction
