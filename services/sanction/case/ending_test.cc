#include "services/sanction/case/ending.h"

#include <catch2/catch.hpp>

#include "services/sanction/case/testing.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::ReasonOf;
using testing::Story;

TEST_CASE("a case closes when its penalty is carried out, and takes few acts then") {
  Story story;
  REQUIRE(ReasonOf(story.Check(Act::kClosed)) == Reason::kCaseNotFinished);
  story.ToService();
  REQUIRE(ReasonOf(story.Check(Act::kClosed)) == Reason::kCaseNotFinished);
  story.outcome() = CaseOutcome::kDismissed;
  REQUIRE(ReasonOf(story.Check(Act::kClosed)) == Reason::kCaseNotFinished);
  story.outcome() = CaseOutcome::kExecuted;
  REQUIRE(story.Take(Act::kExecuted).ok());
  REQUIRE(ReasonOf(story.Check(Act::kExecuted)) == Reason::kStepAlreadyDone);
  REQUIRE(ReasonOf(story.Check(Act::kFileReviewed)) == Reason::kCaseNotClosed);
  REQUIRE(story.Take(Act::kClosed).ok());
  REQUIRE(StateOf(story.get(), story.now()) == CaseState::kClosed);
  for (const Act act : {Act::kClosed, Act::kEvidenceGathered, Act::kTransferReported}) {
    REQUIRE(ReasonOf(story.Check(act)) == Reason::kCaseClosed);
  }
  REQUIRE(story.Take(Act::kPenaltyPublished).ok());
  REQUIRE(StateOf(story.get(), story.now()) == CaseState::kPublished);
  REQUIRE(ReasonOf(story.Check(Act::kFileMended)) == Reason::kNothingToMend);
  REQUIRE(story.Take(Act::kFileReviewed).ok());
  REQUIRE(story.Take(Act::kFileMended).ok());
  REQUIRE(ReasonOf(story.Check(Act::kFileMended)) == Reason::kNothingToMend);
}

TEST_CASE("a case under supervision closes after its closing check only") {
  Story story;
  story.outcome() = CaseOutcome::kDismissed;
  REQUIRE(ReasonOf(story.Check(Act::kSupervisionChecked)) == Reason::kSupervisionNotOpen);
  REQUIRE(story.Take(Act::kSupervisionOpened).ok());
  REQUIRE(ReasonOf(story.Check(Act::kSupervisionOpened)) == Reason::kStepAlreadyDone);
  REQUIRE(story.Take(Act::kProgressReported).ok());
  REQUIRE(ReasonOf(story.Check(Act::kClosed)) == Reason::kCaseNotFinished);
  story.passed() = false;
  REQUIRE(story.Take(Act::kSupervisionChecked).ok());
  REQUIRE(ReasonOf(story.Check(Act::kClosed)) == Reason::kCaseNotFinished);
  story.passed() = true;
  REQUIRE(story.Take(Act::kSupervisionChecked).ok());
  REQUIRE(story.Take(Act::kClosed).ok());
}

TEST_CASE("what is held, and what the police have, keeps a case open") {
  Story story;
  story.outcome() = CaseOutcome::kNoPenalty;
  story.Record(Act::kSeized);
  REQUIRE(ReasonOf(story.Check(Act::kClosed)) == Reason::kCaseNotFinished);
  story.Record(Act::kSeizedReleased);
  for (const Act act : {Act::kTransferReported, Act::kTransferDecided, Act::kTransferred}) {
    story.Record(act);
  }
  REQUIRE(ReasonOf(story.Check(Act::kClosed)) == Reason::kCaseNotFinished);
  story.outcome() = CaseOutcome::kTransferred;
  REQUIRE(ReasonOf(story.Check(Act::kClosed)) == Reason::kCaseNotFinished);
  story.Record(Act::kPoliceAnswered);
  REQUIRE(story.Check(Act::kClosed).ok());
}

TEST_CASE("a case that was closed with the police goes on when they give it back") {
  Story story;
  for (const Act act :
       {Act::kTransferReported, Act::kTransferDecided, Act::kTransferred, Act::kPoliceAnswered}) {
    story.Record(act);
  }
  story.outcome() = CaseOutcome::kTransferred;
  REQUIRE(story.Take(Act::kClosed).ok());
  REQUIRE(ReasonOf(story.Check(Act::kLegalReviewed)) == Reason::kCaseClosed);
  REQUIRE(EndOfClock(story.get(), story.get().events.front(), clocks::kDecide) != nullptr);
  story.answer() = PoliceAnswer::kReturned;
  REQUIRE(story.Take(Act::kPoliceAnswered).ok());
  REQUIRE_FALSE(IsClosed(story.get()));
  REQUIRE(StateOf(story.get(), story.now()) == CaseState::kFiled);
  REQUIRE(EndOfClock(story.get(), story.get().events.front(), clocks::kDecide) == nullptr);
  REQUIRE(story.Check(Act::kLegalReviewed).ok());
  story.outcome() = CaseOutcome::kNoPenalty;
  REQUIRE(story.Take(Act::kClosed).ok());
  REQUIRE(IsClosed(story.get()));
  REQUIRE(ReasonOf(story.Check(Act::kPoliceAnswered)) == Reason::kTransferStepMissing);
}

TEST_CASE("a file's score has every item of the rule within its points") {
  const std::vector<ReviewItem> items = {{"facts", "事实清楚", 60}, {"procedure", "程序合法", 40}};
  FileReview review;
  review.scores = {{"facts", 55}, {"procedure", 40}};
  REQUIRE(ScoreFile(items, &review).ok());
  REQUIRE(review.points == 95);
  REQUIRE(review.points_max == 100);
  SECTION("too many points") { review.scores["facts"] = 61; }
  SECTION("an item is missing") { review.scores.erase("facts"); }
  SECTION("an item of another rule") { review.scores["style"] = 1; }
  REQUIRE(ReasonOf(ScoreFile(items, &review)) == Reason::kFieldInvalid);
}

}  // namespace
}  // namespace shian::sanction
