#include "services/sanction/measure/reactions.h"

#include <utility>

#include "libs/base/status_macros.h"
#include "libs/ledger/change.h"
#include "services/sanction/listing/convert.h"
#include "services/sanction/measure/convert.h"
#include "services/sanction/measure/store.h"

namespace shian::sanction {
namespace {

absl::Status Tell(store::WriteTx& tx, const Measure& measure) {
  return ledger::Append(tx, convert::ChangeOf({measure.op, measure.region, tx.now()},
                                              ledger::Log::kFacts, "shian.sanction.measure.ordered",
                                              convert::ToOrdered(measure).SerializeAsString()));
}

}  // namespace

absl::StatusOr<std::vector<std::string>> OrderMeasures(store::WriteTx& tx,
                                                       const policy::Policies& policies,
                                                       const Entry& entry) {
  const Date today = ToDate(tx.now());
  ASSIGN_OR_RETURN(const auto rule,
                   policies.OfRevision<policy::v1::ListRule>(tx, entry.rule_revision));
  std::vector<std::string> names;
  if (!rule.policy().joint_effect() && !rule.policy().incentive_effect()) return names;
  ASSIGN_OR_RETURN(const auto catalogue, policies.InForce<policy::v1::MeasureCatalogue>(
                                             tx, rule.policy().measure_catalogue(), today));
  for (CatalogueItem item : convert::ToItems(catalogue.policy(), entry.list)) {
    for (StartedClock& clock : item.clocks) {
      ASSIGN_OR_RETURN(clock, convert::StartClock(tx, policies, clock.key, today));
    }
    const Measure measure = OrderOf(entry, item, catalogue.revision, tx.NewId(), tx.now());
    RETURN_IF_ERROR(InsertMeasure(tx, measure));
    RETURN_IF_ERROR(Tell(tx, measure));
    names.push_back(measure.name());
  }
  return names;
}

}  // namespace shian::sanction
