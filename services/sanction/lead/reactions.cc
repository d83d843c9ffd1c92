#include "services/sanction/lead/reactions.h"

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/status_macros.h"
#include "services/sanction/lead/store.h"
#include "services/sanction/party/convert.h"
#include "shian/inspection/v1/changes.pb.h"

namespace shian::sanction {
namespace {

using inspection::v1::SampleFinalised;

// Monitoring and evaluation samples establish nothing against anyone.
bool HasLegalEffect(const SampleFinalised& sample) {
  return sample.outcome() == inspection::v1::SAMPLE_OUTCOME_FAILED &&
         sample.kind() != inspection::v1::SAMPLE_KIND_MONITORING &&
         sample.kind() != inspection::v1::SAMPLE_KIND_EVALUATION;
}

// The sampled unit and all who answer, without those whom due diligence spares (尽职免责).
std::set<OperatorId> Suspects(const SampleFinalised& sample) {
  std::set<OperatorId> suspects;
  std::set<OperatorId> spared;
  const auto id_of = [](absl::string_view name) {
    absl::ConsumePrefix(&name, "operators/");
    return OperatorId(std::string(name));
  };
  suspects.insert(id_of(sample.operator_()));
  for (const inspection::v1::ResponsibleParty& party : sample.responsible_parties()) {
    if (party.due_diligence().exempt()) spared.insert(id_of(party.operator_()));
    suspects.insert(id_of(party.operator_()));
  }
  for (const OperatorId& op : spared) suspects.erase(op);
  suspects.erase(OperatorId());
  return suspects;
}

// Product and item; the party is named by the lead's own key.
std::string SummaryOf(const SampleFinalised& sample) {
  std::string items;
  for (const inspection::v1::TestItem& item : sample.failed_items()) {
    absl::StrAppend(&items, items.empty() ? "" : "、", item.item());
  }
  return absl::StrCat(sample.product_name(), "抽样检验最终结论不合格",
                      items.empty() ? "" : "，不合格项目：", items);
}

absl::Status RaiseLeads(store::WriteTx& tx, const ledger::ReceivedChange& change,
                        const policy::Policies& policies) {
  SampleFinalised sample;
  if (!sample.ParseFromString(change.payload)) {
    return absl::DataLossError("a sample's final result does not decode: " + change.id);
  }
  if (!HasLegalEffect(sample)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const StartedClock clock,
                   convert::StartClock(tx, policies, kFilingClock, ToDate(change.time)));
  for (const OperatorId& op : Suspects(sample)) {
    Lead lead;
    lead.op = op;
    lead.id = LeadId(tx.NewId());
    lead.region = sample.region();
    lead.evidence = sample.sample();
    lead.summary = SummaryOf(sample);
    lead.found = change.time;
    lead.recorded = tx.now();
    lead.cause = change.id;
    lead.started = clock;
    RETURN_IF_ERROR(InsertLead(tx, lead));
  }
  return absl::OkStatus();
}

}  // namespace

ledger::Reactions LeadReactions(const policy::Policies& policies) {
  return {{"shian.inspection.sample.finalised",
           [&policies](store::WriteTx& tx, const ledger::ReceivedChange& change) {
             return RaiseLeads(tx, change, policies);
           }}};
}

}  // namespace shian::sanction
