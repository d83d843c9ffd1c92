#include "services/sanction/match/decision.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/errors/errors.h"

namespace shian::sanction {

using errors::Reason;
using errors::Refuse;

std::string MatchDecision::etag() const { return absl::StrCat("d", events.size()); }

const DecisionEvent& MatchDecision::Decided() const {
  return *std::find_if(events.rbegin(), events.rend(), [](const DecisionEvent& event) {
    return event.act == DecisionAct::kDecided;
  });
}

std::optional<MatchDecision> AsOf(MatchDecision decision, absl::Time time) {
  std::erase_if(decision.events,
                [time](const DecisionEvent& event) { return event.recorded > time; });
  if (decision.events.empty()) return std::nullopt;
  return decision;
}

Standing StandingOf(const MatchDecision& decision, const Sides& now, absl::Time time) {
  if (decision.withdrawn()) return {DecisionState::kWithdrawn};
  const Sides& compared = decision.Decided().sides;
  if (compared.matcher != now.matcher) return {DecisionState::kLapsed, Lapse::kMatcherChanged};
  if (compared.listed != now.listed) return {DecisionState::kLapsed, Lapse::kListedChanged};
  if (compared.subject != now.subject) return {DecisionState::kLapsed, Lapse::kSubjectChanged};
  return {time > decision.period.due.due ? DecisionState::kExpired : DecisionState::kInForce};
}

absl::Status CheckDecide(names::Comparison codes, names::Band by_name) {
  if (codes == names::Comparison::kAgrees) return Refuse(Reason::kMatchDecidedByCode);
  return by_name == names::Band::kDifferent ? Refuse(Reason::kMatchUnlike) : absl::OkStatus();
}

absl::Status CheckWithdraw(const MatchDecision& decision) {
  return decision.withdrawn() ? Refuse(Reason::kMatchDecisionWithdrawn) : absl::OkStatus();
}

}  // namespace shian::sanction
