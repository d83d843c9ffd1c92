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

const PublicityClass* ClassOf(const std::vector<PublicityClass>& classes, const Penalty& penalty) {
  const auto takes = [&](const PublicityClass& one) {
    return (one.any_kinds || OnlyOf(penalty.kinds, one.kinds)) &&
           (one.fine_fen_max == 0 || penalty.fine_fen <= one.fine_fen_max);
  };
  const auto found = std::find_if(classes.begin(), classes.end(), takes);
  return found == classes.end() ? nullptr : &*found;
}

}  // namespace shian::sanction
