#include "services/trace/judgement/service_place.h"

#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "services/trace/genealogy/store.h"

namespace shian::trace::judgement {

absl::StatusOr<std::set<std::string>> OpenOperator(const rpc::Call& call, store::ReadTx& tx,
                                                   const std::string& name) {
  call.NoteResource(name);
  ASSIGN_OR_RETURN(const auto places, genealogy::PlacesOf(tx, name));
  if (places.empty()) return errors::NotFound(name);
  std::set<std::string> glns;
  absl::Status refused = absl::UnknownError("");
  for (const genealogy::Place& place : places) {
    glns.insert(place.gln);
    if (!refused.ok()) refused = call.RequireRegion(place.region);
  }
  RETURN_IF_ERROR(refused);
  return glns;
}

absl::StatusOr<Whereabouts> Registered::At(uint32_t place) {
  if (place == kNone) return Whereabouts();
  const auto known = known_.find(place);
  if (known != known_.end()) return known->second;
  Whereabouts found;
  const std::string name = graph_.PlaceName(place);
  ASSIGN_OR_RETURN(found.operator_, genealogy::OperatorAt(tx_, name));
  if (!found.operator_.empty()) {
    found.place = name;
    ASSIGN_OR_RETURN(found.region, genealogy::RegionAt(tx_, name));
  }
  known_.emplace(place, found);
  return found;
}

}  // namespace shian::trace::judgement
