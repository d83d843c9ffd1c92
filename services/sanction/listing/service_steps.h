// Steps of a list that needs no penalty, as the approval chain of its rule sees them.
#pragma once

#include <string>
#include <vector>

#include "libs/auth/approval.h"
#include "libs/policy/registry.h"
#include "libs/rpc/call.h"
#include "services/sanction/listing/nomination.h"
#include "shian/policy/v1/approval.pb.h"

namespace shian::sanction {

struct ListStep {
  policy::Revision<policy::v1::ApprovalChain> chain;
  std::string act;
  errors::Basis basis;
};

// In the chain in force when the nomination was proposed, which is `on`.
absl::StatusOr<ListStep> ListStepOf(store::ReadTx& tx, const policy::Policies& policies,
                                    const ListingRule& rule, Date on, const char* act);

// The name of an act in the approval chain.
const char* ChainAct(NominationAct act);

// What was done so far; `entry` is null before the decision.
std::vector<auth::ChainStep> StepsOf(const Nomination& nomination, const Entry* entry);

// Refuses an officer whom the chain does not let take the step.
absl::Status CheckOfficer(const ListStep& step, const std::vector<auth::ChainStep>& done,
                          const std::string& region, const rpc::Call& call);

}  // namespace shian::sanction
