#include "services/trace/judgement/presence.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "services/trace/capture/epc.h"
#include "services/trace/genealogy/sighting.h"

namespace shian::trace {

std::string PlaceKey(const std::string& place) {
  const std::string gln = GlnOf(place);
  return gln.empty() ? place : gln;
}

std::vector<Standing> StandingsOf(const Graph& graph, View view, NodeId lot, int64_t until) {
  std::map<std::string, std::pair<Standing, bool>> at;  // with whether it has left
  for (const Seen& seen : SightingsOf(graph, view, lot)) {
    if (seen.time > until) break;
    const std::string place = graph.PlaceName(seen.place);
    if (absl::StartsWith(place, "geo:")) continue;
    auto& [standing, left] = at[PlaceKey(place)];
    if (standing.place.empty()) standing = {place, seen.time, seen.time};
    standing.last = seen.time;
    left = seen.leaving;
  }
  std::vector<Standing> out;
  for (auto& [key, standing] : at) {
    if (!standing.second) out.push_back(std::move(standing.first));
  }
  return out;
}

void Stock::Add(const Event& event, const std::string& epc) {
  for (const Link& link : event.links) {
    const std::optional<Side> side =
        link.epc == epc ? SideOfGoods(rule_, event, link) : std::nullopt;
    const bool packed = link.role == Role::kChild && side == Side::kOut;
    if (side && !packed) tally_.Add(*side, link, 0);
  }
}

bool Stock::AllGone() const {
  const auto& sums = tally_.sums();
  return !sums.empty() && tally_.all_counted() &&
         std::all_of(sums.begin(), sums.end(), [](const auto& of) {
           return of.second.in && of.second.out && *of.second.out >= *of.second.in;
         });
}

}  // namespace shian::trace
