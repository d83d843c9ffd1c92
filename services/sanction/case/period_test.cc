#include "services/sanction/case/period.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "services/sanction/case/clocks.h"
#include "services/sanction/case/testing.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::ReasonOf;
using testing::Story;

const std::set<std::string> kGrounds = {clocks::kExcludedHearing, clocks::kExcludedAnnouncement,
                                        clocks::kExcludedTest};

absl::Status Check(const Story& story, Act act, const PeriodStep& period) {
  return CheckPeriod(story.get(), period, kGrounds, story.StepOf(act));
}

calendar::Rule Continuation(int times_more) {
  calendar::Rule rule;
  rule.budget = {60, calendar::Unit::kCalendarDays, calendar::LastDay::kExtend};
  rule.basis = {testing::kStatute, "第六十四条"};
  rule.extensions_max = times_more;
  return rule;
}

TEST_CASE(
    "the period is prolonged once by the head, within its time and by no more than the table") {
  Story story;
  REQUIRE(Check(story, Act::kPeriodExtended, {30, "", 0}).ok());
  const absl::Status more = Check(story, Act::kPeriodExtended, {31, "", 0});
  REQUIRE(ReasonOf(more) == Reason::kExtensionNotAllowed);
  REQUIRE(errors::BasisOf(more)->article == "第六十条");
  const absl::Time due = story.get().FindClock(clocks::kDecide)->due.due;
  story.Pass(due - story.now());
  REQUIRE(story.Check(Act::kPeriodExtended).ok());
  story.Pass(absl::Microseconds(1));
  REQUIRE(ReasonOf(story.Check(Act::kPeriodExtended)) == Reason::kExtensionNotAllowed);
}

TEST_CASE("a discussion prolongs what the head has prolonged, as often as its own row says") {
  Story story;
  story.mutable_case()->continuation = Continuation(0);
  REQUIRE(ReasonOf(story.Check(Act::kPeriodContinued)) == Reason::kExtensionNotAllowed);
  REQUIRE(story.Take(Act::kPeriodExtended).ok());
  REQUIRE(ReasonOf(story.Check(Act::kPeriodExtended)) == Reason::kExtensionNotAllowed);
  REQUIRE(Check(story, Act::kPeriodContinued, {60, "", 0}).ok());
  REQUIRE(ReasonOf(Check(story, Act::kPeriodContinued, {61, "", 0})) ==
          Reason::kExtensionNotAllowed);
  REQUIRE(story.Take(Act::kPeriodContinued).ok());
  REQUIRE(PeriodDays(story.get()) == 20);
  REQUIRE(ReasonOf(story.Check(Act::kPeriodContinued)) == Reason::kExtensionNotAllowed);
  story.mutable_case()->continuation = Continuation(1);
  REQUIRE(story.Check(Act::kPeriodContinued).ok());
  story.mutable_case()->continuation.reset();
  REQUIRE(ReasonOf(story.Check(Act::kPeriodContinued)) == Reason::kExtensionNotAllowed);
}

TEST_CASE("a time that does not count has a ground of the table, and one begin and end") {
  Story story;
  REQUIRE(ReasonOf(Check(story, Act::kPeriodPaused, {0, "休假", 0})) == Reason::kFieldInvalid);
  REQUIRE(ReasonOf(Check(story, Act::kPeriodPaused, {0, clocks::kExcludedHearing, 0})) ==
          Reason::kFieldInvalid);
  REQUIRE(ReasonOf(story.Check(Act::kPeriodResumed)) == Reason::kStepOutOfOrder);
  REQUIRE(story.Take(Act::kPeriodPaused).ok());
  const PeriodStep announcement = {0, clocks::kExcludedAnnouncement, 0};
  REQUIRE(ReasonOf(Check(story, Act::kPeriodPaused, announcement)) == Reason::kStepAlreadyDone);
  REQUIRE(Check(story, Act::kPeriodPaused, {0, clocks::kExcludedTest, 0}).ok());
  REQUIRE(DaysExcluded(story.get(), kGrounds).front().to == calendar::kRunning);
  REQUIRE(DaysExcluded(story.get(), {clocks::kExcludedTest}).empty());
  REQUIRE(ReasonOf(Check(story, Act::kPeriodResumed, {0, "", 1})) == Reason::kStepOutOfOrder);
  story.PassDays(3);
  REQUIRE(story.Take(Act::kPeriodResumed).ok());
  REQUIRE(DaysExcluded(story.get(), kGrounds).front().to == ToDate(story.now()));
  REQUIRE(ReasonOf(story.Check(Act::kPeriodResumed)) == Reason::kStepOutOfOrder);
}

TEST_CASE("an announcement ends with the notice that it serves, a hearing with its end") {
  Story story;
  story.notice().hearing_offered = true;
  story.Record(Act::kLegalReviewed);
  story.Record(Act::kPeriodPaused);
  story.PassDays(30);
  story.Record(Act::kNoticeServed);
  story.Record(Act::kHearingRequested);
  auto times = ExcludedTimes(story.get());
  REQUIRE(times.size() == 2);
  REQUIRE(times[0].ended->act == Act::kNoticeServed);
  REQUIRE((times[1].ground == clocks::kExcludedHearing && times[1].ended == nullptr));
  // Nobody ends a hearing by hand.
  REQUIRE(ReasonOf(story.Check(Act::kPeriodResumed)) == Reason::kStepOutOfOrder);
  SECTION("held") { story.Record(Act::kHearingHeld); }
  SECTION("given up") { story.Record(Act::kHearingEnded); }
  SECTION("void") { story.Record(Act::kNoticeServed); }
  REQUIRE(ExcludedTimes(story.get())[1].ended != nullptr);
}

TEST_CASE("nothing prolongs or stops the period of what is decided") {
  Story story;
  story.ToDecision();
  for (const Act act : {Act::kPeriodExtended, Act::kPeriodContinued, Act::kPeriodPaused}) {
    REQUIRE(ReasonOf(story.Check(act)) == Reason::kStepAlreadyDone);
  }
}

}  // namespace
}  // namespace shian::sanction
