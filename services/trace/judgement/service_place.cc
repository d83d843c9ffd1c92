#include "services/trace/judgement/service_place.h"

#include "libs/base/status_macros.h"
#include "services/trace/genealogy/store.h"

namespace shian::trace::judgement {

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
