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
#include "shian/inspection/v1/trace_alert_changes.pb.h"

namespace shian::sanction {
namespace {

using inspection::v1::SampleFinalised;
using inspection::v1::TraceAlertSettled;

// Monitoring and evaluation samples establish nothing against anyone.
bool HasLegalEffect(const SampleFinalised& sample) {
  return sample.outcome() == inspection::v1::SAMPLE_OUTCOME_FAILED &&
         sample.kind() != inspection::v1::SAMPLE_KIND_MONITORING &&
         sample.kind() != inspection::v1::SAMPLE_KIND_EVALUATION;
}

OperatorId IdOf(absl::string_view name) {
  absl::ConsumePrefix(&name, "operators/");
  return OperatorId(std::string(name));
}

// The sampled unit and all who answer, without those whom due diligence spares (尽职免责).
std::set<OperatorId> Suspects(const SampleFinalised& sample) {
  std::set<OperatorId> suspects;
  std::set<OperatorId> spared;
  suspects.insert(IdOf(sample.operator_()));
  for (const inspection::v1::ResponsibleParty& party : sample.responsible_parties()) {
    if (party.due_diligence().exempt()) spared.insert(IdOf(party.operator_()));
    suspects.insert(IdOf(party.operator_()));
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

// What calls for the decision whether to file; whom it is against is told by the lead's key.
struct Ground {
  std::string region;
  std::string evidence;
  std::string summary;
};

absl::Status RaiseLeads(store::WriteTx& tx, const ledger::ReceivedChange& change,
                        const policy::Policies& policies, const std::set<OperatorId>& suspects,
                        const Ground& ground) {
  if (suspects.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const StartedClock clock,
                   convert::StartClock(tx, policies, kFilingClock, ToDate(change.time)));
  for (const OperatorId& op : suspects) {
    Lead lead;
    lead.op = op;
    lead.id = LeadId(tx.NewId());
    lead.region = ground.region;
    lead.evidence = ground.evidence;
    lead.summary = ground.summary;
    lead.found = change.time;
    lead.recorded = tx.now();
    lead.cause = change.id;
    lead.started = clock;
    RETURN_IF_ERROR(InsertLead(tx, lead));
  }
  return absl::OkStatus();
}

absl::Status OnSampleFinalised(store::WriteTx& tx, const ledger::ReceivedChange& change,
                               const policy::Policies& policies) {
  SampleFinalised sample;
  if (!sample.ParseFromString(change.payload)) {
    return absl::DataLossError("a sample's final result does not decode: " + change.id);
  }
  if (!HasLegalEffect(sample)) return absl::OkStatus();
  return RaiseLeads(tx, change, policies, Suspects(sample),
                    {sample.region(), sample.sample(), SummaryOf(sample)});
}

std::string KindOf(const TraceAlertSettled& alert) {
  switch (alert.kind()) {
    case inspection::v1::TRACE_ALERT_KIND_COLD_EXCURSION:
      return "冷链温度偏离";
    case inspection::v1::TRACE_ALERT_KIND_MASS_BALANCE_OVER:
      return "物料平衡超出";
    case inspection::v1::TRACE_ALERT_KIND_MASS_BALANCE_SHORT:
      return "物料平衡短少";
    default:
      return "追溯预警";
  }
}

// Only what was looked into and found to be so; an alert by itself accuses nobody.
absl::Status OnAlertSettled(store::WriteTx& tx, const ledger::ReceivedChange& change,
                            const policy::Policies& policies) {
  TraceAlertSettled alert;
  if (!alert.ParseFromString(change.payload)) {
    return absl::DataLossError("what an alert came to does not decode: " + change.id);
  }
  if (alert.finding() != inspection::v1::TRACE_ALERT_FINDING_FOUNDED) return absl::OkStatus();
  const OperatorId op = IdOf(alert.operator_());
  if (op.empty()) return absl::OkStatus();
  return RaiseLeads(tx, change, policies, {op},
                    {alert.region(), alert.check().empty() ? alert.alert() : alert.check(),
                     absl::StrCat("追溯预警经核查属实：", KindOf(alert))});
}

}  // namespace

ledger::Reactions LeadReactions(const policy::Policies& policies) {
  return {{"shian.inspection.sample.finalised",
           [&policies](store::WriteTx& tx, const ledger::ReceivedChange& change) {
             return OnSampleFinalised(tx, change, policies);
           }},
          {"shian.inspection.trace_alert.settled",
           [&policies](store::WriteTx& tx, const ledger::ReceivedChange& change) {
             return OnAlertSettled(tx, change, policies);
           }}};
}

}  // namespace shian::sanction
