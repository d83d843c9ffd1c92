#include "services/trace/genealogy/reactions.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/trace/genealogy/store.h"
#include "shian/registry/v1/changes.pb.h"

namespace shian::trace {
namespace {

// A sole trader's name is personal, so it is not taken.
std::string TitleOf(const registry::v1::Operator& of) {
  switch (of.form()) {
    case registry::v1::OPERATOR_FORM_ENTERPRISE:
    case registry::v1::OPERATOR_FORM_COOPERATIVE:
    case registry::v1::OPERATOR_FORM_INSTITUTION:
    case registry::v1::OPERATOR_FORM_SOCIAL:
      return of.title();
    default:
      return "";
  }
}

absl::Status TakePlaces(store::WriteTx& tx, const ledger::ReceivedChange& change) {
  registry::v1::OperatorChanged payload;
  if (!payload.ParseFromString(change.payload)) {
    return absl::DataLossError("an operator's change does not decode: " + change.id);
  }
  const std::string title = TitleOf(payload.operator_());
  std::vector<genealogy::Place> places;
  for (const registry::v1::Site& site : payload.operator_().sites()) {
    if (!site.gln().empty()) places.push_back({site.gln(), site.region(), title});
  }
  return genealogy::PutPlaces(tx, payload.operator_().name(), places);
}

}  // namespace

ledger::Reactions GenealogyReactions() {
  return {{"shian.registry.operator.registered", TakePlaces},
          {"shian.registry.operator.changed", TakePlaces}};
}

}  // namespace shian::trace
