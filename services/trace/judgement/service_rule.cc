#include "services/trace/judgement/service_rule.h"

#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "services/trace/judgement/convert.h"
#include "services/trace/judgement/convert_cold.h"

namespace shian::trace::judgement {

absl::StatusOr<BalancePolicy> BalancePolicyOn(const policy::Policies& policies, store::ReadTx& tx,
                                              Date day) {
  ASSIGN_OR_RETURN(const auto found, policies.InForce<policy::v1::JudgementRule>(tx, kPolicy, day));
  return BalancePolicy{ToRule(found.policy()), found.id, found.revision};
}

absl::StatusOr<ColdPolicy> ColdPolicyOn(const policy::Policies& policies, store::ReadTx& tx,
                                        Date day) {
  ASSIGN_OR_RETURN(const auto found, policies.InForce<policy::v1::JudgementRule>(tx, kPolicy, day));
  ColdPolicy out{ToRule(found.policy().cold_chain()), found.id, found.revision};
  if (!out.rule.bands.empty()) return out;
  return errors::Refuse(errors::Reason::kPolicyNotInForce,
                        {{"policy", kPolicy}, {"date", FormatDate(day)}});
}

}  // namespace shian::trace::judgement
