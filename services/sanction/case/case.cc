#include "services/sanction/case/case.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "services/sanction/case/clocks.h"
#include "services/sanction/case/evidence.h"
#include "services/sanction/case/transfer.h"

namespace shian::sanction {

std::string Case::etag() const { return absl::StrCat("e", events.size()); }

const Event* Case::Last(Act act) const {
  const auto found = std::find_if(events.rbegin(), events.rend(),
                                  [act](const Event& event) { return event.act == act; });
  return found == events.rend() ? nullptr : &*found;
}

const Notice* Case::notice() const {
  const Event* served = Last(Act::kNoticeServed);
  return served == nullptr ? nullptr : &*served->notice;
}

const Penalty* Case::penalty() const {
  const Event* decided = Last(Act::kPenaltyDecided);
  return decided == nullptr ? nullptr : &*decided->penalty;
}

const Clock* Case::FindClock(absl::string_view key) const {
  // The last one: a second notice starts its window anew.
  const auto found = std::find_if(clocks.rbegin(), clocks.rend(), [key](const Clock& clock) {
    return clock.key == std::string(key);
  });
  return found == clocks.rend() ? nullptr : &*found;
}

Procedure Case::procedure() const {
  const bool filed = !events.empty() && events.front().detail.filing.has_value();
  return filed ? events.front().detail.filing->procedure : Procedure::kGeneral;
}

std::string Case::entry() const {
  const Event* decided = Last(Act::kListingDecided);
  return decided == nullptr ? "" : decided->reference;
}

bool IsClosed(const Case& c) {
  const Event* closed = c.Last(Act::kClosed);
  if (closed == nullptr) return false;
  return closed->detail.outcome != CaseOutcome::kTransferred || IsWithPolice(c);
}

CaseState StateOf(const Case& c, absl::Time now) {
  if (c.Has(Act::kAnnulled)) return CaseState::kAnnulled;
  if (const Event* published = c.Last(Act::kPenaltyPublished)) {
    return now > EndOfDay(*published->until) ? CaseState::kPublicityEnded : CaseState::kPublished;
  }
  if (IsClosed(c)) return CaseState::kClosed;
  if (IsWithPolice(c)) return CaseState::kWithPolice;
  if (c.Has(Act::kDecisionServed)) return CaseState::kServed;
  if (c.Has(Act::kPenaltyDecided)) return CaseState::kDecided;
  if (c.Has(Act::kDiscussed)) return CaseState::kDiscussed;
  if (c.Has(Act::kNoticeServed)) return CaseState::kNoticed;
  return c.Has(Act::kLegalReviewed) ? CaseState::kReviewed : CaseState::kFiled;
}

std::optional<Case> AsOf(Case c, absl::Time as_of, absl::Time known_at) {
  std::erase_if(c.events, [&](const Event& event) {
    return event.time > as_of || event.recorded > known_at;
  });
  if (c.events.empty()) return std::nullopt;
  return c;
}

std::optional<Date> BanEnd(const Case& c) {
  const Event* decided = c.Last(Act::kPenaltyDecided);
  if (decided == nullptr || decided->penalty->ban_months == 0) return std::nullopt;
  const calendar::Budget ban = {decided->penalty->ban_months, calendar::Unit::kMonths,
                                calendar::LastDay::kNone};
  return calendar::DueOf(calendar::Calendar(), decided->time, ban, {}).date;
}

Date PublicUntil(const calendar::Calendar& calendar, absl::Time published,
                 const calendar::Budget& period, std::optional<Date> ban_end) {
  const Date by_class = calendar::DueOf(calendar, published, period, {}).date;
  return std::max(by_class, ban_end.value_or(by_class));
}

namespace {

// The party's window, where the decision waits for it.
std::vector<const char*> ClocksOfNotice(const Case& c, const Notice& notice) {
  if (!c.needs.closed_window) return {};
  if (notice.hearing_offered) return {clocks::kStatement, clocks::kHearing};
  return {clocks::kStatement};
}

std::vector<const char*> ClocksOfAnswer(PoliceAnswer answer) {
  if (answer == PoliceAnswer::kFiled) return {clocks::kGoods};
  if (answer == PoliceAnswer::kNotFiled) return {clocks::kPoliceReview};
  return {};
}

// A fine has to be paid from the day on which the party got the decision.
std::vector<const char*> ClocksOfService(const Case& c) {
  const Penalty* penalty = c.penalty();
  if (penalty == nullptr || penalty->fine_fen == 0) return {};
  return {clocks::kPerform};
}

}  // namespace

std::vector<const char*> ClocksStartedBy(const Case& c, const Event& event) {
  switch (event.act) {
    case Act::kFiled:
      return {clocks::kDecide};
    case Act::kNoticeServed:
      return ClocksOfNotice(c, *event.notice);
    case Act::kHearingRequested:
      if (c.needs.hearing_notice) return {clocks::kHearingArrange};
      return {};
    case Act::kHearingNotified:
      return {clocks::kHearingNotice};
    case Act::kPenaltyDecided:
      return {clocks::kServe, clocks::kPublish};
    case Act::kDecisionServed:
      return ClocksOfService(c);
    case Act::kPreserved:
      return {clocks::kPreserve};
    case Act::kSeized:
      return {clocks::kSeize};
    case Act::kTransferReported:
      return {clocks::kTransferDecide};
    case Act::kTransferDecided:
      if (event.detail.transfer->approved) return {clocks::kTransfer};
      return {};
    case Act::kTransferred:
      return {clocks::kPoliceAnswer};
    case Act::kPoliceReviewRequested:
      return {clocks::kPoliceReviewAnswer};
    case Act::kPoliceAnswered:
      return ClocksOfAnswer(*event.detail.transfer->answer);
    default:
      return {};
  }
}

const Event* EndOfClock(const Case& c, const Event& start, absl::string_view key) {
  static const std::map<std::string, std::set<Act>> kEnds = {
      {clocks::kDecide, {Act::kPenaltyDecided, Act::kClosed}},
      {clocks::kServe, {Act::kDecisionServed}},
      {clocks::kPublish, {Act::kPenaltyPublished}},
      {clocks::kHearing, {Act::kHearingRequested}},
      {clocks::kHearingArrange,
       {Act::kHearingNotified, Act::kHearingHeld, Act::kHearingEnded, Act::kNoticeServed,
        Act::kClosed}},
      {clocks::kHearingNotice,
       {Act::kHearingNotified, Act::kHearingHeld, Act::kHearingEnded, Act::kNoticeServed,
        Act::kClosed}},
      {clocks::kPerform, {Act::kExecuted, Act::kClosed}},
      {clocks::kTransferDecide, {Act::kTransferDecided, Act::kClosed}},
      {clocks::kTransfer, {Act::kTransferred, Act::kClosed}},
      {clocks::kPoliceAnswer, {Act::kPoliceAnswered}},
      {clocks::kPoliceReviewAnswer, {Act::kPoliceAnswered}},
      {clocks::kPoliceReview, {Act::kPoliceReviewRequested, Act::kTransferReported}},
      {clocks::kGoods, {Act::kGoodsHandedOver, Act::kPoliceAnswered}},
  };
  if (start.detail.custody) return EndOfCustody(c, start);
  const auto found = kEnds.find(std::string(key));
  if (found == kEnds.end()) return nullptr;
  for (const Event& event : c.events) {
    if (event.act == Act::kClosed && !IsClosed(c)) continue;
    if (event.sequence > start.sequence && found->second.contains(event.act)) return &event;
  }
  return nullptr;
}

}  // namespace shian::sanction
