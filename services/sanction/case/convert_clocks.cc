// The clocks of a case with what moves their ends.
#include <algorithm>
#include <utility>
#include <vector>

#include "libs/base/status_macros.h"
#include "services/sanction/case/clocks.h"
#include "services/sanction/case/convert.h"
#include "services/sanction/case/convert_rules.h"
#include "services/sanction/case/ending.h"
#include "services/sanction/case/evidence.h"
#include "services/sanction/case/hearing.h"
#include "services/sanction/case/period.h"
#include "services/sanction/case/transfer.h"

namespace shian::sanction::convert {
namespace {

// The day on which a period starts does not count, so that no suspension can take it.
std::vector<calendar::Suspension> After(absl::Time start, std::vector<calendar::Suspension> all) {
  std::vector<calendar::Suspension> suspensions;
  for (calendar::Suspension& days : all) {
    days.from = std::max(days.from, ToDate(start) + 1);
    if (days.from <= days.to) suspensions.push_back(std::move(days));
  }
  return suspensions;
}

// The period for the decision and a seizure may be prolonged, and have times that do not count; the
// days on which the police had the case are not the authority's.
absl::Status MoveEnd(store::ReadTx& tx, const policy::Policies& policies, const Case& c,
                     const sanction::Event& start, Clock* clock) {
  const bool decides = clock->key == clocks::kDecide;
  if (!decides && start.act != Act::kSeized) return absl::OkStatus();
  const int days = decides ? PeriodDays(c) : ExtensionDays(c, start);
  clock->rule.budget.count += days;
  ASSIGN_OR_RETURN(const auto grounds, ExcludedBy(tx, policies, *clock));
  std::vector<calendar::Suspension> suspensions =
      decides ? DaysExcluded(c, grounds) : SeizureDaysExcluded(c, grounds);
  if (decides) {
    for (calendar::Suspension& with_police : DaysWithPolice(c)) {
      suspensions.push_back(std::move(with_police));
    }
  }
  clock->suspensions = After(clock->start, std::move(suspensions));
  if (days == 0 && clock->suspensions.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto calendar, policies.Calendar(tx));
  clock->due = calendar::DueOf(*calendar, clock->start, clock->rule.budget, clock->suspensions);
  return absl::OkStatus();
}

// A day that an act names is no period of a table; its article is the act's.
absl::StatusOr<Clock> ClockUntil(store::ReadTx& tx, const policy::Policies& policies,
                                 const char* key, const sanction::Event& named, Date day) {
  ASSIGN_OR_RETURN(const auto chain,
                   policies.OfRevision<policy::v1::ApprovalChain>(tx, named.chain_revision));
  Clock clock;
  clock.key = clock.rule.key = key;
  clock.rule.basis = BasisOf(chain.policy(), ChainAct(named.act));
  clock.rule.policy_revision = named.chain_revision;
  clock.start = named.time;
  clock.started_by = named.sequence;
  clock.due.date = day;
  clock.due.due = EndOfDay(day);
  return clock;
}

// The day that the superior set.
absl::Status AddSupervision(store::ReadTx& tx, const policy::Policies& policies, Case* c) {
  const sanction::Event* opened = c->Last(Act::kSupervisionOpened);
  if (opened == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(Clock clock, ClockUntil(tx, policies, clocks::kSupervision, *opened,
                                           *opened->detail.supervision->due));
  clock.due.explanation_zh = "上级挂牌督办要求于" + FormatDate(clock.due.date) + "前办结";
  clock.due.explanation_en = "The superior wants it finished by " + FormatDate(clock.due.date);
  const sanction::Event* checked = c->Last(Act::kSupervisionChecked);
  if (OpenSupervision(*c) == nullptr) clock.done = checked->time;
  c->clocks.push_back(std::move(clock));
  return absl::OkStatus();
}

// The day of the hearing that the party was told of.
absl::Status AddHearing(store::ReadTx& tx, const policy::Policies& policies, Case* c) {
  const sanction::Event* told = HearingNotice(*c);
  if (told == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(Clock clock, ClockUntil(tx, policies, clocks::kHearingDay, *told,
                                           ToDate(told->detail.hearing->start)));
  clock.due.explanation_zh = "已通知当事人于" + FormatDate(clock.due.date) + "举行听证";
  clock.due.explanation_en = "The party was told of a hearing on " + FormatDate(clock.due.date);
  for (const sanction::Event& event : c->events) {
    const bool over = event.act == Act::kHearingHeld || event.act == Act::kHearingEnded ||
                      event.act == Act::kNoticeServed ||
                      (event.act == Act::kClosed && IsClosed(*c));
    if (over && event.sequence > told->sequence) clock.done = std::min(clock.done, event.time);
  }
  c->clocks.push_back(std::move(clock));
  return absl::OkStatus();
}

absl::Status AddTimeBar(store::ReadTx& tx, const policy::Policies& policies, Case* c) {
  const auto& filing = c->events.front().detail.filing;
  if (!filing || filing->time_bar_clock.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(c->time_bar,
                   ResolveClock(tx, policies, {filing->time_bar_clock, filing->time_bar_revision},
                                StartOfDay(*filing->violation_end)));
  return absl::OkStatus();
}

}  // namespace

absl::Status FillClocks(store::ReadTx& tx, const policy::Policies& policies, Case* c) {
  c->clocks.clear();
  ASSIGN_OR_RETURN(c->needs, NeedsOf(tx, policies, *c));
  ASSIGN_OR_RETURN(c->continuation, ContinuationOf(tx, policies, *c));
  for (const sanction::Event& event : c->events) {
    for (const StartedClock& started : event.clocks) {
      ASSIGN_OR_RETURN(Clock clock, ResolveClock(tx, policies, started, event.time));
      clock.started_by = event.sequence;
      RETURN_IF_ERROR(MoveEnd(tx, policies, *c, event, &clock));
      const sanction::Event* end = EndOfClock(*c, event, started.key);
      if (end != nullptr) clock.done = end->time;
      c->clocks.push_back(std::move(clock));
    }
  }
  RETURN_IF_ERROR(AddHearing(tx, policies, c));
  RETURN_IF_ERROR(AddSupervision(tx, policies, c));
  return AddTimeBar(tx, policies, c);
}

}  // namespace shian::sanction::convert
