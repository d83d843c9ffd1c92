// What a trace found, beside the lots: how they hang together, where chains begin, end or run in a
// circle, and which lots came from nowhere.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/trace/genealogy/trace.h"

namespace shian::trace {

// One step between two reached lots.
struct Step {
  NodeId from = kNone;
  NodeId to = kNone;
  ProcessId process = kNone;  // kNone: `from` was put into `to`
  NodeId unit = kNone;        // that `from` was in when it was used, where that is known
  EventIndex event = 0;
  // Where only contamination can have gone from the one to the other: the process at the same place
  // that stands between. Forward it used `from`, back it made `to`.
  ProcessId beside = kNone;
};
// The steps that join `lot` to lots reached one nearer to the seeds (or, in a container, as near),
// as far as the purse reaches.
std::vector<Step> StepsTo(const Graph& graph, View view, Direction direction,
                          const absl::flat_hash_map<NodeId, int>& depth_of, NodeId lot,
                          Purse* purse);

// The step by which `lot` of the result was come to; without lots for a seed. From each lot to the
// next nearer one, that is one way to the seeds.
Step WayTo(const Graph& graph, View view, const TraceResult& result, const ReachedLot& lot);

// An edge of the answer, as the graph has it: between a lot and a process, or a lot and a unit; or
// between a process and one beside it.
struct Edge {
  NodeId lot = kNone;
  ProcessId process = kNone;  // or
  NodeId unit = kNone;
  bool made = false;  // the lot came out of the process
  EventIndex event = 0;
  ProcessId beside = kNone;  // without lot: contamination may have gone from it to the process
};
// All edges between what was reached, each once and none that time forbids, where it was asked to.
// Holds those of one process or lot at a time.
class Edges {
 public:
  // `graph` and `result` outlive it.
  Edges(const Graph& graph, View view, const TraceResult& result);
  bool done() const { return told_ == block_.size(); }
  Edge Take();  // not when done

 private:
  void Load();
  void AddFlows(size_t passed);
  void AddStays(size_t lot);
  bool Counts(NodeId lot, EventIndex event) const;

  const Graph& graph_;
  const View view_;
  const TraceResult& result_;
  Containments containments_;
  absl::flat_hash_map<NodeId, uint32_t> reached_;  // where they are in the answer
  size_t next_passed_ = 0, next_lot_ = 0;
  std::vector<Edge> block_;
  size_t told_ = 0;
};

// The events that speak of a reached lot, or of a unit while it held one; in the order of capture.
// As far as the purse reaches.
std::vector<EventIndex> EventsOf(const Graph& graph, View view, const TraceResult& result,
                                 Purse* purse);

// Used, but never made, received or otherwise seen (来源不明): the breach of one-up-one-down that a
// supervisor looks for first.
bool IsDangling(const Graph& graph, View view, NodeId lot);
bool IsDangling(const Graph& graph, View view, NodeId lot, Purse* purse);
// Nothing known went into it, or was made of it.
bool IsOrigin(const Graph& graph, View view, NodeId lot);
bool IsEnd(const Graph& graph, View view, NodeId lot);

// Of the reached lots, some that lead back to themselves through the processes passed, at least one
// for each circle, in the order in which they were come to. It follows what the trace did, once, as
// far as the purse reaches.
std::vector<NodeId> FindCycles(const Graph& graph, View view, const TraceResult& result,
                               size_t most, Purse* purse);

}  // namespace shian::trace
