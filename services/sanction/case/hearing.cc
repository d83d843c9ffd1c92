#include "services/sanction/case/hearing.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "services/sanction/case/limits.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::Refuse;

constexpr char kHold[] = "举行听证";

absl::Status TooEarly(const std::string& missing, const errors::Basis& basis) {
  return Refuse(Reason::kStepOutOfOrder, {{"step", kHold}, {"missing", missing}}, basis);
}

bool Names(const std::vector<CaseOfficer>& officers, const std::string& person) {
  return std::any_of(officers.begin(), officers.end(),
                     [&](const CaseOfficer& officer) { return officer.person == person; });
}

// 调查人员: who filed it, gathered evidence, stated facts, answered a finding, told the party of
// them or reported a crime.
bool Inquired(const Event& event, const std::string& person) {
  switch (event.act) {
    case Act::kEvidenceGathered:
      return event.actor.person == person || Names(event.detail.evidence->officers, person);
    case Act::kTransferReported:
      return event.actor.person == person || Names(event.detail.transfer->officers, person);
    case Act::kFiled:
    case Act::kFactsStated:
    case Act::kFindingAnswered:
    case Act::kNoticeServed:
      return event.actor.person == person;
    default:
      return false;
  }
}

absl::Status CheckNoInquirer(const Case& c, const std::string& person, const Step& step) {
  for (const Event& event : c.events) {
    if (!Inquired(event, person)) continue;
    return Refuse(Reason::kStepsKeptApart, {{"first", "案件调查"}, {"second", "主持听证"}},
                  step.basis);
  }
  return absl::OkStatus();
}

// It is still to come, and not so far away that the case would stand still for years.
absl::Status CheckStart(absl::Time start, const Step& step) {
  const absl::Time latest = step.now + absl::Hours(24 * limits::kHearingAheadDaysMax);
  if (start > step.now && start <= latest) return absl::OkStatus();
  return errors::InvalidField(
      "hearing.start_time",
      {absl::StrCat("must be later than now, by at most ", limits::kHearingAheadDaysMax, " days"),
       absl::StrCat("应晚于现在，且不晚于", limits::kHearingAheadDaysMax, "日后")});
}

// That the party was told of it and its time has come.
absl::Status CheckTime(const Case& c, const Step& step) {
  if (!c.needs.hearing_notice) return absl::OkStatus();
  const Event* told = HearingNotice(c);
  if (told == nullptr) return TooEarly("送达听证通知书", step.basis);
  if (step.now >= told->detail.hearing->start) return absl::OkStatus();
  return TooEarly(
      absl::StrCat("通知的听证时间（", FormatDate(ToDate(told->detail.hearing->start)), "）"),
      step.basis);
}

}  // namespace

bool IsHearingPending(const Case& c) {
  const Event* notice = c.Last(Act::kNoticeServed);
  const Event* asked = c.Last(Act::kHearingRequested);
  if (asked == nullptr || notice == nullptr || asked->sequence < notice->sequence) return false;
  const auto over = [&](Act act) {
    const Event* event = c.Last(act);
    return event != nullptr && event->sequence > asked->sequence;
  };
  return !over(Act::kHearingHeld) && !over(Act::kHearingEnded);
}

const Event* HearingNotice(const Case& c) {
  const Event* asked = c.Last(Act::kHearingRequested);
  const Event* told = c.Last(Act::kHearingNotified);
  return asked != nullptr && told != nullptr && told->sequence > asked->sequence ? told : nullptr;
}

absl::Status CheckHearingAct(const Case& c, const Step& step) {
  if (!IsHearingPending(c)) return Refuse(Reason::kHearingNotRequested, {}, step.basis);
  return step.act == Act::kHearingHeld ? CheckTime(c, step) : absl::OkStatus();
}

absl::Status CheckHearingNotice(const Case& c, const Event& event, const Clock& clock,
                                const Step& step) {
  const Hearing& hearing = *event.detail.hearing;
  RETURN_IF_ERROR(CheckNoInquirer(c, hearing.presider, step));
  RETURN_IF_ERROR(CheckStart(hearing.start, step));
  if (clock.due.known() && hearing.start > clock.due.due) return absl::OkStatus();
  return TooEarly(absl::StrCat("听证通知期限届满（", FormatDate(clock.due.date), "）"),
                  clock.rule.basis);
}

absl::Status CheckPresider(const Case& c, const std::string& person, const Step& step) {
  // Whoever was named may have inquired since.
  RETURN_IF_ERROR(CheckNoInquirer(c, person, step));
  const Event* told = HearingNotice(c);
  if (told == nullptr || told->detail.hearing->presider == person) return absl::OkStatus();
  return Refuse(Reason::kStepNotAllowed, {{"step", kHold}, {"posts", "听证通知书载明的听证主持人"}},
                step.basis);
}

absl::Status CheckRenotice(const Case& c, const Notice& notice, const Step& step) {
  if (notice.hearing_offered || !IsHearingPending(c)) return absl::OkStatus();
  return Refuse(Reason::kHearingPending, {}, step.basis);
}

absl::Status CheckHearingEnd(const Case& c, const Hearing& hearing, const std::string& person,
                             const Step& step) {
  RETURN_IF_ERROR(CheckPresider(c, person, step));
  return hearing.end == HearingEnd::kAbsent ? CheckTime(c, step) : absl::OkStatus();
}

}  // namespace shian::sanction
