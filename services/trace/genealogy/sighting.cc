#include "services/trace/genealogy/sighting.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "services/trace/genealogy/limits.h"

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

// Times that may overlap, as such that do not, in order.
std::vector<Interval> Joined(std::vector<Interval> times) {
  std::sort(times.begin(), times.end(),
            [](const Interval& a, const Interval& b) { return a.from < b.from; });
  std::vector<Interval> joined;
  for (const Interval& time : times) {
    if (!joined.empty() && time.from <= joined.back().to) {
      joined.back().to = std::max(joined.back().to, time.to);
    } else {
      joined.push_back(time);
    }
  }
  return joined;
}

bool AnyHolds(const std::vector<Interval>& joined, int64_t time) {
  const auto after =
      std::upper_bound(joined.begin(), joined.end(), time,
                       [](int64_t time, const Interval& each) { return time < each.from; });
  return after != joined.begin() && std::prev(after)->Holds(time);
}

// The lot, and the units that held it, with when.
using Held = std::map<NodeId, std::vector<Interval>>;
Held HeldIn(const Graph& graph, NodeId lot, Containments* containments) {
  Held held;
  Nest nest;
  Purse purse(Unlimited());  // of each unit its own records
  int64_t left = limits::kNestedStaysMax;
  for (nest.Push(lot, Interval()); !nest.empty();) {
    const Stay at = nest.Pop();
    held[at.unit].push_back(at.when);
    if (!graph.has_containments()) break;
    containments->EachContainer(at.unit, at.when, &purse,
                                [&](const Stay& stay, const Interval& common) {
                                  if (--left >= 0) nest.Push(stay.unit, common);
                                });
  }
  return held;
}

// What tells holders apart: the GLN where there is one.
std::string KeyOf(const std::string& place) {
  const std::string gln = GlnOf(place);
  return gln.empty() ? place : gln;
}

}  // namespace

std::vector<Seen> Sightings::Of(NodeId lot) {
  std::vector<Seen> seen;
  for (auto& [unit, times] : HeldIn(graph_, lot, &containments_)) {
    const std::vector<Interval> joined = Joined(std::move(times));
    graph_.TouchesOf(unit, view_, [&, &joined = joined](const Touch& touch) {
      const EventRow& event = graph_.EventAt(touch.event);
      if (AnyHolds(joined, event.time)) AddSightings(touch.event, event, &seen);
    });
  }
  std::sort(seen.begin(), seen.end(), [](const Seen& a, const Seen& b) {
    return std::tie(a.time, a.order, a.place) < std::tie(b.time, b.order, b.place);
  });
  return seen;
}

std::vector<Seen> SightingsOf(const Graph& graph, View view, NodeId lot) {
  return Sightings(graph, view).Of(lot);
}

std::vector<Holder> HoldersOf(const Graph& graph, View view, const std::vector<NodeId>& lots) {
  std::map<std::string, Holder> holders;
  Sightings sightings(graph, view);
  for (NodeId lot : lots) {
    std::map<Holder*, bool> left;  // the last sighting at each decides
    for (const Seen& seen : sightings.Of(lot)) {
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
