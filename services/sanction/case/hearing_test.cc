#include "services/sanction/case/hearing.h"

#include <catch2/catch.hpp>
#include <string>

#include "services/sanction/case/testing.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::ReasonOf;
using testing::Story;

// Asked for on the notice.
Story Asked() {
  Story story;
  story.notice().hearing_offered = true;
  story.Record(Act::kEvidenceGathered);
  Event& gathered = story.mutable_case()->events.back();
  gathered.actor.person = "p1";
  gathered.detail.evidence->officers = {{"p1", "1"}, {"p5", "2"}};
  story.Record(Act::kLegalReviewed);
  story.Record(Act::kNoticeServed);
  story.Record(Act::kHearingRequested);
  return story;
}

absl::Status CheckNotice(const Story& story, const std::string& presider, absl::Time start) {
  Event event;
  event.time = story.now();
  event.detail.hearing = Hearing{start, "听证室", presider, false, "直接送达", {}};
  Clock clock;
  clock.rule.budget = {7, calendar::Unit::kWorkingDays, calendar::LastDay::kExtend};
  clock.rule.basis = {testing::kStatute, "第六十四条第二项"};
  clock.due = calendar::DueOf(testing::PlainCalendar(), event.time, clock.rule.budget, {});
  return CheckHearingNotice(story.get(), event, clock, story.StepOf(Act::kHearingNotified));
}

TEST_CASE("a hearing is after the days of its notice") {
  const Story story = Asked();
  const absl::Time last = EndOfDay(Date(2025, 3, 12));  // seven working days from a Monday
  const absl::Status early = CheckNotice(story, "z1", last);
  REQUIRE(ReasonOf(early) == Reason::kStepOutOfOrder);
  REQUIRE(errors::BasisOf(early)->article == "第六十四条第二项");
  REQUIRE(CheckNotice(story, "z1", last + absl::Microseconds(1)).ok());
  // Without a calendar nothing says that it is late enough.
  Story late = Asked();
  late.Pass(absl::Hours(24 * 700));
  REQUIRE(ReasonOf(CheckNotice(late, "z1", late.now() + absl::Hours(24 * 30))) ==
          Reason::kStepOutOfOrder);
}

TEST_CASE("nobody who inquired into the case presides") {
  const Story story = Asked();
  const absl::Time start = story.now() + absl::Hours(24 * 30);
  for (const char* person : {"p1", "p5"}) {
    REQUIRE(ReasonOf(CheckNotice(story, person, start)) == Reason::kStepsKeptApart);
  }
  REQUIRE(CheckNotice(story, "z1", start).ok());
  // Nor holds it, named or not.
  REQUIRE(ReasonOf(CheckPresider(story.get(), "p5", story.StepOf(Act::kHearingHeld))) ==
          Reason::kStepsKeptApart);
}

TEST_CASE("who was named presides, at the time that was told") {
  Story story = Asked();
  const Step step = story.StepOf(Act::kHearingHeld);
  REQUIRE(HearingNotice(story.get()) == nullptr);
  REQUIRE(story.Take(Act::kHearingNotified).ok());
  REQUIRE(CheckPresider(story.get(), "z1", step).ok());
  REQUIRE(ReasonOf(CheckPresider(story.get(), "z2", step)) == Reason::kStepNotAllowed);
  Hearing end;
  end.end = HearingEnd::kAbsent;
  const auto check = [&](const char* person) {
    return ReasonOf(CheckHearingEnd(story.get(), end, person, story.StepOf(Act::kHearingEnded)));
  };
  REQUIRE(check("z1") == Reason::kStepOutOfOrder);
  REQUIRE(check("z2") == Reason::kStepNotAllowed);
  end.end = HearingEnd::kWithdrawn;
  REQUIRE_FALSE(check("z1").has_value());
  end.end = HearingEnd::kAbsent;
  story.PassDays(1);
  REQUIRE_FALSE(check("z1").has_value());
  REQUIRE(story.Take(Act::kHearingEnded).ok());
  REQUIRE_FALSE(IsHearingPending(story.get()));
  REQUIRE(ReasonOf(story.Check(Act::kHearingHeld)) == Reason::kHearingNotRequested);
}

TEST_CASE("a chain that knows no notice of the hearing does not wait for one") {
  Story story = Asked();
  story.mutable_case()->needs.hearing_notice = false;
  REQUIRE(ClocksStartedBy(story.get(), story.get().events.back()).empty());
  REQUIRE(story.Take(Act::kHearingHeld).ok());
}

}  // namespace
}  // namespace shian::sanction
