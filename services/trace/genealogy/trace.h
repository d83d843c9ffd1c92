// Follows lots through the graph, each edge once. Nothing is cut off silently: an answer that ran
// out of its budget says so.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/trace/genealogy/containment.h"
#include "services/trace/genealogy/graph.h"
#include "services/trace/genealogy/purse.h"
#include "services/trace/genealogy/spread.h"

namespace shian::trace {

enum class Direction { kBack = 1, kForward = 2 };

// Each lot and each process was come to from one side first; followed from one to the next, that is
// a way that goods can have taken, containers included.
struct ReachedLot {
  NodeId lot = kNone;
  int depth = 0;         // processes passed on the shortest way
  bool carrier = false;  // only held a reached lot; its own makings were not followed
  uint32_t through = 0;  // passed[through - 1]; 0 for seeds and what was only put into, or held
  // Back, through a process: the unit in which it was used, if any. Through none: the lot that it
  // held, or the unit that it was in, at any depth.
  NodeId beside = kNone;
  EventIndex event = kNone;  // of its making, use or packing; kNone: any that fits
};

struct Passed {
  ProcessId process = kNone;
  NodeId from = kNone;  // the lot nearer to the seeds
  NodeId unit = kNone;  // forward: in which it was used, if any
};

struct TraceResult {
  Direction direction = Direction::kBack;
  std::vector<ReachedLot> lots;  // the nearest first, seeds before all
  std::vector<Passed> passed;
  // In time only, for each of `lots` and of `passed`: from when on it counts (back: until when, and
  // turned round, see Turned).
  std::vector<int64_t> lots_since, passed_since;
  // Of `passed`, by index: those that were come to because they were at the place of one that a
  // reached lot led to. A reached lot may have led to them too, by a later way.
  struct Beside {
    ProcessId near = kNone;
    EventIndex event = kNone;  // by which it came to the place
  };
  absl::flat_hash_map<size_t, Beside> beside;
  int64_t only_beside = 0;  // how many of them no reached lot led to
  int64_t ended = 0;        // processes that passed nothing on
  int64_t edges = 0;
  int64_t frontier = 0;  // reached but not followed
  StoppedBy stopped_by = StoppedBy::kNothing;
  bool complete() const { return stopped_by == StoppedBy::kNothing; }
  int64_t processes() const { return static_cast<int64_t>(passed.size()); }
};

// Back: what went into the makings of the seeds, and into what those held. Forward: all that was
// made of them, and the units that held any of it. b is in Forward(a) exactly when a is in Back(b),
// for lots as well as units.
TraceResult Trace(const Graph& graph, View view, const std::vector<NodeId>& seeds,
                  Direction direction, const Budget& budget);
// The same with the lots in the order in which they were come to. With a larger budget the answer
// begins with that of a smaller one: this is how a trace that was cut short goes on.
TraceResult Walk(const Graph& graph, View view, const std::vector<NodeId>& seeds,
                 Direction direction, const Budget& budget);
// The same with what contamination may have gone on to. A lot may have passed it on to another when
// it was used in the other's making, or in a process at the place of its making, so long before.
TraceResult WalkBeside(const Graph& graph, View view, const std::vector<NodeId>& seeds,
                       Direction direction, const Budget& budget, const SpreadRule& rule);

// Times as they count upwards in a direction.
inline int64_t Turned(Direction direction, int64_t time) {
  return direction == Direction::kBack ? -time : time;
}

// Only what can have been: forward, nothing is used before it was there; back, nothing was put in
// after what it is part of came out. Lots are in the order of time, their depth counts processes on
// the earliest way (back: the latest).
TraceResult WalkInTime(const Graph& graph, View view, const std::vector<NodeId>& seeds,
                       Direction direction, const Budget& budget);
TraceResult WalkBesideInTime(const Graph& graph, View view, const std::vector<NodeId>& seeds,
                             Direction direction, const Budget& budget, const SpreadRule& rule);

}  // namespace shian::trace
