// Follows lots through the graph, each edge once. Nothing is cut off silently: an answer that ran
// out of its budget says so.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/time/time.h"
#include "services/trace/genealogy/containment.h"
#include "services/trace/genealogy/graph.h"

namespace shian::trace {

enum class Direction { kBack = 1, kForward = 2 };

struct Budget {
  int64_t edges = 0;
  absl::Time until = absl::InfiniteFuture();  // real time
  // Edges that an earlier call paid for; after them it may take so long.
  int64_t again = 0;
  absl::Duration span = absl::InfiniteDuration();
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
  std::vector<ProcessId> passed;
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

// Only what can have been: forward, nothing is used before it was there; back, nothing was put in
// after what it is part of came out. Lots are in the order of time, their depth counts processes on
// the earliest way (back: the latest).
TraceResult WalkInTime(const Graph& graph, View view, const std::vector<NodeId>& seeds,
                       Direction direction, const Budget& budget);

// Counts edges and looks at the clock now and then.
class Purse {
 public:
  explicit Purse(const Budget& budget);
  // Pays for one edge; false when the budget is used up.
  bool Spend() { return --left_ > 0 || Refill(); }
  StoppedBy stopped_by() const { return stopped_by_; }
  int64_t spent() const;

 private:
  bool Refill();
  bool IsTimeUp();
  const Budget budget_;
  absl::Time began_ = absl::InfiniteFuture();  // with edges of its own
  StoppedBy stopped_by_ = StoppedBy::kNothing;
  int64_t before_ = 0;   // spent before this block
  int64_t granted_ = 0;  // of this block
  int64_t left_ = 0;     // of this block, and one
};

}  // namespace shian::trace
