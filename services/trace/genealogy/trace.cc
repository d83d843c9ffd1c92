#include "services/trace/genealogy/trace.h"

#include <algorithm>

#include "services/trace/genealogy/limits.h"

namespace shian::trace {
namespace {

// What a lot's mark says. A carrier may become a lot in its own right later.
enum Mark : uint8_t { kUnseen = 0, kCarrier = 1, kFollowed = 2 };

class Walker {
 public:
  Walker(const Graph& graph, View view, const Budget& budget, TraceResult* out)
      : graph_(graph),
        view_(view),
        budget_(budget),
        out_(*out),
        marks_(graph.lot_count() + 1, kUnseen),
        passed_(graph.process_count() + 1, false) {}

  void Run(const std::vector<NodeId>& seeds) {
    for (NodeId seed : seeds) Reach(seed, 0);
    if (out_.direction == Direction::kBack) {
      // A seed that is a unit stands for all it ever held.
      for (NodeId seed : seeds) ReachContents(seed, Interval(), 0, 0);
    }
    // The queue is the answer itself: carriers in it are not followed.
    for (next_ = 0; next_ < queue_.size(); ++next_) {
      if (out_.stopped_by != StoppedBy::kNothing) break;
      const ReachedLot at = queue_[next_];
      out_.direction == Direction::kBack ? Back(at) : Forward(at);
    }
    Finish();
  }

 private:
  // Counts one edge looked at; false when the budget is used up.
  bool Spend() {
    if (out_.stopped_by != StoppedBy::kNothing) return false;
    if (++out_.edges > budget_.edges) {
      out_.stopped_by = StoppedBy::kEdges;
    } else if (out_.edges % limits::kEdgesPerClockCheck == 0 && absl::Now() > budget_.until) {
      out_.stopped_by = StoppedBy::kTime;
    }
    return out_.stopped_by == StoppedBy::kNothing;
  }

  void Reach(NodeId lot, int depth) {
    if (marks_[lot] == kFollowed) return;
    if (marks_[lot] == kUnseen) out_.lots.push_back({lot, depth, false});
    marks_[lot] = kFollowed;
    queue_.push_back({lot, depth});
  }

  void ReachCarrier(NodeId unit, int depth) {
    if (marks_[unit] != kUnseen) return;
    marks_[unit] = kCarrier;
    out_.lots.push_back({unit, depth, true});
  }

  bool Pass(ProcessId process) {
    if (passed_[process]) return false;
    passed_[process] = true;
    ++out_.processes;
    return true;
  }

  void Back(const ReachedLot& at) {
    graph_.MakersOf(at.lot, view_, [&](const Flow& made) {
      if (!Spend() || !Pass(made.process)) return;
      graph_.InputsOf(made.process, view_, [&](const Flow& used) {
        if (!Spend()) return;
        Reach(used.lot, at.depth + 1);
        const int64_t time = graph_.EventAt(used.event).time;
        ReachContents(used.lot, {time, time + 1}, at.depth + 1, 0);
      });
    });
  }

  // What was in `unit` at some moment of `when`, at any depth.
  void ReachContents(NodeId unit, const Interval& when, int depth, int level) {
    if (!graph_.IsContainer(unit) || level >= limits::kContainmentDepthMax) return;
    for (const Stay& stay : ContentsOf(graph_, unit, view_)) {
      const Interval common = Intersection(stay.when, when);
      if (!Spend()) return;
      if (common.empty()) continue;
      Reach(stay.unit, depth);
      ReachContents(stay.unit, common, depth, level + 1);
    }
  }

  void Forward(const ReachedLot& at) {
    FollowUses(at.lot, Interval(), at.depth);
    FollowCarriers(at.lot, Interval(), at.depth, 0);
  }

  void FollowUses(NodeId lot, const Interval& when, int depth) {
    graph_.UsesOf(lot, view_, [&](const Flow& used) {
      if (!Spend() || !when.Holds(graph_.EventAt(used.event).time)) return;
      if (!Pass(used.process)) return;
      graph_.OutputsOf(used.process, view_, [&](const Flow& made) {
        if (Spend()) Reach(made.lot, depth + 1);
      });
    });
  }

  // A unit's use is the use of what it held then, and of nothing else.
  void FollowCarriers(NodeId lot, const Interval& when, int depth, int level) {
    if (level >= limits::kContainmentDepthMax) return;
    for (const Stay& stay : ContainersOf(graph_, lot, view_)) {
      const Interval common = Intersection(stay.when, when);
      if (!Spend()) return;
      if (common.empty()) continue;
      ReachCarrier(stay.unit, depth);
      FollowUses(stay.unit, common, depth);
      FollowCarriers(stay.unit, common, depth, level + 1);
    }
  }

  void Finish() {
    if (!out_.complete()) out_.frontier = static_cast<int64_t>(queue_.size() - next_);
    for (ReachedLot& lot : out_.lots) lot.carrier = marks_[lot.lot] == kCarrier;
    std::stable_sort(out_.lots.begin(), out_.lots.end(),
                     [](const ReachedLot& a, const ReachedLot& b) {
                       return a.depth != b.depth ? a.depth < b.depth : a.lot < b.lot;
                     });
  }

  const Graph& graph_;
  const View view_;
  const Budget& budget_;
  TraceResult& out_;
  std::vector<uint8_t> marks_;
  std::vector<bool> passed_;
  std::vector<ReachedLot> queue_;
  size_t next_ = 0;
};

void AddContainerSteps(const Graph& graph, View view, Direction direction,
                       const absl::flat_hash_map<NodeId, int>& depth_of, NodeId lot,
                       std::vector<Step>* steps) {
  const auto keep = [&](const Containment& record, NodeId other) {
    if (record.action == Action::kDelete || steps->size() >= limits::kStepsPerLotMax) return;
    const auto found = depth_of.find(other);
    if (found == depth_of.end() || found->second != depth_of.at(lot)) return;
    steps->push_back({record.child, record.parent, kNone, record.event});
  };
  if (direction == Direction::kForward) {
    graph.RecordsOfParent(lot, view, [&](const Containment& r) { keep(r, r.child); });
  } else {
    graph.RecordsOfChild(lot, view, [&](const Containment& r) { keep(r, r.parent); });
  }
}

}  // namespace

TraceResult Trace(const Graph& graph, View view, const std::vector<NodeId>& seeds,
                  Direction direction, const Budget& budget) {
  TraceResult result;
  result.direction = direction;
  Walker(graph, view, budget, &result).Run(seeds);
  return result;
}

std::vector<Step> StepsTo(const Graph& graph, View view, Direction direction,
                          const absl::flat_hash_map<NodeId, int>& depth_of, NodeId lot) {
  std::vector<Step> steps;
  const bool forward = direction == Direction::kForward;
  const int nearer = depth_of.at(lot) - 1;
  const auto join = [&](const Flow& own, const Flow& other) {
    const auto found = depth_of.find(other.lot);
    if (found == depth_of.end() || found->second != nearer) return;
    if (steps.size() >= limits::kStepsPerLotMax) return;
    steps.push_back(forward ? Step{other.lot, lot, own.process, own.event}
                            : Step{lot, other.lot, own.process, own.event});
  };
  const auto each = [&](const Flow& own) {
    if (steps.size() >= limits::kStepsPerLotMax) return;
    const auto one = [&](const Flow& other) { join(own, other); };
    forward ? graph.InputsOf(own.process, view, one) : graph.OutputsOf(own.process, view, one);
  };
  forward ? graph.MakersOf(lot, view, each) : graph.UsesOf(lot, view, each);
  AddContainerSteps(graph, view, direction, depth_of, lot, &steps);
  return steps;
}

bool IsDangling(const Graph& graph, View view, NodeId lot) {
  bool used = false, otherwise = false;
  graph.TouchesOf(lot, view, [&](const Touch& touch) {
    (touch.role == Role::kInput ? used : otherwise) = true;
  });
  return used && !otherwise;
}

bool IsOrigin(const Graph& graph, View view, NodeId lot) {
  bool made = false;
  graph.MakersOf(lot, view, [&](const Flow&) { made = true; });
  return !made;
}

bool IsEnd(const Graph& graph, View view, NodeId lot) {
  bool used = false;
  graph.UsesOf(lot, view, [&](const Flow&) { used = true; });
  return !used;
}

std::vector<NodeId> FindCycles(const Graph& graph, View view, const std::vector<ReachedLot>& lots,
                               size_t most) {
  // Depth-first without recursion; grey lots are on the path from the start.
  enum Colour : uint8_t { kWhite, kGrey, kBlack };
  absl::flat_hash_map<NodeId, Colour> colour;
  for (const ReachedLot& lot : lots) colour[lot.lot] = kWhite;
  std::vector<NodeId> cycles;
  std::vector<NodeId> stack;
  for (const ReachedLot& start : lots) {
    if (colour[start.lot] != kWhite) continue;
    stack.push_back(start.lot);
    while (!stack.empty() && cycles.size() < most) {
      const NodeId lot = stack.back();
      Colour& own = colour[lot];
      if (own != kWhite) {
        if (own == kGrey) own = kBlack;
        stack.pop_back();
        continue;
      }
      own = kGrey;
      graph.UsesOf(lot, view, [&](const Flow& used) {
        graph.OutputsOf(used.process, view, [&](const Flow& made) {
          const auto found = colour.find(made.lot);
          if (found == colour.end() || found->second == kBlack) return;
          if (found->second == kWhite) {
            stack.push_back(made.lot);
          } else if (cycles.size() < most) {
            cycles.push_back(made.lot);
          }
        });
      });
    }
    stack.clear();
  }
  std::sort(cycles.begin(), cycles.end());
  cycles.erase(std::unique(cycles.begin(), cycles.end()), cycles.end());
  return cycles;
}

}  // namespace shian::trace
