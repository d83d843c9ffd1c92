#include "services/sanction/case/steps.h"

#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "libs/base/testing.h"
#include "services/sanction/case/hearing.h"
#include "services/sanction/case/limits.h"
#include "services/sanction/case/testing.h"
#include "services/sanction/case/transfer.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::ReasonOf;
using testing::Story;

TEST_CASE("a case runs from filing to publication") {
  Story story;
  REQUIRE(story.Take(Act::kLegalReviewed).ok());
  REQUIRE(story.Take(Act::kNoticeServed).ok());
  REQUIRE(story.Take(Act::kStatementSubmitted).ok());
  story.PassDays(9);
  for (const Act act :
       {Act::kDiscussed, Act::kPenaltyDecided, Act::kListingDecided, Act::kConsentGiven,
        Act::kDecisionServed, Act::kPenaltyPublished, Act::kListingPublished}) {
    REQUIRE(story.Take(act).ok());
  }
  REQUIRE(StateOf(story.get(), story.now()) == CaseState::kPublished);
  REQUIRE(StateOf(story.get(), StartOfDay(Date(2028, 3, 2))) == CaseState::kPublicityEnded);
}

TEST_CASE("each act that comes too early is refused for its reason, with an article") {
  Story story;
  const auto refused = [&](Act act, Reason reason) {
    const absl::Status status = story.Check(act);
    CHECK(ReasonOf(status) == reason);
    CHECK(errors::BasisOf(status).has_value());
  };
  SECTION("after filing") {
    refused(Act::kFiled, Reason::kStepAlreadyDone);
    refused(Act::kNoticeServed, Reason::kLegalReviewMissing);
    refused(Act::kStatementSubmitted, Reason::kNoticeNotServed);
    refused(Act::kHearingRequested, Reason::kNoticeNotServed);
    refused(Act::kHearingHeld, Reason::kHearingNotRequested);
    refused(Act::kDiscussed, Reason::kNoticeNotServed);
    refused(Act::kPenaltyDecided, Reason::kNoticeNotServed);
    refused(Act::kListingDecided, Reason::kListingWithoutPenalty);
    refused(Act::kConsentGiven, Reason::kNothingToConsentTo);
    refused(Act::kDecisionServed, Reason::kPenaltyNotDecided);
    refused(Act::kPenaltyPublished, Reason::kPenaltyNotDecided);
    refused(Act::kListingPublished, Reason::kListingWithoutPenalty);
    refused(Act::kAnnulled, Reason::kPenaltyNotDecided);
  }
  SECTION("while the window is open") {
    story.Record(Act::kLegalReviewed);
    story.Record(Act::kNoticeServed);
    refused(Act::kLegalReviewed, Reason::kStepAlreadyDone);
    refused(Act::kHearingRequested, Reason::kHearingNotOffered);
    refused(Act::kDiscussed, Reason::kStatementWindowOpen);
    refused(Act::kPenaltyDecided, Reason::kStatementWindowOpen);
  }
  SECTION("after the window") {
    story.ToClosedWindow();
    refused(Act::kStatementSubmitted, Reason::kStatementWindowClosed);
    refused(Act::kPenaltyDecided, Reason::kDiscussionMissing);
  }
  SECTION("after the decision") {
    story.ToDecision();
    refused(Act::kNoticeServed, Reason::kStepAlreadyDone);
    refused(Act::kDiscussed, Reason::kStepAlreadyDone);
    refused(Act::kPenaltyDecided, Reason::kStepAlreadyDone);
    refused(Act::kConsentGiven, Reason::kNothingToConsentTo);
    refused(Act::kPenaltyPublished, Reason::kDecisionNotServed);
  }
  SECTION("with a listing that the superior has not seen") {
    story.ToDecision();
    story.Record(Act::kListingDecided);
    refused(Act::kListingDecided, Reason::kListingAlreadyDecided);
    refused(Act::kDecisionServed, Reason::kConsentMissing);
    refused(Act::kListingPublished, Reason::kConsentMissing);
  }
  SECTION("with consent but before service") {
    story.ToDecision();
    story.Record(Act::kListingDecided);
    story.Record(Act::kConsentGiven);
    refused(Act::kConsentGiven, Reason::kStepAlreadyDone);
    refused(Act::kListingPublished, Reason::kDecisionNotServed);
  }
  SECTION("after service and publication") {
    story.ToService();
    refused(Act::kDecisionServed, Reason::kDecisionAlreadyServed);
    refused(Act::kListingDecided, Reason::kListingTooLate);
    story.Record(Act::kPenaltyPublished);
    story.Record(Act::kListingPublished);
    refused(Act::kPenaltyPublished, Reason::kStepAlreadyDone);
    refused(Act::kListingPublished, Reason::kListingAlreadyPublished);
  }
  SECTION("after annulment") {
    story.ToService();
    story.Record(Act::kAnnulled);
    refused(Act::kPenaltyPublished, Reason::kCaseAnnulled);
    refused(Act::kAnnulled, Reason::kCaseAnnulled);
  }
}

TEST_CASE("the window closes with its last day, not before") {
  Story story;
  story.Record(Act::kLegalReviewed);
  story.Record(Act::kNoticeServed);  // Monday, 5 working days: the next Monday
  const absl::Time due = EndOfDay(Date(2025, 3, 10));
  story.Pass(due - story.now());
  REQUIRE(ReasonOf(story.Check(Act::kDiscussed)) == Reason::kStatementWindowOpen);
  REQUIRE(story.Check(Act::kStatementSubmitted).ok());
  story.Pass(absl::Microseconds(1));
  REQUIRE(story.Check(Act::kDiscussed).ok());
  REQUIRE(ReasonOf(story.Check(Act::kStatementSubmitted)) == Reason::kStatementWindowClosed);
}

TEST_CASE("a hearing that was asked for holds everything up until it is held") {
  Story story;
  story.notice().hearing_offered = true;
  story.Record(Act::kLegalReviewed);
  story.Record(Act::kNoticeServed);
  REQUIRE(story.Take(Act::kHearingRequested).ok());
  REQUIRE(ReasonOf(story.Check(Act::kHearingRequested)) == Reason::kStepAlreadyDone);
  story.PassDays(9);
  REQUIRE(ReasonOf(story.Check(Act::kDiscussed)) == Reason::kHearingPending);
  REQUIRE(ReasonOf(story.Check(Act::kHearingHeld)) == Reason::kStepOutOfOrder);
  REQUIRE(story.Take(Act::kHearingNotified).ok());
  REQUIRE(ReasonOf(story.Check(Act::kHearingHeld)) == Reason::kStepOutOfOrder);
  story.PassDays(1);
  REQUIRE(story.Take(Act::kHearingHeld).ok());
  REQUIRE(ReasonOf(story.Check(Act::kHearingHeld)) == Reason::kHearingNotRequested);
  REQUIRE(story.Take(Act::kDiscussed).ok());
}

TEST_CASE("a new notice starts a new window and voids the old discussion") {
  Story story;
  story.ToClosedWindow();
  REQUIRE(story.Take(Act::kDiscussed).ok());
  story.penalty().fine_fen = 30'000'000;
  REQUIRE(ReasonOf(story.Check(Act::kPenaltyDecided)) == Reason::kPenaltyExceedsNotice);
  story.notice().proposal.fine_fen = 30'000'000;
  REQUIRE(story.Take(Act::kNoticeServed).ok());
  REQUIRE(ReasonOf(story.Check(Act::kPenaltyDecided)) == Reason::kStatementWindowOpen);
  story.PassDays(9);
  REQUIRE(ReasonOf(story.Check(Act::kPenaltyDecided)) == Reason::kDiscussionMissing);
  REQUIRE(story.Take(Act::kDiscussed).ok());
  REQUIRE(story.Take(Act::kPenaltyDecided).ok());
}

TEST_CASE("facts that were stated after the discussion are discussed before the decision") {
  Story story;
  story.ToClosedWindow();
  REQUIRE(story.Take(Act::kDiscussed).ok());
  REQUIRE(story.Take(Act::kFactsStated).ok());
  REQUIRE(ReasonOf(story.Check(Act::kPenaltyDecided)) == Reason::kDiscussionMissing);
  REQUIRE(story.Take(Act::kDiscussed).ok());
  REQUIRE(story.Take(Act::kPenaltyDecided).ok());
}

TEST_CASE("a case has an end of its acts, and room for its own end beyond it") {
  Story story;
  while (story.get().events.size() < limits::kInquiryEventsMax) {
    REQUIRE(CheckRoom(story.get(), 0, story.StepOf(Act::kEvidenceGathered)).ok());
    story.Record(Act::kEvidenceGathered);
  }
  const auto room = [&](Act act, size_t bytes = 0) {
    return ReasonOf(CheckRoom(story.get(), bytes, story.StepOf(act))) != Reason::kCaseFull;
  };
  for (const Act act : {Act::kEvidenceGathered, Act::kFactsStated, Act::kFindingAnswered,
                        Act::kPreserved, Act::kProgressReported, Act::kTransferReported}) {
    REQUIRE_FALSE(room(act));
  }
  REQUIRE((room(Act::kNoticeServed) && room(Act::kTransferDecided)));
  REQUIRE_FALSE(room(Act::kNoticeServed, limits::kStepBytesMax));
  while (story.get().events.size() < limits::kStepEventsMax) story.Record(Act::kNoticeServed);
  REQUIRE_FALSE((room(Act::kNoticeServed) || room(Act::kFileReviewed)));
  for (const Act act : {Act::kPenaltyDecided, Act::kDecisionServed, Act::kAnnulled, Act::kClosed,
                        Act::kSeizedReleased, Act::kExecuted}) {
    REQUIRE(room(act, limits::kStepBytesMax));
  }
}

TEST_CASE("a kind of penalty that was not announced cannot be decided") {
  Story story;
  story.ToClosedWindow();
  story.Record(Act::kDiscussed);
  story.penalty().kinds.insert(PenaltyKind::kShutdown);
  REQUIRE(ReasonOf(story.Check(Act::kPenaltyDecided)) == Reason::kPenaltyExceedsNotice);
}

TEST_CASE("confiscation, a ban and heavier punishment stay within the notice") {
  Story story;
  story.ToClosedWindow();
  story.Record(Act::kDiscussed);
  SECTION("confiscation") {
    story.penalty().confiscation_fen = story.notice().proposal.confiscation_fen + 1;
  }
  SECTION("a ban") { story.penalty().ban_months = story.notice().proposal.ban_months + 1; }
  SECTION("heavier punishment") {
    story.notice().proposal.aggravated = false;
    story.Record(Act::kNoticeServed);
    story.PassDays(9);
    story.Record(Act::kDiscussed);
  }
  REQUIRE(ReasonOf(story.Check(Act::kPenaltyDecided)) == Reason::kPenaltyExceedsNotice);
}

TEST_CASE("whether and how long a penalty is public follows the classes of policy") {
  const std::vector<PublicityClass> classes = {
      {false, {PenaltyKind::kWarning}, 0, "", false, {"公示规定", "第十三条"}},
      {false,
       {PenaltyKind::kWarning, PenaltyKind::kCriticism, PenaltyKind::kFine},
       50'000,
       "short",
       false,
       {}},
      {true, {}, 0, "long", false, {}}};
  const auto clock_of = [&](std::set<PenaltyKind> kinds, int64_t fine_fen) {
    Penalty penalty;
    penalty.kinds = std::move(kinds);
    penalty.fine_fen = fine_fen;
    return ClassOf(classes, penalty)->clock;
  };
  REQUIRE(clock_of({PenaltyKind::kWarning}, 0).empty());
  REQUIRE(clock_of({PenaltyKind::kWarning, PenaltyKind::kCriticism}, 0) == "short");
  REQUIRE(clock_of({PenaltyKind::kFine}, 50'000) == "short");
  REQUIRE(clock_of({PenaltyKind::kFine}, 50'001) == "long");
  REQUIRE(clock_of({PenaltyKind::kFine, PenaltyKind::kShutdown}, 1) == "long");
  REQUIRE(ClassOf({}, Penalty()) == nullptr);

  const Story story;
  const Step step = story.StepOf(Act::kPenaltyPublished);
  REQUIRE(CheckPublicity(&classes[2], step).ok());
  REQUIRE(ReasonOf(CheckPublicity(&classes[0], step)) == Reason::kPenaltyNotPublic);
  REQUIRE(errors::BasisOf(CheckPublicity(&classes[0], step))->article == "第十三条");
  REQUIRE(ReasonOf(CheckPublicity(nullptr, step)) == Reason::kPenaltyNotPublic);
}

TEST_CASE("a document reaches the party between the last act and now") {
  const Story story;
  const absl::Time filed = story.get().events.front().time;
  REQUIRE(CheckServeTime(story.get(), filed, filed).ok());
  REQUIRE(ReasonOf(CheckServeTime(story.get(), filed + absl::Hours(1), filed)) ==
          Reason::kFieldInvalid);
  REQUIRE(ReasonOf(CheckServeTime(story.get(), filed - absl::Hours(1), filed)) ==
          Reason::kFieldInvalid);
}

TEST_CASE("what is heavy enough for a listing follows the rule") {
  const HeavierRule rule = {{PenaltyKind::kShutdown}, true, "r1"};
  Penalty penalty;
  penalty.kinds = {PenaltyKind::kFine};
  REQUIRE_FALSE(IsHeavier(penalty, rule));
  penalty.aggravated = true;
  REQUIRE(IsHeavier(penalty, rule));
  penalty.aggravated = false;
  penalty.kinds = {PenaltyKind::kShutdown};
  REQUIRE(IsHeavier(penalty, rule));
}

// Every act there is, but those that end the walk at once.
const std::vector<Act>& WalkedActs() {
  static const auto& acts = *new std::vector<Act>([] {
    std::vector<Act> out;
    for (int act = 1; act <= 13; ++act) out.push_back(static_cast<Act>(act));
    for (int act = static_cast<int>(Act::kEvidenceGathered); act <= static_cast<int>(kLastAct);
         ++act) {
      out.push_back(static_cast<Act>(act));
    }
    return out;
  }());
  return acts;
}

// What the next acts state, by chance.
void Choose(std::mt19937_64& random, Story* story) {
  story->approved() = random() % 2 == 0;
  story->answer() = static_cast<PoliceAnswer>(1 + random() % 3);
  story->outcome() = static_cast<CaseOutcome>(1 + random() % 4);
  story->passed() = random() % 2 == 0;
}

// What holds of every case at every moment, whatever was tried.
void RequireOrder(const Case& c) {
  const auto before = [&](Act first, Act then) {
    const Event* a = c.Last(first);
    const Event* b = c.Last(then);
    REQUIRE((b == nullptr || (a != nullptr && a->sequence < b->sequence)));
  };
  before(Act::kDecisionServed, Act::kExecuted);
  before(Act::kDecisionServed, Act::kPenaltyPublished);
  for (const Event& event : c.events) {
    const bool checked = event.act == Act::kPenaltyDecided || event.act == Act::kClosed ||
                         event.act == Act::kFileReviewed;
    if (!checked) continue;
    Case then = c;
    std::erase_if(then.events, [&](const Event& e) { return e.sequence >= event.sequence; });
    if (event.act == Act::kPenaltyDecided) {
      REQUIRE_FALSE((IsWithPolice(then) || IsTransferPending(then)));
      const Event* facts = then.Last(Act::kFactsStated);
      REQUIRE((facts == nullptr || facts->sequence < then.Last(Act::kDiscussed)->sequence));
      REQUIRE((then.Has(Act::kDiscussed) && then.Has(Act::kLegalReviewed)));
      continue;
    }
    if (event.act == Act::kFileReviewed) {
      REQUIRE(IsClosed(then));
      continue;
    }
    REQUIRE(HeldThings(then).empty());
    REQUIRE(OpenSupervision(then) == nullptr);
    REQUIRE_FALSE(IsTransferPending(then));
    if (event.detail.outcome == CaseOutcome::kExecuted) REQUIRE(then.Has(Act::kExecuted));
    if (event.detail.outcome == CaseOutcome::kTransferred) REQUIRE(IsWithPolice(then));
  }
}

// Whatever is tried in whatever order, a published entry has its whole due process behind it.
TEST_CASE("no entry is published without penalty, notice, window, decision, consent, service") {
  std::mt19937_64 random(shian::testing::Seed());
  int published = 0;
  int closed = 0;
  int transferred = 0;
  for (int run = 0; run < 2000; ++run) {
    Story story;
    story.notice().hearing_offered = random() % 2 == 0;
    for (int i = 0; i < 120 && !story.get().Has(Act::kListingPublished); ++i) {
      if (random() % 4 == 0) story.PassDays(static_cast<int>(random() % 6));
      Choose(random, &story);
      // Half of the acts are those of the procedure, or few walks would come to its end.
      const size_t among = random() % 2 == 0 ? 13 : WalkedActs().size();
      (void)story.Take(WalkedActs()[random() % among]);
    }
    const Case& c = story.get();
    RequireOrder(c);
    closed += c.Has(Act::kClosed) ? 1 : 0;
    transferred += c.Has(Act::kTransferred) ? 1 : 0;
    if (!c.Has(Act::kListingPublished)) continue;
    ++published;
    const Event* notice = c.Last(Act::kNoticeServed);
    const Event* decided = c.Last(Act::kPenaltyDecided);
    const Event* consent = c.Last(Act::kConsentGiven);
    const Event* served = c.Last(Act::kDecisionServed);
    REQUIRE((notice && decided && consent && served && c.Has(Act::kDiscussed)));
    REQUIRE(decided->time > c.FindClock(clocks::kStatement)->due.due);
    REQUIRE_FALSE(IsHearingPending(c));
    REQUIRE(notice->sequence < decided->sequence);
    REQUIRE(decided->sequence < c.Last(Act::kListingDecided)->sequence);
    REQUIRE(c.Last(Act::kListingDecided)->sequence < consent->sequence);
    REQUIRE(consent->sequence < served->sequence);
    REQUIRE(served->sequence < c.Last(Act::kListingPublished)->sequence);
  }
  // The walk must reach the end at times, or it proves nothing.
  REQUIRE((published > 0 && closed > 0 && transferred > 0));
}

}  // namespace
}  // namespace shian::sanction
