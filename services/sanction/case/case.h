// A case of administrative penalty (行政处罚案件) as the sequence of its dated acts. Nothing about
// its state is stored: what holds at a time is derived from the acts known by then.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/base/time.h"
#include "services/sanction/case/detail.h"
#include "services/sanction/case/penalty.h"
#include "services/sanction/case/procedure.h"
#include "services/sanction/lead/lead.h"
#include "services/sanction/party/matter.h"
#include "services/sanction/party/party.h"

namespace shian::sanction {

// The numbers are stored and never change; they are those of the API.
enum class Act {
  kFiled = 1,
  kLegalReviewed = 2,
  kNoticeServed = 3,
  kStatementSubmitted = 4,
  kHearingRequested = 5,
  kHearingHeld = 6,
  kDiscussed = 7,
  kPenaltyDecided = 8,
  kListingDecided = 9,
  kConsentGiven = 10,
  kDecisionServed = 11,
  kPenaltyPublished = 12,
  kListingPublished = 13,
  kAnnulled = 14,
  kEvidenceGathered = 30,
  kPreserved = 31,
  kPreservedHandled = 32,
  kSeized = 33,
  kSeizureExtended = 34,
  kSeizedReleased = 35,
  kFactsStated = 36,
  kFindingAnswered = 37,
  kTransferReported = 38,
  kTransferDecided = 39,
  kTransferred = 40,
  kPoliceAnswered = 41,
  kPoliceReviewRequested = 42,
  kGoodsHandedOver = 43,
  kSupervisionOpened = 44,
  kProgressReported = 45,
  kSupervisionChecked = 46,
  kExecuted = 47,
  kClosed = 48,
  kFileReviewed = 49,
  kFileMended = 50,
  kPeriodExtended = 51,
  kPeriodContinued = 52,
  kPeriodPaused = 53,
  kPeriodResumed = 54,
  kHearingNotified = 55,
  kHearingEnded = 56,
};

inline constexpr Act kLastAct = Act::kHearingEnded;

enum class CaseState {
  kFiled = 1,
  kReviewed = 2,
  kNoticed = 3,
  kDiscussed = 4,
  kDecided = 5,
  kServed = 6,
  kPublished = 7,
  kPublicityEnded = 8,
  kAnnulled = 9,
  kWithPolice = 10,
  kClosed = 11,
};

struct Notice {
  std::string facts;
  std::string grounds;
  std::string rights;
  Proposal proposal;
  bool listing_announced = false;
  bool hearing_offered = false;
  std::string service_method;
};

struct Event {
  int sequence = 0;
  Act act = Act::kFiled;
  absl::Time time;
  absl::Time recorded;
  Actor actor;
  std::string text;
  std::vector<Document> documents;
  std::string chain_revision;  // approval chain that allowed it
  std::vector<StartedClock> clocks;
  std::string reference;       // the entry decided, or how the decision was served
  bool needs_consent = false;  // of a listing: the superior must agree
  std::optional<Date> until;   // of a publication: its last day
  std::optional<Notice> notice;
  std::optional<Penalty> penalty;
  Detail detail;
};

struct Case {
  OperatorId op;
  CaseId id;
  std::string number;
  std::string region;
  std::string organisation;
  std::string cause;
  std::vector<LeadId> leads;
  std::vector<Event> events;
  std::vector<Clock> clocks;
  std::optional<Clock> time_bar;
  Needs needs;
  // What one collective discussion may prolong the period for the decision by; absent where the
  // table does not say, and before the head prolonged it.
  std::optional<calendar::Rule> continuation;

  std::string name() const { return "operators/" + op.value() + "/cases/" + id.value(); }
  std::string etag() const;
  // The last event of that act, or null.
  const Event* Last(Act act) const;
  bool Has(Act act) const { return Last(act) != nullptr; }
  const Notice* notice() const;
  const Penalty* penalty() const;
  const Clock* FindClock(absl::string_view key) const;
  Procedure procedure() const;
  // The entry decided with the penalty; empty without one.
  std::string entry() const;
};

// A case that was closed because the police had it goes on when they give it back.
bool IsClosed(const Case& c);
CaseState StateOf(const Case& c, absl::Time now);

// Only what was true by `as_of` and recorded by `known_at`; absent when that is not even the
// filing.
std::optional<Case> AsOf(Case c, absl::Time as_of, absl::Time known_at);

// The last day of the ban in the penalty, counted from its decision; absent without one.
std::optional<Date> BanEnd(const Case& c);

// The last day on which a penalty published at `published` is public: the period of its class, or
// the end of a longer ban.
Date PublicUntil(const calendar::Calendar& calendar, absl::Time published,
                 const calendar::Budget& period, std::optional<Date> ban_end);

// The clocks that an act starts as the next one of the case.
std::vector<const char*> ClocksStartedBy(const Case& c, const Event& event);
// The act that ended the clock `key` that `start` started; null while it runs.
const Event* EndOfClock(const Case& c, const Event& start, absl::string_view key);

}  // namespace shian::sanction
