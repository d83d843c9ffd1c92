#include "services/trace/genealogy/findings.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "services/trace/genealogy/limits.h"

namespace shian::trace {
namespace {

using FlowRef = Part::FlowRef;

void AddContainerSteps(const Graph& graph, View view, Direction direction,
                       const absl::flat_hash_map<NodeId, int>& depth_of, NodeId lot,
                       std::vector<Step>* steps) {
  const auto keep = [&](const Containment& record, NodeId other) {
    if (record.action == Action::kDelete || steps->size() >= limits::kStepsPerLotMax) return;
    const auto found = depth_of.find(other);
    if (found == depth_of.end() || found->second != depth_of.at(lot)) return;
    steps->push_back({record.child, record.parent, kNone, record.event});
  };
  if (direction == Direction::kForward) {
    graph.RecordsOfParent(lot, view, [&](const Containment& r) { keep(r, r.child); });
  } else {
    graph.RecordsOfChild(lot, view, [&](const Containment& r) { keep(r, r.parent); });
  }
}

// Events on a lot, and on the units that held it then. An unpacking ends what was in the unit until
// then, and still speaks of it. What is in `nest` of earlier lots is not asked again.
void CollectEvents(const Graph& graph, View view, NodeId lot, Nest* nest,
                   std::vector<EventIndex>* events) {
  for (nest->Push(lot, Interval()); !nest->empty();) {
    const Stay at = nest->Pop();
    graph.TouchesOf(at.unit, view, [&](const Touch& touch) {
      const EventRow& event = graph.EventAt(touch.event);
      const bool unpacked = event.action == static_cast<uint8_t>(Action::kDelete) &&
                            touch.role == Role::kParent && event.time == at.when.to;
      if (at.when.Holds(event.time) || unpacked) events->push_back(touch.event);
    });
    if (!graph.has_containments()) continue;
    for (const Stay& stay : ContainersOf(graph, at.unit, view)) {
      const Interval common = Intersection(stay.when, at.when);
      if (!common.empty()) nest->Push(stay.unit, common);
    }
  }
}

}  // namespace

std::vector<Step> StepsTo(const Graph& graph, View view, Direction direction,
                          const absl::flat_hash_map<NodeId, int>& depth_of, NodeId lot) {
  std::vector<Step> steps;
  const bool forward = direction == Direction::kForward;
  const int nearer = depth_of.at(lot) - 1;
  const auto join = [&](const FlowRef& own, const FlowRef& other) {
    if (steps.size() >= limits::kStepsPerLotMax) return;
    const auto found = depth_of.find(other.lot);
    if (found == depth_of.end() || found->second != nearer) return;
    steps.push_back(forward ? Step{other.lot, lot, own.process, own.event()}
                            : Step{lot, other.lot, own.process, own.event()});
  };
  const auto each = [&](const FlowRef& own) {
    if (steps.size() >= limits::kStepsPerLotMax) return;
    const auto one = [&](const FlowRef& other) { join(own, other); };
    forward ? graph.InputsOf(own.process, view, one) : graph.OutputsOf(own.process, view, one);
  };
  forward ? graph.MakersOf(lot, view, each) : graph.UsesOf(lot, view, each);
  AddContainerSteps(graph, view, direction, depth_of, lot, &steps);
  return steps;
}

Ways::Ways(const Graph& graph, View view, const TraceResult& result)
    : graph_(graph), view_(view), direction_(result.direction) {
  places_.reserve(result.lots.size());
  for (const ReachedLot& lot : result.lots) {
    places_.emplace(lot.lot, Place{lot.depth, places_.size()});
  }
  for (const ProcessId process : result.passed) {
    Nearest nearest;
    const auto look = [&](const FlowRef& flow) {
      const auto found = places_.find(flow.lot);
      if (found == places_.end()) return;
      if (nearest.lot != kNone && nearest.depth <= found->second.depth) return;
      nearest = {flow.lot, found->second.depth, flow.event()};
    };
    direction_ == Direction::kForward ? graph.InputsOf(process, view, look)
                                      : graph.OutputsOf(process, view, look);
    nearest_.emplace(process, nearest);
  }
}

Step Ways::To(NodeId lot) const {
  Step step = Through(lot);
  return step.from != kNone ? step : Within(lot);
}

Step Ways::Through(NodeId lot) const {
  const bool forward = direction_ == Direction::kForward;
  const int depth = places_.at(lot).depth;
  Step best;
  const auto look = [&](const FlowRef& own) {
    const auto found = nearest_.find(own.process);
    if (best.from != kNone || found == nearest_.end()) return;
    const Nearest& nearest = found->second;
    if (nearest.lot == kNone || nearest.depth >= depth) return;
    best = forward ? Step{nearest.lot, lot, own.process, own.event()}
                   : Step{lot, nearest.lot, own.process, own.event()};
  };
  forward ? graph_.MakersOf(lot, view_, look) : graph_.UsesOf(lot, view_, look);
  return best;
}

Step Ways::Within(NodeId lot) const {
  Step best;
  const auto look = [&](const Containment& record) {
    if (record.action == Action::kDelete || best.from != kNone) return;
    const NodeId other = direction_ == Direction::kForward ? record.child : record.parent;
    const auto found = places_.find(other);
    if (found == places_.end() || !(found->second < places_.at(lot))) return;
    best = {record.child, record.parent, kNone, record.event};
  };
  direction_ == Direction::kForward ? graph_.RecordsOfParent(lot, view_, look)
                                    : graph_.RecordsOfChild(lot, view_, look);
  return best;
}

void EdgesOf(const Graph& graph, View view, const TraceResult& result,
             const std::function<void(const Edge&)>& each) {
  absl::flat_hash_set<NodeId> reached;
  reached.reserve(result.lots.size());
  for (const ReachedLot& lot : result.lots) reached.insert(lot.lot);
  for (const ProcessId process : result.passed) {
    const auto flow = [&](bool made) {
      return [&each, &reached, made](const FlowRef& flow) {
        if (reached.contains(flow.lot)) each({flow.lot, flow.process, kNone, made, flow.event()});
      };
    };
    graph.InputsOf(process, view, flow(false));
    graph.OutputsOf(process, view, flow(true));
  }
  if (!graph.has_containments()) return;
  for (const ReachedLot& lot : result.lots) {
    graph.RecordsOfChild(lot.lot, view, [&](const Containment& record) {
      if (record.action == Action::kDelete || !reached.contains(record.parent)) return;
      each({record.child, kNone, record.parent, false, record.event});
    });
  }
}

std::vector<EventIndex> EventsOf(const Graph& graph, View view, const TraceResult& result) {
  std::vector<EventIndex> events;
  Nest nest;
  for (const ReachedLot& lot : result.lots) {
    // A unit's own ways count only while it held a lot, which the lot's events tell.
    if (!lot.carrier) CollectEvents(graph, view, lot.lot, &nest, &events);
  }
  std::sort(events.begin(), events.end());
  events.erase(std::unique(events.begin(), events.end()), events.end());
  return events;
}

bool IsDangling(const Graph& graph, View view, NodeId lot) {
  bool used = false, otherwise = false;
  graph.TouchesOf(lot, view, [&](const Touch& touch) {
    (touch.role == Role::kInput ? used : otherwise) = true;
  });
  return used && !otherwise;
}

bool IsOrigin(const Graph& graph, View view, NodeId lot) {
  bool made = false;
  graph.MakersOf(lot, view, [&](const FlowRef&) { made = true; });
  return !made;
}

bool IsEnd(const Graph& graph, View view, NodeId lot) {
  bool used = false;
  graph.UsesOf(lot, view, [&](const FlowRef&) { used = true; });
  return !used;
}

}  // namespace shian::trace
