#include "services/trace/genealogy/reactions.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/trace/genealogy/store.h"
#include "shian/registry/v1/changes.pb.h"

namespace shian::trace {
namespace {

absl::Status TakePlaces(store::WriteTx& tx, const ledger::ReceivedChange& change) {
  registry::v1::OperatorChanged payload;
  if (!payload.ParseFromString(change.payload)) {
    return absl::DataLossError("an operator's change does not decode: " + change.id);
  }
  std::vector<genealogy::Place> places;
  for (const registry::v1::Site& site : payload.operator_().sites()) {
    if (!site.gln().empty()) places.push_back({site.gln(), site.region()});
  }
  return genealogy::PutPlaces(tx, payload.operator_().name(), places);
}

}  // namespace

ledger::Reactions GenealogyReactions() {
  return {{"shian.registry.operator.registered", TakePlaces},
          {"shian.registry.operator.changed", TakePlaces}};
}

}  // namespace shian::trace
