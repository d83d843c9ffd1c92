#include "services/sanction/case/penalty.h"

#include <algorithm>

namespace shian::sanction {
namespace {

bool OnlyOf(const std::set<PenaltyKind>& kinds, const std::set<PenaltyKind>& allowed) {
  return std::includes(allowed.begin(), allowed.end(), kinds.begin(), kinds.end());
}

}  // namespace

bool IsHeavier(const Penalty& penalty, const HeavierRule& rule) {
  if (rule.aggravated_fine && penalty.aggravated && penalty.kinds.contains(PenaltyKind::kFine)) {
    return true;
  }
  return std::any_of(penalty.kinds.begin(), penalty.kinds.end(),
                     [&](PenaltyKind kind) { return rule.kinds.contains(kind); });
}

bool StaysWithin(const Penalty& penalty, const Proposal& proposal) {
  return penalty.fine_fen <= proposal.fine_fen &&
         penalty.confiscation_fen <= proposal.confiscation_fen &&
         penalty.ban_months <= proposal.ban_months &&
         (proposal.aggravated || !penalty.aggravated) && OnlyOf(penalty.kinds, proposal.kinds);
}

bool IsPublic(const Penalty& penalty) { return !OnlyOf(penalty.kinds, {PenaltyKind::kWarning}); }

bool IsMinor(const Penalty& penalty) {
  return OnlyOf(penalty.kinds, {PenaltyKind::kWarning, PenaltyKind::kCriticism});
}

}  // namespace shian::sanction
