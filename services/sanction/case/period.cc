#include "services/sanction/case/period.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/sanction/case/clocks.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::Refuse;

absl::Status NotAllowed(const calendar::Rule* rule, int max, const Step& step) {
  return Refuse(Reason::kExtensionNotAllowed, {{"max", absl::StrCat(max)}},
                rule == nullptr ? step.basis : rule->basis);
}

int CountOf(const Case& c, Act act) {
  return static_cast<int>(std::count_if(c.events.begin(), c.events.end(),
                                        [act](const Event& event) { return event.act == act; }));
}

// Before it is over, as often as the table says, and by no more than it says.
absl::Status CheckExtension(const Case& c, int days, const Step& step) {
  const Clock* clock = c.FindClock(clocks::kDecide);
  if (clock == nullptr) return NotAllowed(nullptr, 0, step);
  const bool again = CountOf(c, Act::kPeriodExtended) < clock->rule.extensions_max;
  if (again && InTime(*clock, step.now) && days <= clock->rule.extension_count) {
    return absl::OkStatus();
  }
  return NotAllowed(&clock->rule, clock->rule.extension_count, step);
}

// Only what the head had prolonged and is not enough. Once, or as much oftener as its own row says.
absl::Status CheckContinuation(const Case& c, int days, const Step& step) {
  const Clock* clock = c.FindClock(clocks::kDecide);
  if (clock == nullptr || !c.continuation || !c.Has(Act::kPeriodExtended)) {
    return NotAllowed(clock == nullptr ? nullptr : &clock->rule, 0, step);
  }
  const calendar::Rule& rule = *c.continuation;
  const bool again = CountOf(c, Act::kPeriodContinued) <= rule.extensions_max;
  if (again && InTime(*clock, step.now) && days <= rule.budget.count) return absl::OkStatus();
  return NotAllowed(&rule, rule.budget.count, step);
}

// What ended the time that `begun` began: the act that names it, or for an announcement the notice
// that it served.
const Event* EndOf(const Case& c, const Event& begun, const std::string& ground) {
  for (const Event& event : c.events) {
    if (event.sequence <= begun.sequence) continue;
    const bool named =
        event.act == Act::kPeriodResumed && event.detail.period->begun == begun.sequence;
    const bool served = event.act == Act::kNoticeServed && ground == clocks::kExcludedAnnouncement;
    if (named || served) return &event;
  }
  return nullptr;
}

// A hearing is over when it was held or given up; a new notice begins anew.
const Event* EndOfHearing(const Case& c, const Event& asked) {
  for (const Event& event : c.events) {
    if (event.sequence <= asked.sequence) continue;
    if (event.act == Act::kHearingHeld || event.act == Act::kHearingEnded ||
        event.act == Act::kNoticeServed) {
      return &event;
    }
  }
  return nullptr;
}

bool SentForTest(const Event& event) {
  return event.act == Act::kPreservedHandled &&
         event.detail.custody->outcome == CustodyOutcome::kSentForTest;
}

// A time that ends by an act of its own, and has not.
bool MayResume(const ExcludedTime& time) {
  return time.ended == nullptr && time.begun->act != Act::kHearingRequested;
}

Date LastDayOf(const Event& ended) {
  const std::optional<PeriodStep>& period = ended.detail.period;
  return period && period->last_day ? *period->last_day : ToDate(ended.time);
}

absl::Status CheckLastDay(const PeriodStep& period, const Event& begun, const Step& step) {
  if (!period.last_day) return absl::OkStatus();
  const bool within =
      ToDate(begun.time) <= *period.last_day && *period.last_day <= ToDate(step.now);
  return within ? absl::OkStatus()
                : errors::InvalidField("period.end_date",
                                       {"must lie between the day the time began on and today",
                                        "应在扣除期间开始之日与今日之间"});
}

absl::Status NotBegun(const Step& step) {
  return Refuse(Reason::kStepOutOfOrder, {{"step", "扣除期间结束"}, {"missing", "扣除期间开始"}},
                step.basis);
}

absl::Status CheckPause(const Case& c, const std::string& ground,
                        const std::set<std::string>& grounds, const Step& step) {
  if (!grounds.contains(ground) || ground == clocks::kExcludedHearing) {
    std::set<std::string> others = grounds;
    others.erase(clocks::kExcludedHearing);
    const std::string all = absl::StrJoin(others, "；");
    return errors::InvalidField("period.ground",
                                {"must be one of the times that the period's deadline excludes",
                                 absl::StrCat("应为下列之一：", all)});
  }
  for (const ExcludedTime& time : ExcludedTimes(c)) {
    if (time.ended != nullptr || time.ground != ground) continue;
    return Refuse(Reason::kStepAlreadyDone, {{"step", absl::StrCat("扣除期间（", ground, "）")}},
                  step.basis);
  }
  return absl::OkStatus();
}

std::vector<calendar::Suspension> DaysOf(const std::vector<ExcludedTime>& times,
                                         const std::set<std::string>& grounds) {
  std::vector<calendar::Suspension> days;
  for (const ExcludedTime& time : times) {
    if (!grounds.contains(time.ground)) continue;
    const Date to = time.ended == nullptr ? calendar::kRunning : LastDayOf(*time.ended);
    days.push_back({ToDate(time.begun->time), to, time.ground});
  }
  return days;
}

absl::Status CheckUndecided(const Case& c, const Step& step) {
  return c.Has(Act::kPenaltyDecided)
             ? Refuse(Reason::kStepAlreadyDone, {{"step", "处罚决定"}}, step.basis)
             : absl::OkStatus();
}

}  // namespace

bool InTime(const Clock& clock, absl::Time now) {
  return !clock.due.known() || now <= clock.due.due;
}

int PeriodDays(const Case& c) {
  int days = 0;
  for (const Event& event : c.events) {
    if (event.act == Act::kPeriodExtended || event.act == Act::kPeriodContinued) {
      days += event.detail.period->days;
    }
  }
  return days;
}

std::vector<ExcludedTime> ExcludedTimes(const Case& c) {
  std::vector<ExcludedTime> times;
  for (const Event& event : c.events) {
    if (event.act == Act::kHearingRequested) {
      times.push_back({clocks::kExcludedHearing, &event, EndOfHearing(c, event)});
    }
    std::string ground;
    if (SentForTest(event)) ground = clocks::kExcludedTest;
    if (event.act == Act::kPeriodPaused) ground = event.detail.period->ground;
    if (!ground.empty()) times.push_back({ground, &event, EndOf(c, event, ground)});
  }
  return times;
}

std::vector<calendar::Suspension> DaysExcluded(const Case& c,
                                               const std::set<std::string>& grounds) {
  return DaysOf(ExcludedTimes(c), grounds);
}

std::vector<calendar::Suspension> SeizureDaysExcluded(const Case& c,
                                                      const std::set<std::string>& grounds) {
  std::vector<ExcludedTime> times = ExcludedTimes(c);
  std::erase_if(times, [](const ExcludedTime& time) { return SentForTest(*time.begun); });
  return DaysOf(times, grounds);
}

absl::Status CheckPeriodAct(const Case& c, const Step& step) {
  if (step.act == Act::kPeriodResumed) {
    const std::vector<ExcludedTime> times = ExcludedTimes(c);
    return std::any_of(times.begin(), times.end(), MayResume) ? absl::OkStatus() : NotBegun(step);
  }
  if (absl::Status status = CheckUndecided(c, step); !status.ok()) return status;
  if (step.act == Act::kPeriodExtended) return CheckExtension(c, 0, step);
  if (step.act == Act::kPeriodContinued) return CheckContinuation(c, 0, step);
  return absl::OkStatus();
}

absl::Status CheckPeriod(const Case& c, const PeriodStep& period,
                         const std::set<std::string>& grounds, const Step& step) {
  if (step.act == Act::kPeriodExtended) return CheckExtension(c, period.days, step);
  if (step.act == Act::kPeriodContinued) return CheckContinuation(c, period.days, step);
  if (step.act == Act::kPeriodPaused) return CheckPause(c, period.ground, grounds, step);
  for (const ExcludedTime& time : ExcludedTimes(c)) {
    if (MayResume(time) && time.begun->sequence == period.begun) {
      return CheckLastDay(period, *time.begun, step);
    }
  }
  return NotBegun(step);
}

}  // namespace shian::sanction
