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
    steps->push_back({record.child, record.parent, kNone, kNone, record.event});
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
                   Containments* containments, std::vector<EventIndex>* events, Purse* purse) {
  for (nest->Push(lot, Interval()); !nest->empty();) {
    const Stay at = nest->Pop();
    graph.AnyTouchOf(at.unit, view, [&](const Touch& touch) {
      if (!purse->Spend()) return true;
      const EventRow& event = graph.EventAt(touch.event);
      const bool unpacked = event.action == static_cast<uint8_t>(Action::kDelete) &&
                            touch.role == Role::kParent && event.time == at.when.to;
      if (at.when.Holds(event.time) || unpacked) events->push_back(touch.event);
      return false;
    });
    if (!graph.has_containments()) continue;
    const auto look = [nest](const Stay& stay, const Interval& common) {
      nest->Push(stay.unit, common);
    };
    containments->EachContainer(at.unit, at.when, purse, look);
  }
}

}  // namespace

std::vector<Step> StepsTo(const Graph& graph, View view, Direction direction,
                          const absl::flat_hash_map<NodeId, int>& depth_of, NodeId lot,
                          Purse* purse) {
  std::vector<Step> steps;
  const bool forward = direction == Direction::kForward;
  const int nearer = depth_of.at(lot) - 1;
  const auto join = [&](const FlowRef& own, const FlowRef& other) {
    if (steps.size() >= limits::kStepsPerLotMax || !purse->Spend()) return;
    const auto found = depth_of.find(other.lot);
    if (found == depth_of.end() || found->second != nearer) return;
    steps.push_back(forward ? Step{other.lot, lot, own.process, kNone, own.event()}
                            : Step{lot, other.lot, own.process, kNone, own.event()});
  };
  const auto each = [&](const FlowRef& own) {
    if (steps.size() >= limits::kStepsPerLotMax || !purse->Spend()) return;
    const auto one = [&](const FlowRef& other) { join(own, other); };
    forward ? graph.InputsOf(own.process, view, one) : graph.OutputsOf(own.process, view, one);
  };
  forward ? graph.MakersOf(lot, view, each) : graph.UsesOf(lot, view, each);
  AddContainerSteps(graph, view, direction, depth_of, lot, &steps);
  return steps;
}

Step WayTo(const Graph& graph, View view, const TraceResult& result, const ReachedLot& lot) {
  const bool forward = result.direction == Direction::kForward;
  if (lot.through == 0) {
    if (lot.beside == kNone) return {};
    return {forward ? lot.beside : lot.lot, forward ? lot.lot : lot.beside, kNone, kNone,
            lot.event};
  }
  const Passed& passed = result.passed[lot.through - 1];
  Step step = forward ? Step{passed.from, lot.lot, passed.process, passed.unit, lot.event}
                      : Step{lot.lot, passed.from, passed.process, lot.beside, lot.event};
  const auto beside = result.beside.find(lot.through - 1);
  if (beside != result.beside.end()) step.beside = beside->second.near;
  if (step.event != kNone) return step;
  const auto look = [&](const FlowRef& flow) {
    if (flow.process != step.process) return false;
    step.event = flow.event();
    return true;
  };
  forward ? graph.AnyMakerOf(lot.lot, view, look)
          : graph.AnyUseOf(step.unit != kNone ? step.unit : lot.lot, view, look);
  return step;
}

Edges::Edges(const Graph& graph, View view, const TraceResult& result)
    : graph_(graph), view_(view), result_(result), containments_(graph, view) {
  reached_.reserve(result.lots.size());
  for (const ReachedLot& lot : result.lots) {
    reached_.emplace(lot.lot, static_cast<uint32_t>(reached_.size()));
  }
  Load();
}

Edge Edges::Take() {
  const Edge edge = block_[told_++];
  if (done()) Load();
  return edge;
}

void Edges::Load() {
  block_.clear();
  told_ = 0;
  while (block_.empty() && next_passed_ < result_.passed.size()) AddFlows(next_passed_++);
  if (!graph_.has_containments()) return;
  while (block_.empty() && next_lot_ < result_.lots.size()) AddStays(next_lot_++);
}

// Whether the lot was reached and, in time, before what happened to it.
bool Edges::Counts(NodeId lot, EventIndex event) const {
  const auto found = reached_.find(lot);
  if (found == reached_.end()) return false;
  if (result_.lots_since.empty()) return true;
  return Turned(result_.direction, graph_.EventAt(event).time) >= result_.lots_since[found->second];
}

void Edges::AddFlows(size_t passed) {
  const ProcessId process = result_.passed[passed].process;
  const bool forward = result_.direction == Direction::kForward;
  const auto add = [&](const FlowRef& flow, bool made) {
    const EventIndex event = flow.event();
    // What went in counts from when the lot was there; what came out, from when the process was.
    if (made == forward) {
      if (!reached_.contains(flow.lot)) return;
      if (!result_.passed_since.empty() &&
          Turned(result_.direction, graph_.EventAt(event).time) < result_.passed_since[passed]) {
        return;
      }
    } else if (!Counts(flow.lot, event)) {
      return;
    }
    block_.push_back({flow.lot, process, kNone, made, event});
  };
  graph_.InputsOf(process, view_, [&](const FlowRef& flow) { add(flow, false); });
  graph_.OutputsOf(process, view_, [&](const FlowRef& flow) { add(flow, true); });
  const auto beside = result_.beside.find(passed);
  if (beside == result_.beside.end()) return;
  const auto [near, event] = beside->second;
  block_.push_back(
      {kNone, forward ? process : near, kNone, false, event, forward ? near : process});
}

void Edges::AddStays(size_t lot) {
  const NodeId child = result_.lots[lot].lot;
  Purse purse(Unlimited());  // of each lot its own records
  const auto add = [&](const Stay& stay, const Interval&) {
    const auto found = reached_.find(stay.unit);
    if (found == reached_.end()) return;
    if (!result_.lots_since.empty()) {
      // Forward it was still inside when the lot was there; back it was inside before it was over.
      const int64_t last =
          result_.direction == Direction::kForward ? stay.when.to - 1 : -stay.when.from;
      if (last < result_.lots_since[lot] || last < result_.lots_since[found->second]) return;
    }
    block_.push_back({child, kNone, stay.unit, false, stay.event});
  };
  containments_.EachContainer(child, Interval(), &purse, add);
}

std::vector<EventIndex> EventsOf(const Graph& graph, View view, const TraceResult& result,
                                 Purse* purse) {
  std::vector<EventIndex> events;
  Nest nest;
  Containments containments(graph, view);
  for (const ReachedLot& lot : result.lots) {
    if (purse->stopped_by() != StoppedBy::kNothing) break;
    // A unit's own ways count only while it held a lot, which the lot's events tell.
    if (!lot.carrier) CollectEvents(graph, view, lot.lot, &nest, &containments, &events, purse);
  }
  std::sort(events.begin(), events.end());
  events.erase(std::unique(events.begin(), events.end()), events.end());
  return events;
}

bool IsDangling(const Graph& graph, View view, NodeId lot, Purse* purse) {
  bool used = false;
  const bool otherwise = graph.AnyTouchOf(lot, view, [&](const Touch& touch) {
    used |= touch.role == Role::kInput;
    return touch.role != Role::kInput || !purse->Spend();
  });
  return used && !otherwise;
}

bool IsDangling(const Graph& graph, View view, NodeId lot) {
  Purse purse(Unlimited());
  return IsDangling(graph, view, lot, &purse);
}

bool IsOrigin(const Graph& graph, View view, NodeId lot) {
  return !graph.AnyMakerOf(lot, view, [](const FlowRef&) { return true; });
}

bool IsEnd(const Graph& graph, View view, NodeId lot) {
  return !graph.AnyUseOf(lot, view, [](const FlowRef&) { return true; });
}

}  // namespace shian::trace
