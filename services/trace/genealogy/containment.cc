#include "services/trace/genealogy/containment.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace shian::trace {
namespace {

struct Act {
  int64_t time = 0;
  Action action = Action::kNone;
  int64_t quantity = -1;
  EventIndex event = 0;
};

// Unpacking sorts before packing at one instant.
int Rank(const Act& act) { return act.action == Action::kDelete ? 0 : 1; }

// Of the unit that the acts are about.
void AddStays(NodeId unit, std::vector<Act> acts, std::vector<Stay>* stays) {
  std::sort(acts.begin(), acts.end(), [](const Act& a, const Act& b) {
    return std::make_tuple(a.time, Rank(a), a.action, a.quantity, a.event) <
           std::make_tuple(b.time, Rank(b), b.action, b.quantity, b.event);
  });
  const auto add = [unit, stays](const Act& began, int64_t until) {
    if (began.time < until) stays->push_back({unit, {began.time, until}, began.event});
  };
  const Act* began = nullptr;
  bool measured = true;
  int64_t inside = 0;
  for (const Act& act : acts) {
    if (act.action == Action::kAdd) {
      if (began == nullptr) {
        began = &act;
        inside = 0;
        measured = true;
      }
      measured &= act.quantity >= 0;
      inside += std::max<int64_t>(0, act.quantity);
    } else if (act.action == Action::kObserve && began == nullptr) {
      add(act, act.time + 1);
    } else if (act.action == Action::kDelete && began != nullptr) {
      inside -= std::max<int64_t>(0, act.quantity);
      if (measured && act.quantity >= 0 && inside > 0) continue;
      add(*began, act.time);
      began = nullptr;
    }
  }
  if (began != nullptr) add(*began, Interval().to);
}

using ActsByUnit = std::map<NodeId, std::vector<Act>>;

Act ActOf(const Graph& graph, const Containment& record) {
  return {graph.EventAt(record.event).time, record.action, record.quantity_micros, record.event};
}

std::vector<Stay> Stays(ActsByUnit acts) {
  std::vector<Stay> stays;
  for (auto& [unit, list] : acts) AddStays(unit, std::move(list), &stays);
  return stays;
}

}  // namespace

Interval Intersection(const Interval& a, const Interval& b) {
  return {std::max(a.from, b.from), std::min(a.to, b.to)};
}

std::vector<Stay> ContainersOf(const Graph& graph, NodeId child, View view) {
  ActsByUnit acts;
  graph.RecordsOfChild(child, view, [&](const Containment& record) {
    acts[record.parent].push_back(ActOf(graph, record));
  });
  for (auto& [parent, list] : acts) {
    graph.EmptyingsOf(parent, view, [&, &list = list](const Containment& record) {
      list.push_back(ActOf(graph, record));
    });
  }
  return Stays(std::move(acts));
}

std::vector<Stay> ContentsOf(const Graph& graph, NodeId parent, View view) {
  ActsByUnit acts;
  graph.RecordsOfParent(parent, view, [&](const Containment& record) {
    acts[record.child].push_back(ActOf(graph, record));
  });
  std::vector<Act> emptied;
  graph.EmptyingsOf(parent, view,
                    [&](const Containment& record) { emptied.push_back(ActOf(graph, record)); });
  for (auto& [child, list] : acts) list.insert(list.end(), emptied.begin(), emptied.end());
  return Stays(std::move(acts));
}

}  // namespace shian::trace
