#include "services/inspection/frame/reactions.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/ledger/change.h"
#include "services/inspection/frame/convert.h"
#include "services/inspection/frame/store.h"
#include "shian/registry/v1/changes.pb.h"

namespace shian::inspection::frame {
namespace {

template <class Payload>
absl::StatusOr<Payload> Parse(const ledger::ReceivedChange& change) {
  Payload payload;
  if (payload.ParseFromString(change.payload)) return payload;
  return absl::DataLossError(
      absl::StrCat("the payload of ", change.id, " is no ", payload.GetTypeName()));
}

absl::Status OnOperator(store::WriteTx& tx, const ledger::ReceivedChange& change) {
  ASSIGN_OR_RETURN(const auto payload, Parse<registry::v1::OperatorChanged>(change));
  return PutUnit(tx, ToUnit(payload.operator_()));
}

// Our own log may hold payloads about it as well: they go too, and every proof stays.
absl::Status OnErased(const std::vector<Eraser>& erasers, store::WriteTx& tx,
                      const ledger::ReceivedChange& change) {
  ASSIGN_OR_RETURN(const auto payload, Parse<registry::v1::OperatorErased>(change));
  const std::string id = payload.name().substr(payload.name().find('/') + 1);
  RETURN_IF_ERROR(EraseUnit(tx, id));
  for (const Eraser& erase : erasers) RETURN_IF_ERROR(erase(tx, id));
  return ledger::EraseSubject(tx, payload.name());
}

absl::Status OnInspector(store::WriteTx& tx, const ledger::ReceivedChange& change) {
  ASSIGN_OR_RETURN(const auto payload, Parse<registry::v1::InspectorChanged>(change));
  return PutInspector(tx, ToInspector(payload.inspector()));
}

absl::Status OnLaboratory(store::WriteTx& tx, const ledger::ReceivedChange& change) {
  ASSIGN_OR_RETURN(const auto payload, Parse<registry::v1::LaboratoryChanged>(change));
  return PutLaboratory(tx, ToLaboratory(payload.laboratory()));
}

}  // namespace

ledger::Reactions RegistryReactions(std::vector<Eraser> erasers) {
  return {
      {"shian.registry.operator.registered", OnOperator},
      {"shian.registry.operator.changed", OnOperator},
      {"shian.registry.operator.erased",
       [erasers = std::move(erasers)](store::WriteTx& tx, const ledger::ReceivedChange& change) {
         return OnErased(erasers, tx, change);
       }},
      {"shian.registry.inspector.changed", OnInspector},
      {"shian.registry.laboratory.changed", OnLaboratory}};
}

}  // namespace shian::inspection::frame
