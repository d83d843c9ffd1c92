#include "services/trace/genealogy/sighting.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "absl/strings/match.h"

namespace shian::trace {
namespace {

// Whence, where and whither of one event. What has a destination leaves every other place it names.
void AddSightings(EventIndex index, const EventRow& event, std::vector<Seen>* out) {
  const uint32_t stays = event.destination != kNone ? event.destination : event.place;
  int64_t order = int64_t{index} * 3;
  for (const uint32_t place : {event.source, event.place, event.destination}) {
    const bool leaving = stays != kNone && place != stays;
    if (place != kNone) out->push_back({place, event.time, order, leaving});
    ++order;
  }
}

void Collect(const Graph& graph, View view, NodeId lot, std::vector<Seen>* out) {
  Nest nest;
  for (nest.Push(lot, Interval()); !nest.empty();) {
    const Stay at = nest.Pop();
    graph.TouchesOf(at.unit, view, [&](const Touch& touch) {
      const EventRow& event = graph.EventAt(touch.event);
      if (at.when.Holds(event.time)) AddSightings(touch.event, event, out);
    });
    if (!graph.has_containments()) return;
    for (const Stay& stay : ContainersOf(graph, at.unit, view)) {
      const Interval common = Intersection(stay.when, at.when);
      if (!common.empty()) nest.Push(stay.unit, common);
    }
  }
}

// What tells holders apart: the GLN where there is one.
std::string KeyOf(const std::string& place) {
  const std::string gln = GlnOf(place);
  return gln.empty() ? place : gln;
}

}  // namespace

std::vector<Seen> SightingsOf(const Graph& graph, View view, NodeId lot) {
  std::vector<Seen> seen;
  Collect(graph, view, lot, &seen);
  std::sort(seen.begin(), seen.end(), [](const Seen& a, const Seen& b) {
    return std::tie(a.time, a.order, a.place) < std::tie(b.time, b.order, b.place);
  });
  return seen;
}

std::vector<Holder> HoldersOf(const Graph& graph, View view, const std::vector<NodeId>& lots) {
  std::map<std::string, Holder> holders;
  for (NodeId lot : lots) {
    std::map<Holder*, bool> left;  // the last sighting at each decides
    for (const Seen& seen : SightingsOf(graph, view, lot)) {
      const std::string& place = graph.PlaceName(seen.place);
      if (absl::StartsWith(place, "geo:")) continue;
      const auto [at, added] = holders.try_emplace(KeyOf(place));
      Holder& holder = at->second;
      if (added) holder.place = place, holder.first = holder.last = seen.time;
      holder.first = std::min(holder.first, seen.time);
      holder.last = std::max(holder.last, seen.time);
      if (holder.lots.empty() || holder.lots.back() != lot) holder.lots.push_back(lot);
      left[&holder] = seen.leaving;
    }
    for (const auto& [holder, gone] : left) holder->last_holder |= !gone;
  }
  std::vector<Holder> out;
  for (auto& [key, holder] : holders) {
    std::sort(holder.lots.begin(), holder.lots.end());
    holder.lots.erase(std::unique(holder.lots.begin(), holder.lots.end()), holder.lots.end());
    out.push_back(std::move(holder));
  }
  return out;
}

}  // namespace shian::trace
