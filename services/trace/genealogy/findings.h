// What a trace found, beside the lots: how they hang together, where chains begin, end or run in a
// circle, and which lots came from nowhere.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/trace/genealogy/trace.h"

namespace shian::trace {

// One step between two reached lots.
struct Step {
  NodeId from = kNone;
  NodeId to = kNone;
  ProcessId process = kNone;  // kNone: `from` was put into `to`
  EventIndex event = 0;
};
// The steps that join `lot` to lots reached one nearer to the seeds (or, in a container, as near).
std::vector<Step> StepsTo(const Graph& graph, View view, Direction direction,
                          const absl::flat_hash_map<NodeId, int>& depth_of, NodeId lot);

// One way from the seeds to each reached lot: the step that led to it. It costs the edges of the
// trace, however many ways there are.
class Ways {
 public:
  Ways(const Graph& graph, View view, const TraceResult& result);
  // Without lots when `lot` is a seed.
  Step To(NodeId lot) const;

 private:
  struct Nearest {
    NodeId lot = kNone;
    int depth = 0;
    EventIndex event = 0;
  };
  Step Through(NodeId lot) const;
  Step Within(NodeId lot) const;

  const Graph& graph_;
  const View view_;
  const Direction direction_;
  struct Place {
    int depth = 0;
    size_t order = 0;  // in which it was come to; a carrier comes after what it carries
    bool operator<(const Place& other) const {
      return depth != other.depth ? depth < other.depth : order < other.order;
    }
  };
  absl::flat_hash_map<NodeId, Place> places_;
  absl::flat_hash_map<ProcessId, Nearest> nearest_;  // to the seeds, at each process
};

// An edge of the answer, as the graph has it: between a lot and a process, or a lot and a unit.
struct Edge {
  NodeId lot = kNone;
  ProcessId process = kNone;  // or
  NodeId unit = kNone;
  bool made = false;  // the lot came out of the process
  EventIndex event = 0;
};
// All edges between what was reached, each once.
void EdgesOf(const Graph& graph, View view, const TraceResult& result,
             const std::function<void(const Edge&)>& each);

// The events that speak of a reached lot, or of a unit while it held one; in the order of capture.
std::vector<EventIndex> EventsOf(const Graph& graph, View view, const TraceResult& result);

// Used, but never made, received or otherwise seen (来源不明): the breach of one-up-one-down that a
// supervisor looks for first.
bool IsDangling(const Graph& graph, View view, NodeId lot);
// Nothing known went into it, or was made of it.
bool IsOrigin(const Graph& graph, View view, NodeId lot);
bool IsEnd(const Graph& graph, View view, NodeId lot);

// Of `lots`, some that lead back to themselves through processes: at least one for each circle.
std::vector<NodeId> FindCycles(const Graph& graph, View view, const std::vector<ReachedLot>& lots,
                               size_t most);

}  // namespace shian::trace
