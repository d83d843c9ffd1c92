#include "services/sanction/case/evidence.h"

#include <catch2/catch.hpp>

#include "services/sanction/case/testing.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::ReasonOf;
using testing::Story;

// A seizure of 30 days, prolonged by at most 45.
void StartSeizureClock(Story* story) {
  Clock clock;
  clock.key = clocks::kSeize;
  clock.started_by = static_cast<int>(story->get().events.size());
  clock.rule.budget = {30, calendar::Unit::kCalendarDays, calendar::LastDay::kNone};
  clock.rule.extension_count = 45;
  clock.rule.basis = {"食品安全法实施条例", "第六十一条"};
  clock.start = story->now();
  clock.due = calendar::DueOf(testing::PlainCalendar(), clock.start, clock.rule.budget, {});
  story->mutable_case()->clocks.push_back(std::move(clock));
}

TEST_CASE("things that are kept or seized are held until the act that ends just them") {
  Story story;
  REQUIRE(ReasonOf(story.Check(Act::kPreservedHandled)) == Reason::kCustodyNotOpen);
  REQUIRE(story.Take(Act::kPreserved).ok());
  REQUIRE(story.Take(Act::kPreserved).ok());
  REQUIRE(story.Take(Act::kSeized).ok());
  REQUIRE(HeldThings(story.get()).size() == 3);
  // A seizure is no preservation.
  Custody seized;
  seized.taken = 4;
  REQUIRE(ReasonOf(CheckCustody(story.get(), seized, story.StepOf(Act::kPreservedHandled))) ==
          Reason::kCustodyNotOpen);
  REQUIRE(story.Take(Act::kPreservedHandled).ok());
  REQUIRE(HeldThings(story.get()).size() == 2);
  REQUIRE(EndOfCustody(story.get(), story.get().events[1]) != nullptr);
  REQUIRE(EndOfCustody(story.get(), story.get().events[2]) == nullptr);
  REQUIRE(story.Take(Act::kPreservedHandled).ok());
  REQUIRE(ReasonOf(story.Check(Act::kPreservedHandled)) == Reason::kCustodyNotOpen);
}

TEST_CASE("what becomes of things rests on an act that says so") {
  Story story;
  story.Record(Act::kPreserved);
  story.Record(Act::kSeized);
  const auto check = [&](CustodyOutcome outcome, Act act = Act::kSeizedReleased) {
    Custody custody;
    custody.taken = act == Act::kPreservedHandled ? 2 : 3;
    custody.outcome = outcome;
    return CheckCustody(story.get(), custody, story.StepOf(act));
  };
  for (const CustodyOutcome outcome : {CustodyOutcome::kSentForTest, CustodyOutcome::kSeized,
                                       CustodyOutcome::kConfiscated, CustodyOutcome::kHandedOver}) {
    REQUIRE(ReasonOf(check(outcome)) == Reason::kCustodyOutcomeUnfounded);
  }
  REQUIRE(check(CustodyOutcome::kReturned).ok());
  REQUIRE(check(CustodyOutcome::kSentForTest, Act::kPreservedHandled).ok());
  REQUIRE(check(CustodyOutcome::kSeized, Act::kPreservedHandled).ok());
  SECTION("a penalty without confiscation") {
    story.ToDecision();
    REQUIRE(ReasonOf(check(CustodyOutcome::kConfiscated)) == Reason::kCustodyOutcomeUnfounded);
  }
  SECTION("a confiscation, until it is set aside") {
    story.penalty().kinds.insert(PenaltyKind::kConfiscation);
    story.ToDecision();
    REQUIRE(check(CustodyOutcome::kConfiscated).ok());
    story.Record(Act::kAnnulled);
    REQUIRE(ReasonOf(check(CustodyOutcome::kConfiscated)) == Reason::kCustodyOutcomeUnfounded);
  }
  SECTION("with the police") {
    story.Record(Act::kTransferReported);
    story.Record(Act::kTransferDecided);
    REQUIRE(ReasonOf(check(CustodyOutcome::kHandedOver)) == Reason::kCustodyOutcomeUnfounded);
    story.Record(Act::kTransferred);
    REQUIRE(check(CustodyOutcome::kHandedOver).ok());
  }
}

TEST_CASE("a seizure is prolonged once, in time, within the table") {
  Story story;
  story.Record(Act::kSeized);
  StartSeizureClock(&story);
  Custody more;
  more.taken = 2;
  more.extension_days = 46;
  const auto check = [&] {
    return CheckCustody(story.get(), more, story.StepOf(Act::kSeizureExtended));
  };
  REQUIRE(ReasonOf(check()) == Reason::kExtensionNotAllowed);
  REQUIRE(errors::BasisOf(check())->article == "第六十一条");
  more.extension_days = 45;
  REQUIRE(check().ok());
  SECTION("too late") {
    story.PassDays(31);
    REQUIRE(ReasonOf(check()) == Reason::kExtensionNotAllowed);
  }
  SECTION("twice") {
    story.Record(Act::kSeizureExtended);
    story.mutable_case()->events.back().detail.custody = more;
    REQUIRE(ExtensionDays(story.get(), story.get().events[1]) == 45);
    REQUIRE(ReasonOf(check()) == Reason::kExtensionNotAllowed);
  }
}

}  // namespace
}  // namespace shian::sanction
