// Follows lots through the graph, each edge once. Nothing is cut off silently: an answer that ran
// out of its budget says so.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "services/trace/genealogy/containment.h"
#include "services/trace/genealogy/graph.h"

namespace shian::trace {

enum class Direction { kBack = 1, kForward = 2 };

struct Budget {
  int64_t edges = 0;
  absl::Time until = absl::InfiniteFuture();  // real time
};

enum class StoppedBy { kNothing, kEdges, kTime };

struct ReachedLot {
  NodeId lot = kNone;
  int depth = 0;         // processes passed on the shortest way
  bool carrier = false;  // only held a reached lot; its own makings were not followed
};

struct TraceResult {
  Direction direction = Direction::kBack;
  std::vector<ReachedLot> lots;  // the nearest first, seeds before all
  int64_t processes = 0;
  int64_t edges = 0;
  int64_t frontier = 0;  // reached but not followed
  StoppedBy stopped_by = StoppedBy::kNothing;
  bool complete() const { return stopped_by == StoppedBy::kNothing; }
};

// Back: what went into the makings of the seeds, and into what those held. Forward: all that was
// made of them, and the units that held any of it. b is in Forward(a) exactly when a is in Back(b),
// for lots as well as units.
TraceResult Trace(const Graph& graph, View view, const std::vector<NodeId>& seeds,
                  Direction direction, const Budget& budget);

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
