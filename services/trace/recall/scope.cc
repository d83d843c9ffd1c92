#include "services/trace/recall/scope.h"

#include <algorithm>

#include "libs/base/time.h"
#include "services/trace/genealogy/sighting.h"
#include "services/trace/recall/limits.h"

namespace shian::trace {
namespace {

ScopeHolder ToHolder(const Graph& graph, const Holder& holder) {
  ScopeHolder out;
  out.place = holder.place;
  out.lot_count = static_cast<int64_t>(holder.lots.size());
  for (NodeId lot : holder.lots) {
    if (out.lots.size() < limits::kLotsPerNoticeMax) out.lots.push_back(graph.NameOf(lot));
  }
  out.first = FromMicros(holder.first);
  out.last = FromMicros(holder.last);
  out.last_holder = holder.last_holder;
  return out;
}

}  // namespace

Scope TraceScope(const Graph& graph, View view, const std::vector<std::string>& seeds,
                 const Budget& budget) {
  Scope scope;
  scope.sequence = view.upto;
  std::vector<NodeId> known;
  for (const std::string& seed : seeds) {
    const NodeId lot = graph.Find(seed);
    if (lot != kNone) {
      known.push_back(lot);
    } else {
      scope.lots.push_back({seed, ParseEpc(seed).kind, 0});
    }
  }
  const TraceResult result = Trace(graph, view, known, Direction::kForward, budget);
  scope.complete = result.complete();
  std::vector<NodeId> held;
  for (const ReachedLot& lot : result.lots) {
    scope.lots.push_back({graph.NameOf(lot.lot), graph.KindOf(lot.lot), lot.depth});
    // A unit's own ways count only while it held a lot, which the lot's sightings tell.
    if (!lot.carrier) held.push_back(lot.lot);
  }
  for (const Holder& holder : HoldersOf(graph, view, held)) {
    scope.holders.push_back(ToHolder(graph, holder));
  }
  return scope;
}

}  // namespace shian::trace
