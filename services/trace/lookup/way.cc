#include "services/trace/lookup/way.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "services/trace/genealogy/containment.h"
#include "services/trace/lookup/limits.h"

namespace shian::trace {
namespace {

bool WasCorrected(const Graph& graph, View view, NodeId lot) {
  const auto parts = graph.parts();
  return std::any_of(parts.begin(), parts.end(), [&](const Graph::PartPtr& part) {
    return part->AnyTouchOf(lot,
                            [&](const Touch& touch) { return !graph.Visible(touch.event, view); });
  });
}

class Walk {
 public:
  Walk(const Graph& graph, View view, absl::Time until, Way* way)
      : graph_(graph),
        view_(view),
        until_(until),
        way_(*way),
        containments_(graph, view),
        purse_({static_cast<int64_t>(limits::kWayEventsMax), until}) {}

  void From(NodeId lot) {
    Nest nest;
    for (nest.Push(lot, Interval()); !nest.empty() && !way_.cut;) {
      const Stay at = nest.Pop();
      Take(at, at.unit == lot);
      if (!graph_.has_containments() || way_.cut) continue;
      containments_.EachContainer(
          at.unit, at.when, &purse_,
          [&nest](const Stay& stay, const Interval& common) { nest.Push(stay.unit, common); });
      way_.cut |= purse_.stopped_by() != StoppedBy::kNothing;
    }
  }

 private:
  void Take(const Stay& at, bool own) {
    graph_.AnyTouchOf(at.unit, view_, [&](const Touch& touch) {
      way_.cut |= ++looked_at_ > limits::kWayEventsMax || absl::Now() > until_;
      if (way_.cut) return true;
      const EventRow& event = graph_.EventAt(touch.event);
      if (!at.when.Holds(event.time)) return false;
      way_.events.push_back(touch.event);
      const bool added =
          touch.role == Role::kObject && event.action == static_cast<uint8_t>(Action::kAdd);
      if (own && (added || touch.role == Role::kOutput)) way_.makings.push_back(touch.event);
      return false;
    });
  }

  const Graph& graph_;
  const View view_;
  const absl::Time until_;
  Way& way_;
  Containments containments_;
  Purse purse_;
  size_t looked_at_ = 0;
};

void Arrange(const Graph& graph, std::vector<EventIndex>* events) {
  std::sort(events->begin(), events->end(), [&](EventIndex a, EventIndex b) {
    return std::make_pair(graph.EventAt(a).time, a) < std::make_pair(graph.EventAt(b).time, b);
  });
  events->erase(std::unique(events->begin(), events->end()), events->end());
}

}  // namespace

Way WayOf(const Graph& graph, View view, const std::vector<NodeId>& nodes, absl::Time until) {
  Way way;
  Walk walk(graph, view, until, &way);
  for (const NodeId lot : nodes) {
    if (lot == kNone) continue;
    way.corrected |= WasCorrected(graph, view, lot);
    walk.From(lot);
  }
  Arrange(graph, &way.events);
  Arrange(graph, &way.makings);
  return way;
}

}  // namespace shian::trace
