#include "services/sanction/listing/nomination.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::Refuse;

// The party's window; null before the notice and where the rule wants none.
const Clock* WindowOf(const Nomination& nomination, const ListingRule& rule) {
  const auto found =
      std::find_if(nomination.clocks.rbegin(), nomination.clocks.rend(),
                   [&](const Clock& clock) { return clock.key == rule.objection_clock; });
  return found == nomination.clocks.rend() ? nullptr : &*found;
}

// An unknown due time keeps the window open.
bool IsOpen(const Clock& window, absl::Time now) {
  return !window.due.known() || now <= window.due.due;
}

absl::Status CheckNotice(const Nomination& nomination, const ListingRule& rule,
                         const NominationStep& step) {
  if (rule.objection_clock.empty()) return Refuse(Reason::kStepUnknown, {{"step", step.title}});
  return nomination.Has(NominationAct::kNotified)
             ? Refuse(Reason::kStepAlreadyDone, {{"step", step.title}}, step.basis)
             : absl::OkStatus();
}

absl::Status CheckObjection(const Nomination& nomination, const ListingRule& rule,
                            const NominationStep& step) {
  const Clock* window = WindowOf(nomination, rule);
  if (window == nullptr) return Refuse(Reason::kNoticeNotServed, {}, step.basis);
  if (IsOpen(*window, step.now)) return absl::OkStatus();
  return Refuse(Reason::kStatementWindowClosed, {{"due", FormatDate(window->due.date)}},
                window->rule.basis);
}

absl::Status CheckGrant(const Nomination& nomination, const ListingRule& rule,
                        const NominationStep& step) {
  if (rule.objection_clock.empty()) return absl::OkStatus();
  const Clock* window = WindowOf(nomination, rule);
  if (window == nullptr) return Refuse(Reason::kNoticeNotServed, {}, step.basis);
  if (!IsOpen(*window, step.now)) return absl::OkStatus();
  if (window->due.pending) {
    return Refuse(Reason::kStatementWindowPending,
                  {{"year", absl::StrCat(window->due.date.year())}}, window->rule.basis);
  }
  return Refuse(Reason::kStatementWindowOpen, {{"due", FormatDate(window->due.date)}},
                window->rule.basis);
}

}  // namespace

std::string Nomination::etag() const { return absl::StrCat("e", events.size()); }

const NominationEvent* Nomination::Last(NominationAct act) const {
  const auto found = std::find_if(events.rbegin(), events.rend(),
                                  [act](const NominationEvent& one) { return one.act == act; });
  return found == events.rend() ? nullptr : &*found;
}

NominationState StateOf(const Nomination& nomination) {
  if (nomination.Has(NominationAct::kGranted)) return NominationState::kGranted;
  if (nomination.Has(NominationAct::kRefused)) return NominationState::kRefused;
  return nomination.Has(NominationAct::kNotified) ? NominationState::kNotified
                                                  : NominationState::kProposed;
}

absl::Status CheckNominationAct(const Nomination& nomination, const ListingRule& rule,
                                const NominationStep& step) {
  if (!nomination.open()) {
    return Refuse(Reason::kStepAlreadyDone, {{"step", "列入决定"}}, step.basis);
  }
  switch (step.act) {
    case NominationAct::kProposed:
    case NominationAct::kReviewed:
      return nomination.Has(step.act)
                 ? Refuse(Reason::kStepAlreadyDone, {{"step", step.title}}, step.basis)
                 : absl::OkStatus();
    case NominationAct::kNotified:
      return CheckNotice(nomination, rule, step);
    case NominationAct::kObjected:
      return CheckObjection(nomination, rule, step);
    case NominationAct::kGranted:
      return CheckGrant(nomination, rule, step);
    case NominationAct::kRefused:
      return absl::OkStatus();
  }
  return Refuse(Reason::kStepUnknown, {{"step", "?"}}, step.basis);
}

absl::Status CheckNominated(const ListingRule& rule, const std::string& ground,
                            std::optional<Date> edition, Date today) {
  errors::Violations violations;
  if (rule.needs_penalty) {
    violations.Add("list", {"is decided with a penalty", "该名单须与行政处罚决定一并作出列入决定"});
  }
  if (FindGround(rule, ground) == nullptr) {
    violations.Add("ground", {"is no ground of this list", "不是该名单的列入情形"});
  }
  if (rule.editions && (!edition || *edition < today)) {
    violations.Add("edition_date", {"must be today or later", "期次日期应为当日或者以后"});
  }
  if (!rule.editions && edition) {
    violations.Add("edition_date", {"is not for this list", "该名单不分期次"});
  }
  return violations.ToStatus();
}

Date LastDayOf(const ListingRule& rule, const calendar::Calendar& calendar,
               std::optional<Date> edition, absl::Time decided) {
  const absl::Time start = edition ? StartOfDay(*edition) : decided;
  return UntilOf(rule, calendar, start, std::nullopt);
}

bool StandsAlready(const std::vector<Entry>& entries, const Nomination& nomination,
                   absl::Time now) {
  return std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) {
    const auto state = StateAt(entry, now);
    return entry.list == nomination.list && entry.edition == nomination.edition &&
           (state == EntryState::kDecided || state == EntryState::kInForce);
  });
}

absl::Status CheckEdition(Date edition, const std::vector<Nomination>& nominations,
                          const std::vector<Entry>& entries, absl::Time now,
                          const errors::Basis& basis) {
  const auto refuse = [&](const char* missing) {
    return Refuse(Reason::kStepOutOfOrder, {{"step", "期次公示"}, {"missing", missing}}, basis);
  };
  if (ToDate(now) < edition) return refuse("期次日期");
  const bool open = std::any_of(nominations.begin(), nominations.end(),
                                [](const Nomination& one) { return one.open(); });
  if (open) return refuse("该期全部拟列入事项的决定");
  const bool any = std::any_of(entries.begin(), entries.end(), [now](const Entry& entry) {
    return StateAt(entry, now) == EntryState::kDecided && ToDate(now) <= entry.until;
  });
  return any ? absl::OkStatus() : refuse("列入决定");
}

}  // namespace shian::sanction
