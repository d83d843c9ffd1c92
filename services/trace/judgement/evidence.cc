#include "services/trace/judgement/evidence.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "services/trace/capture/epc.h"
#include "services/trace/genealogy/containment.h"
#include "services/trace/judgement/limits.h"

namespace shian::trace {
namespace {

Evidence EachOnce(Evidence events) {
  std::sort(events.begin(), events.end());
  events.erase(std::unique(events.begin(), events.end()), events.end());
  return events;
}

}  // namespace

ProcessId FindProcess(const Graph& graph, absl::string_view transformation) {
  for (const Graph::PartPtr& part : graph.parts()) {
    const uint32_t name = part->names().Find(transformation);
    if (name != kNone) return part->ProcessOfName(name);
  }
  return kNone;
}

Evidence EventsOfProcess(const Graph& graph, View view, ProcessId process) {
  Evidence events;
  const auto add = [&](const auto& flow) { events.push_back(flow.event()); };
  graph.InputsOf(process, view, add);
  graph.OutputsOf(process, view, add);
  return EachOnce(std::move(events));
}

Evidence EventsOfLot(const Graph& graph, View view, NodeId lot) {
  Evidence events;
  graph.TouchesOf(lot, view, [&](const Touch& touch) { events.push_back(touch.event); });
  return EachOnce(std::move(events));
}

std::optional<Evidence> FewEventsOfProcess(const Graph& graph, View view, ProcessId process,
                                           size_t most) {
  std::set<EventIndex> events;
  const auto too_many = [&](const auto& flow) {
    events.insert(flow.event());
    return events.size() > most;
  };
  if (graph.AnyInputOf(process, view, too_many)) return std::nullopt;
  if (graph.AnyOutputOf(process, view, too_many)) return std::nullopt;
  return Evidence(events.begin(), events.end());
}

std::optional<Evidence> FewEventsOfLot(const Graph& graph, View view, NodeId lot, size_t most) {
  std::set<EventIndex> events;
  const auto too_many = [&](const Touch& touch) {
    events.insert(touch.event);
    return events.size() > most;
  };
  if (graph.AnyTouchOf(lot, view, too_many)) return std::nullopt;
  return Evidence(events.begin(), events.end());
}

Evidence EmptyingsOfLot(const Graph& graph, View view, NodeId lot) {
  Evidence events;
  if (!graph.has_containments()) return events;
  for (const Stay& stay : ContainersOf(graph, lot, view)) {
    graph.EmptyingsOf(stay.unit, view, [&](const Containment& emptied) {
      if (graph.EventAt(emptied.event).time == stay.when.to) events.push_back(emptied.event);
    });
  }
  return EachOnce(std::move(events));
}

std::vector<NodeId> LotsEmptied(const Graph& graph, View view, NodeId unit, int64_t time,
                                Purse* purse) {
  std::vector<NodeId> lots;
  // What stood in it in the moment before: a stay ends with the emptying.
  Containments(graph, view)
      .EachContent(unit, {time - 1, time}, purse,
                   [&](const Stay& stay, const Interval&) { lots.push_back(stay.unit); });
  return lots;
}

absl::flat_hash_set<uint32_t> PlacesWith(const Graph& graph, const std::set<std::string>& glns) {
  absl::flat_hash_set<uint32_t> places;
  for (const Graph::PartPtr& part : graph.parts()) {
    const Names& names = part->places();
    for (uint32_t place = names.first(); place < names.end(); ++place) {
      if (glns.contains(GlnOf(names.At(place)))) places.insert(place);
    }
  }
  return places;
}

Found EventsAt(const Graph& graph, View view, const absl::flat_hash_set<uint32_t>& places,
               const Period& period, size_t most, absl::Time until) {
  Found found;
  for (const Graph::PartPtr& part : graph.parts()) {
    for (EventIndex event = part->first(); event < part->end(); ++event) {
      if (event % limits::kEventsPerClockCheck == 0 && absl::Now() > until) {
        found.out_of_time = true;
        return found;
      }
      const EventRow& row = part->EventAt(event);
      if (!period.Holds(row.time) || !places.contains(row.place)) continue;
      if (!graph.Visible(event, view)) continue;
      found.events.push_back(event);
      if (found.events.size() == most) return found;
    }
  }
  return found;
}

std::set<uint32_t> PlacesNamedBy(const Graph& graph, const Evidence& events) {
  std::set<uint32_t> places;
  for (const EventIndex event : events) {
    const EventRow& row = graph.EventAt(event);
    places.insert({row.place, row.source, row.destination});
  }
  return places;
}

}  // namespace shian::trace
