// What was in what, and when (在装关系): intervals derived from the packing and unpacking that is
// known, so that it does not matter in which order it was reported.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "services/trace/genealogy/graph.h"
#include "services/trace/genealogy/purse.h"

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

// Stays as one question asks for them, again and again: what it costs to tell them is paid once for
// a unit, and then only for those that fit. A crate that goes round for years is emptied thousands
// of times, and a vat is asked about at each of its uses.
class Containments {
 public:
  // `graph` outlives it.
  Containments(const Graph& graph, View view) : graph_(graph), view_(view) {}

  // Calls `fn(stay, common)` for what was in `unit`, or held it, at some moment of `when`: `common`
  // are those moments, and not empty. A part of a lot taken out leaves the rest inside: the stay
  // ends when as much has left as went in, or when no quantity says otherwise. At one instant
  // unpacking comes before packing. In the order of time; ends when the purse does.
  template <class Fn>
  void EachContent(NodeId unit, const Interval& when, Purse* purse, Fn&& fn) {
    if (graph_.IsContainer(unit)) Each(Find(unit, kContents, purse), when, purse, fn);
  }
  template <class Fn>
  void EachContainer(NodeId unit, const Interval& when, Purse* purse, Fn&& fn) {
    Each(Find(unit, kContainers, purse), when, purse, fn);
  }

 private:
  enum Side { kContents, kContainers };
  static constexpr size_t kBlock = 64;
  struct Stays {
    std::vector<Stay> list;          // by their beginning
    std::vector<int64_t> last_end;   // the latest of all up to this one
    std::vector<int64_t> block_end;  // the latest of each kBlock of them
    size_t records = 0;              // that it took to tell them
  };
  using StaysPtr = std::shared_ptr<const Stays>;
  // Null when the purse does not suffice.
  StaysPtr Find(NodeId unit, Side side, Purse* purse);
  StaysPtr Derive(NodeId unit, Side side, Purse* purse);
  const std::vector<int64_t>* EmptiedTimes(NodeId unit, Purse* purse);

  template <class Fn>
  static void Each(const StaysPtr& stays, const Interval& when, Purse* purse, Fn& fn) {
    if (stays == nullptr) return;
    const std::vector<Stay>& list = stays->list;
    // All before it have ended by then. One that never ends lets none be left out so, but blocks.
    const auto first = std::upper_bound(stays->last_end.begin(), stays->last_end.end(), when.from);
    for (size_t i = static_cast<size_t>(first - stays->last_end.begin());
         i < list.size() && list[i].when.from < when.to; ++i) {
      if (!purse->Spend()) return;
      if (i % kBlock == 0 && stays->block_end[i / kBlock] <= when.from) {
        i += kBlock - 1;  // all of them have ended by then
        continue;
      }
      const Interval common = Intersection(list[i].when, when);
      if (!common.empty()) fn(list[i], common);
    }
  }

  const Graph& graph_;
  const View view_;
  absl::flat_hash_map<std::pair<NodeId, Side>, StaysPtr> known_;
  absl::flat_hash_map<NodeId, std::unique_ptr<const std::vector<int64_t>>> emptied_;
};

// All units that `child` was in, and all that was in `parent`: for one question about one unit.
std::vector<Stay> ContainersOf(const Graph& graph, NodeId child, View view);
std::vector<Stay> ContentsOf(const Graph& graph, NodeId parent, View view);

}  // namespace shian::trace
