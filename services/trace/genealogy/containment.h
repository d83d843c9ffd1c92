// What was in what, and when (在装关系): intervals derived from the packing and unpacking that is
// known, so that it does not matter in which order it was reported.
#pragma once

#include <cstdint>
#include <limits>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "services/trace/genealogy/graph.h"

namespace shian::trace {

// Half open, in microseconds.
struct Interval {
  int64_t from = std::numeric_limits<int64_t>::min();
  int64_t to = std::numeric_limits<int64_t>::max();
  bool empty() const { return from >= to; }
  bool Holds(int64_t time) const { return from <= time && time < to; }
};
Interval Intersection(const Interval& a, const Interval& b);

// `unit` held, or was held by, the other one during `when`.
struct Stay {
  NodeId unit = kNone;
  Interval when;
  EventIndex event = 0;  // that tells how it began
};

// Units that are still to be looked into, each with when it is asked about. The same question is
// asked once, so that units which held each other in turns end and cost what they are, not how
// often they are come to.
class Nest {
 public:
  void Push(NodeId unit, const Interval& when) {
    if (asked_.emplace(unit, when.from, when.to).second) left_.push_back({unit, when, 0});
  }
  bool empty() const { return left_.empty(); }
  Stay Pop() {
    const Stay last = left_.back();
    left_.pop_back();
    return last;
  }

 private:
  absl::flat_hash_set<std::tuple<NodeId, int64_t, int64_t>> asked_;
  std::vector<Stay> left_;
};

// The units that `child` was in, and when. A part of a lot taken out leaves the rest inside: the
// stay ends when as much has left as went in, or when no quantity says otherwise. At one instant
// unpacking comes before packing.
std::vector<Stay> ContainersOf(const Graph& graph, NodeId child, View view);

// What was in `parent`, and when.
std::vector<Stay> ContentsOf(const Graph& graph, NodeId parent, View view);

}  // namespace shian::trace
