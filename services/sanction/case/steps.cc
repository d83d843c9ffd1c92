#include "services/sanction/case/steps.h"

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "services/sanction/case/clocks.h"
#include "services/sanction/case/ending.h"
#include "services/sanction/case/evidence.h"
#include "services/sanction/case/hearing.h"
#include "services/sanction/case/limits.h"
#include "services/sanction/case/period.h"
#include "services/sanction/case/transfer.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::Refuse;

absl::Status Done(const Step& step, const char* title) {
  return Refuse(Reason::kStepAlreadyDone, {{"step", title}}, step.basis);
}

// Open when `now` is not past the due time; an unknown due time keeps the window open.
bool IsOpen(const Clock& clock, absl::Time now) {
  return !clock.due.known() || now <= clock.due.due;
}

absl::Status RequireOpen(const Case& c, absl::string_view key, const Step& step) {
  const Clock* clock = c.FindClock(key);
  if (clock != nullptr && IsOpen(*clock, step.now)) return absl::OkStatus();
  if (clock == nullptr) return Refuse(Reason::kNoticeNotServed, {}, step.basis);
  return Refuse(Reason::kStatementWindowClosed, {{"due", FormatDate(clock->due.date)}},
                clock->rule.basis);
}

absl::Status RequireClosed(const Case& c, absl::string_view key, const Step& step) {
  const Clock* clock = c.FindClock(key);
  if (clock == nullptr || !IsOpen(*clock, step.now)) return absl::OkStatus();
  if (clock->due.pending) {
    return Refuse(Reason::kStatementWindowPending, {{"year", absl::StrCat(clock->due.date.year())}},
                  clock->rule.basis);
  }
  return Refuse(Reason::kStatementWindowOpen, {{"due", FormatDate(clock->due.date)}},
                clock->rule.basis);
}

// Whether `act` was taken since the last notice: a new notice makes what rested on the old one
// void.
bool SinceNotice(const Case& c, Act act) {
  const Event* notice = c.Last(Act::kNoticeServed);
  const Event* last = c.Last(act);
  return last != nullptr && notice != nullptr && last->sequence > notice->sequence;
}

// Whether what was discussed are the facts as they stand.
bool DiscussedFacts(const Case& c) {
  const Event* stated = c.Last(Act::kFactsStated);
  const Event* discussed = c.Last(Act::kDiscussed);
  return stated == nullptr || (discussed != nullptr && discussed->sequence > stated->sequence);
}

// Notice, window, hearing: what the party is owed before anything is decided against it.
absl::Status CheckDueProcess(const Case& c, const Step& step) {
  if (!c.Has(Act::kNoticeServed)) return Refuse(Reason::kNoticeNotServed, {}, step.basis);
  if (!c.needs.closed_window) return absl::OkStatus();
  RETURN_IF_ERROR(RequireClosed(c, clocks::kStatement, step));
  if (IsHearingPending(c)) return Refuse(Reason::kHearingPending, {}, step.basis);
  return c.notice()->hearing_offered && !SinceNotice(c, Act::kHearingRequested)
             ? RequireClosed(c, clocks::kHearing, step)
             : absl::OkStatus();
}

absl::Status CheckLegalReview(const Case& c, const Step& step) {
  return c.Has(Act::kLegalReviewed) ? Done(step, "法制审核") : absl::OkStatus();
}

absl::Status CheckNotice(const Case& c, const Step& step) {
  if (c.Has(Act::kPenaltyDecided)) return Done(step, "处罚决定");
  if (c.needs.legal_review && !c.Has(Act::kLegalReviewed)) {
    return Refuse(Reason::kLegalReviewMissing, {}, step.basis);
  }
  return absl::OkStatus();
}

// On the spot the party is heard where it stands, without a window.
absl::Status CheckStatement(const Case& c, const Step& step) {
  if (c.needs.closed_window) return RequireOpen(c, clocks::kStatement, step);
  if (c.Has(Act::kPenaltyDecided)) return Done(step, "处罚决定");
  return c.Has(Act::kNoticeServed) ? absl::OkStatus()
                                   : Refuse(Reason::kNoticeNotServed, {}, step.basis);
}

absl::Status CheckHearingRequest(const Case& c, const Step& step) {
  if (!c.Has(Act::kNoticeServed)) return Refuse(Reason::kNoticeNotServed, {}, step.basis);
  if (!c.notice()->hearing_offered) return Refuse(Reason::kHearingNotOffered, {}, step.basis);
  if (SinceNotice(c, Act::kHearingRequested)) return Done(step, "听证申请");
  return RequireOpen(c, clocks::kHearing, step);
}

absl::Status CheckDiscussion(const Case& c, const Step& step) {
  if (c.Has(Act::kPenaltyDecided)) return Done(step, "处罚决定");
  return CheckDueProcess(c, step);
}

absl::Status CheckDecision(const Case& c, const Step& step) {
  if (c.Has(Act::kPenaltyDecided)) return Done(step, "处罚决定");
  RETURN_IF_ERROR(CheckDueProcess(c, step));
  if (c.needs.discussion && !(SinceNotice(c, Act::kDiscussed) && DiscussedFacts(c))) {
    return Refuse(Reason::kDiscussionMissing, {}, step.basis);
  }
  return absl::OkStatus();
}

absl::Status CheckListing(const Case& c, const Step& step) {
  if (c.Has(Act::kDecisionServed)) return Refuse(Reason::kListingTooLate, {}, step.basis);
  if (!c.Has(Act::kPenaltyDecided)) return Refuse(Reason::kListingWithoutPenalty, {}, step.basis);
  return c.Has(Act::kListingDecided) ? Refuse(Reason::kListingAlreadyDecided, {}, step.basis)
                                     : absl::OkStatus();
}

bool ConsentMissing(const Case& c) {
  const Event* listing = c.Last(Act::kListingDecided);
  return listing != nullptr && listing->needs_consent && !c.Has(Act::kConsentGiven);
}

absl::Status CheckConsent(const Case& c, const Step& step) {
  if (c.Has(Act::kConsentGiven)) return Done(step, "上级同意");
  return ConsentMissing(c) ? absl::OkStatus() : Refuse(Reason::kNothingToConsentTo, {}, step.basis);
}

absl::Status CheckService(const Case& c, const Step& step) {
  if (!c.Has(Act::kPenaltyDecided)) return Refuse(Reason::kPenaltyNotDecided, {}, step.basis);
  if (c.Has(Act::kDecisionServed)) return Refuse(Reason::kDecisionAlreadyServed, {}, step.basis);
  return ConsentMissing(c) ? Refuse(Reason::kConsentMissing, {}, step.basis) : absl::OkStatus();
}

absl::Status CheckPenaltyPublication(const Case& c, const Step& step) {
  if (!c.Has(Act::kPenaltyDecided)) return Refuse(Reason::kPenaltyNotDecided, {}, step.basis);
  if (!c.Has(Act::kDecisionServed)) return Refuse(Reason::kDecisionNotServed, {}, step.basis);
  return c.Has(Act::kPenaltyPublished) ? Done(step, "处罚公示") : absl::OkStatus();
}

absl::Status CheckListingPublication(const Case& c, const Step& step) {
  if (!c.Has(Act::kListingDecided)) {
    return Refuse(Reason::kListingWithoutPenalty, {}, step.basis);
  }
  if (ConsentMissing(c)) return Refuse(Reason::kConsentMissing, {}, step.basis);
  if (!c.Has(Act::kDecisionServed)) return Refuse(Reason::kDecisionNotServed, {}, step.basis);
  return c.Has(Act::kListingPublished) ? Refuse(Reason::kListingAlreadyPublished, {}, step.basis)
                                       : absl::OkStatus();
}

absl::Status CheckAnnulment(const Case& c, const Step& step) {
  return c.Has(Act::kPenaltyDecided) ? absl::OkStatus()
                                     : Refuse(Reason::kPenaltyNotDecided, {}, step.basis);
}

// What is found is found before the penalty is decided.
absl::Status CheckInquiry(const Case& c, const Step& step) {
  if (c.Has(Act::kPenaltyDecided)) return Done(step, "处罚决定");
  return absl::OkStatus();
}

// What still follows when a case is closed.
bool OutlivesClosing(Act act) {
  return act == Act::kPenaltyPublished || act == Act::kListingPublished || act == Act::kAnnulled ||
         act == Act::kFileReviewed || act == Act::kFileMended || act == Act::kGoodsHandedOver ||
         act == Act::kPoliceAnswered;
}

// What can be decided while the police have the case.
bool WaitsForPolice(Act act) {
  return act == Act::kPenaltyDecided || act == Act::kNoticeServed || act == Act::kDiscussed;
}

// What may be recorded as often as one likes.
bool IsInquiry(Act act) {
  return (act >= Act::kEvidenceGathered && act <= Act::kTransferReported &&
          act != Act::kPreservedHandled && act != Act::kSeizedReleased) ||
         act == Act::kStatementSubmitted || act == Act::kSupervisionOpened ||
         act == Act::kProgressReported || act == Act::kPeriodPaused || act == Act::kHearingNotified;
}

// What a case takes once, or once for each thing held or begun: these bring it to its end.
bool IsOnce(Act act) {
  return (act >= Act::kPenaltyDecided && act <= Act::kAnnulled) || act == Act::kLegalReviewed ||
         act == Act::kPreservedHandled || act == Act::kSeizedReleased || act == Act::kExecuted ||
         act == Act::kHearingHeld || act == Act::kHearingEnded || act == Act::kPeriodResumed ||
         act == Act::kClosed;
}

// What is held is given back whatever became of the penalty.
bool OutlivesAnnulment(Act act) {
  return act == Act::kPreservedHandled || act == Act::kSeizedReleased;
}

// Whether the case takes this act at all.
absl::Status CheckStands(const Case& c, const Step& step) {
  if (c.Has(Act::kAnnulled) && !OutlivesAnnulment(step.act)) {
    return Refuse(Reason::kCaseAnnulled, {}, step.basis);
  }
  if (IsClosed(c) && !OutlivesClosing(step.act)) {
    return Refuse(Reason::kCaseClosed, {}, step.basis);
  }
  if (WaitsForPolice(step.act) && IsWithPolice(c)) {
    return Refuse(Reason::kCaseWithPolice, {}, step.basis);
  }
  if (step.act == Act::kPenaltyDecided && IsTransferPending(c)) {
    return Refuse(Reason::kTransferPending, {}, step.basis);
  }
  return absl::OkStatus();
}

// Acts beside the way from filing to publication.
absl::Status CheckFurtherAct(const Case& c, const Step& step) {
  switch (step.act) {
    case Act::kPeriodExtended:
    case Act::kPeriodContinued:
    case Act::kPeriodPaused:
    case Act::kPeriodResumed:
      return CheckPeriodAct(c, step);
    case Act::kEvidenceGathered:
    case Act::kFactsStated:
    case Act::kFindingAnswered:
      return CheckInquiry(c, step);
    case Act::kPreserved:
    case Act::kPreservedHandled:
    case Act::kSeized:
    case Act::kSeizureExtended:
    case Act::kSeizedReleased:
      return CheckCustodyAct(c, step);
    case Act::kTransferReported:
    case Act::kTransferDecided:
    case Act::kTransferred:
    case Act::kPoliceAnswered:
    case Act::kPoliceReviewRequested:
    case Act::kGoodsHandedOver:
      return CheckTransferAct(c, step);
    case Act::kSupervisionOpened:
    case Act::kProgressReported:
    case Act::kSupervisionChecked:
    case Act::kExecuted:
    case Act::kClosed:
    case Act::kFileReviewed:
    case Act::kFileMended:
      return CheckEndingAct(c, step);
    default:
      return Refuse(Reason::kStepUnknown, {{"step", "?"}}, step.basis);
  }
}

}  // namespace

absl::Status CheckAct(const Case& c, const Step& step) {
  RETURN_IF_ERROR(CheckStands(c, step));
  switch (step.act) {
    case Act::kFiled:
      return Done(step, "立案");
    case Act::kLegalReviewed:
      return CheckLegalReview(c, step);
    case Act::kNoticeServed:
      return CheckNotice(c, step);
    case Act::kStatementSubmitted:
      return CheckStatement(c, step);
    case Act::kHearingRequested:
      return CheckHearingRequest(c, step);
    case Act::kHearingNotified:
    case Act::kHearingHeld:
    case Act::kHearingEnded:
      return CheckHearingAct(c, step);
    case Act::kDiscussed:
      return CheckDiscussion(c, step);
    case Act::kPenaltyDecided:
      return CheckDecision(c, step);
    case Act::kListingDecided:
      return CheckListing(c, step);
    case Act::kConsentGiven:
      return CheckConsent(c, step);
    case Act::kDecisionServed:
      return CheckService(c, step);
    case Act::kPenaltyPublished:
      return CheckPenaltyPublication(c, step);
    case Act::kListingPublished:
      return CheckListingPublication(c, step);
    case Act::kAnnulled:
      return CheckAnnulment(c, step);
    default:
      return CheckFurtherAct(c, step);
  }
}

absl::Status CheckPenalty(const Case& c, const Penalty& penalty, const Step& step) {
  RETURN_IF_ERROR(CheckAct(c, step));
  return StaysWithin(penalty, c.notice()->proposal)
             ? absl::OkStatus()
             : Refuse(Reason::kPenaltyExceedsNotice, {}, step.basis);
}

absl::Status CheckRoom(const Case& c, size_t bytes, const Step& step) {
  const size_t events = c.events.size();
  const bool full = IsInquiry(step.act)
                        ? events >= limits::kInquiryEventsMax || bytes >= limits::kInquiryBytesMax
                        : events >= limits::kStepEventsMax || bytes >= limits::kStepBytesMax;
  return full && !IsOnce(step.act) ? Refuse(Reason::kCaseFull, {}, step.basis) : absl::OkStatus();
}

absl::Status CheckPublicity(const PublicityClass* publicity, const Step& step) {
  if (publicity != nullptr && !publicity->clock.empty()) return absl::OkStatus();
  return Refuse(Reason::kPenaltyNotPublic, {},
                publicity == nullptr ? step.basis : publicity->basis);
}

absl::Status CheckServeTime(const Case& c, absl::Time served, absl::Time now) {
  const bool in_order = c.events.empty() || served >= c.events.back().time;
  if (served <= now && in_order) return absl::OkStatus();
  return errors::InvalidField(
      "serve_time", {"must lie between the last act and now", "应在上一环节之后且不晚于当前时间"});
}

}  // namespace shian::sanction
