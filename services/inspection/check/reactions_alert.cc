#include "services/inspection/check/reactions_alert.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/ledger/change.h"
#include "libs/rpc/convert.h"
#include "services/inspection/check/convert_alert.h"
#include "services/inspection/check/store_alert.h"
#include "services/inspection/frame/store.h"
#include "shian/trace/v1/balance_changes.pb.h"
#include "shian/trace/v1/cold_changes.pb.h"

namespace shian::inspection::check {
namespace {

using ledger::ReceivedChange;

const trace::v1::FoundExcursion& Told(const trace::v1::ColdExcursionFound& in) {
  return in.excursion();
}
const trace::v1::FoundExcursion& Told(const trace::v1::ColdExcursionWithdrawn& in) {
  return in.excursion();
}
const trace::v1::FoundImbalance& Told(const trace::v1::ImbalanceFound& in) {
  return in.imbalance();
}
const trace::v1::FoundImbalance& Told(const trace::v1::ImbalanceWithdrawn& in) {
  return in.imbalance();
}

template <class Payload>
absl::StatusOr<Payload> Parse(const ReceivedChange& change) {
  Payload payload;
  if (payload.ParseFromString(change.payload)) return payload;
  return absl::DataLossError(
      absl::StrCat("the payload of ", change.id, " is no ", payload.GetTypeName()));
}

// The place's division; where trace knows none, that of the operator as it is registered, or ours:
// somebody has to look into it.
absl::StatusOr<std::string> RegionOf(store::WriteTx& tx, const Alert& alert) {
  if (frame::IsRegion(alert.region)) return alert.region;
  ASSIGN_OR_RETURN(const auto unit, frame::FindUnit(tx, alert.operator_id));
  if (unit && !unit->region.empty()) return unit->region;
  return tx.origin().substr(tx.origin().rfind('/') + 1);
}

// One that nobody is known to answer for is in trace's list alone: there is nobody to visit.
template <class Payload>
absl::Status OnFound(store::WriteTx& tx, const ReceivedChange& change) {
  ASSIGN_OR_RETURN(const auto payload, Parse<Payload>(change));
  Alert alert = ToAlert(Told(payload));
  if (alert.operator_id.empty()) return absl::OkStatus();
  if (alert.alert.empty()) alert.alert = change.id;
  ASSIGN_OR_RETURN(const auto known, FindAlertOf(tx, alert.operator_id, alert.alert));
  if (known) return absl::OkStatus();
  ASSIGN_OR_RETURN(alert.region, RegionOf(tx, alert));
  ASSIGN_OR_RETURN(alert.number, NextAlertNumber(tx, alert.operator_id));
  alert.received = tx.now();
  alert.cause = change.id;
  return PutAlert(tx, alert);
}

// One without a name cannot be told from others: somebody looks into it all the same.
template <class Payload>
absl::Status OnWithdrawn(store::WriteTx& tx, const ReceivedChange& change) {
  ASSIGN_OR_RETURN(const auto payload, Parse<Payload>(change));
  if (Told(payload).name().empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(auto alerts, AlertsNamed(tx, Told(payload).name()));
  for (Alert& alert : alerts) {
    if (alert.withdrawn) continue;
    alert.withdrawn = change.time;
    RETURN_IF_ERROR(PutAlert(tx, alert));
  }
  return absl::OkStatus();
}

}  // namespace

ledger::Reactions TraceReactions() {
  return {{"shian.trace.cold.excursion", OnFound<trace::v1::ColdExcursionFound>},
          {"shian.trace.cold.excursion_withdrawn", OnWithdrawn<trace::v1::ColdExcursionWithdrawn>},
          {"shian.trace.balance.alerted", OnFound<trace::v1::ImbalanceFound>},
          {"shian.trace.balance.withdrawn", OnWithdrawn<trace::v1::ImbalanceWithdrawn>}};
}

absl::Status Settle(store::WriteTx& tx, Alert& alert, Settlement settlement) {
  RETURN_IF_ERROR(CheckOpen(alert));
  alert.settled = std::move(settlement);
  RETURN_IF_ERROR(PutAlert(tx, alert));
  return ledger::Append(tx, {.log = ledger::Log::kFacts,
                             .type = "shian.inspection.trace_alert.settled",
                             .subject = "operators/" + alert.operator_id,
                             .region = alert.region,
                             .time = alert.settled->time,
                             .payload = ToSettled(alert).SerializeAsString(),
                             .cause = alert.cause});
}

}  // namespace shian::inspection::check
