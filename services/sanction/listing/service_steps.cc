#include "services/sanction/listing/service_steps.h"

#include "libs/base/status_macros.h"
#include "services/sanction/party/convert.h"

namespace shian::sanction {

absl::StatusOr<ListStep> ListStepOf(store::ReadTx& tx, const policy::Policies& policies,
                                    const ListingRule& rule, Date on, const char* act) {
  ListStep step;
  ASSIGN_OR_RETURN(step.chain, policies.InForce<policy::v1::ApprovalChain>(tx, rule.chain, on));
  step.act = act;
  step.basis = convert::BasisOf(step.chain.policy(), act);
  return step;
}

const char* ChainAct(NominationAct act) {
  switch (act) {
    case NominationAct::kProposed:
      return "proposal";
    case NominationAct::kReviewed:
      return "review";
    case NominationAct::kNotified:
      return "notice";
    case NominationAct::kObjected:
      return "objection";
    case NominationAct::kGranted:
    case NominationAct::kRefused:
      return "decision";
  }
  return "";
}

std::vector<auth::ChainStep> StepsOf(const Nomination& nomination, const Entry* entry) {
  std::vector<auth::ChainStep> steps;
  for (const NominationEvent& event : nomination.events) {
    steps.push_back({ChainAct(event.act), event.actor.person, event.time});
  }
  if (entry == nullptr) return steps;
  for (const EntryEvent& event : entry->events) {
    if (event.act != EntryAct::kPublished) continue;
    steps.push_back({"publication", event.actor.person, event.time});
  }
  return steps;
}

absl::Status CheckOfficer(const ListStep& step, const std::vector<auth::ChainStep>& done,
                          const std::string& region, const rpc::Call& call) {
  return auth::CheckStep(step.chain.policy(), step.act, call.officer(), done, region);
}

}  // namespace shian::sanction
