// What the policy that is in force says of balances and of the cold chain.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "libs/policy/registry.h"
#include "libs/store/store.h"
#include "services/trace/judgement/balance.h"
#include "services/trace/judgement/cold_chain.h"

namespace shian::trace::judgement {

struct BalancePolicy {
  BalanceRule rule;
  std::string id, revision;
};
absl::StatusOr<BalancePolicy> BalancePolicyOn(const policy::Policies& policies, store::ReadTx& tx,
                                              Date day);

struct ColdPolicy {
  ColdRule rule;
  std::string id, revision;
};
// POLICY_NOT_IN_FORCE also where the policy says nothing of it.
absl::StatusOr<ColdPolicy> ColdPolicyOn(const policy::Policies& policies, store::ReadTx& tx,
                                        Date day);

}  // namespace shian::trace::judgement
