#include "services/sanction/listing/terms.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_join.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::Refuse;

// Conditions that policy names and this service can judge.
std::map<std::string, bool> Judged(const RepairClaim& claim, const RepairRecord& record) {
  return {{"duty_performed", claim.duty_performed},
          {"harm_removed", claim.harm_removed},
          {"corrected", claim.harm_removed},
          // A promise is a paper, not a word.
          {"promise_made", claim.promise_made && claim.documented},
          {"no_new_penalty", !record.new_heavier_penalty},
          {"no_same_kind", !record.same_kind_again},
          {"not_on_serious_list", !record.on_serious_list},
          {"bans_expired", !record.ban_running}};
}

absl::Status Unmet(const std::string& what, const errors::Basis& basis) {
  return Refuse(Reason::kRepairConditionsUnmet, {{"conditions", what}}, basis);
}

}  // namespace

const RepairClass* ClassOf(const std::vector<RepairClass>& classes, const Penalty& penalty,
                           const std::string& field) {
  const auto takes = [&](const RepairClass& one) {
    const bool kinds = one.any_kinds || std::includes(one.kinds.begin(), one.kinds.end(),
                                                      penalty.kinds.begin(), penalty.kinds.end());
    return kinds && (one.fields.empty() || one.fields.contains(field));
  };
  const auto found = std::find_if(classes.begin(), classes.end(), takes);
  return found == classes.end() ? nullptr : &*found;
}

absl::Status CheckConditions(const std::vector<Condition>& conditions, const RepairClaim& claim,
                             const RepairRecord& record, const std::set<std::string>& waived,
                             const errors::Basis& basis) {
  const std::map<std::string, bool> judged = Judged(claim, record);
  std::vector<std::string> unmet;
  errors::Basis first = basis;
  for (const Condition& condition : conditions) {
    const auto found = judged.find(condition.key);
    const bool met = found == judged.end() || found->second || waived.contains(condition.key);
    if (met) continue;
    if (unmet.empty() && !condition.basis.statute.empty()) first = condition.basis;
    if (std::find(unmet.begin(), unmet.end(), condition.title) == unmet.end()) {
      unmet.push_back(condition.title);
    }
  }
  return unmet.empty() ? absl::OkStatus() : Unmet(absl::StrJoin(unmet, "、"), first);
}

absl::StatusOr<Reorganisation> WaivedBy(const RepairTerms& terms, const RepairClaim& claim) {
  if (!claim.reorganisation) return Reorganisation();
  if (!terms.reorganisation) return Unmet("适用的规则未规定破产重整企业的信用修复", {});
  if (!claim.documented) {
    return Unmet("未提交人民法院裁定批准重整计划的文书", terms.reorganisation->basis);
  }
  return *terms.reorganisation;
}

}  // namespace shian::sanction
