#include "services/trace/genealogy/trace.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "services/trace/genealogy/scratch.h"

namespace shian::trace {
namespace {

// How many lots before its turn each stage of what a lot needs is fetched.
constexpr size_t kListAhead = 36;
constexpr size_t kProcessesAhead = 24;
constexpr size_t kLotsAhead = 12;

struct Scratch {
  Marks seen;      // in the answer
  Marks followed;  // more than a carrier
  Marks passed;
  std::vector<NodeId> queue;
};
Scratch& OwnScratch(const Graph& graph) {
  static thread_local Scratch scratch;
  scratch.seen.Fit(graph.lot_count() + 1);
  scratch.followed.Fit(graph.lot_count() + 1);
  scratch.passed.Fit(graph.process_count() + 1);
  scratch.queue.clear();
  return scratch;
}

class Walker {
 public:
  Walker(const Graph& graph, View view, const Budget& budget, const SpreadRule& rule,
         TraceResult* out)
      : graph_(graph),
        view_(view),
        purse_(budget),
        out_(*out),
        marks_(OwnScratch(graph)),
        queue_(marks_.queue),
        containers_(graph.has_containments()),
        fetched_(graph.largest()),
        spreads_(rule.any()),
        spread_(graph, view, rule, out->direction == Direction::kForward, &purse_),
        containments_(graph, view) {}

  void Run(const std::vector<NodeId>& seeds) {
    for (NodeId seed : seeds) Reach(seed, 0, kNone, kNone);
    if (back() && containers_) {
      // A seed that is a unit stands for all it ever held.
      for (NodeId seed : seeds) ReachContents(seed, Interval(), kNone);
    }
    depth_ = 1;  // of what is come to from here on
    FollowQueue();
    while (spreads_ && FollowBeside()) {
      ++depth_;
      FollowQueue();
    }
    Finish();
  }

 private:
  bool back() const { return out_.direction == Direction::kBack; }
  bool stopped() const { return purse_.stopped_by() != StoppedBy::kNothing; }

  void FollowQueue() {
    size_t level_end = queue_.size();
    for (; next_ < queue_.size() && !stopped(); ++next_) {
      if (next_ == level_end) ++depth_, level_end = queue_.size();
      if (fetched_ != nullptr) FetchAhead();
      back() ? Back(queue_[next_]) : Forward(queue_[next_]);
    }
  }

  void FetchAhead() const {
    const size_t end = queue_.size();
    if (next_ + kListAhead < end) fetched_->FetchList(queue_[next_ + kListAhead], !back());
    if (next_ + kProcessesAhead < end) {
      fetched_->FetchProcesses(queue_[next_ + kProcessesAhead], !back());
    }
    if (next_ + kLotsAhead < end) fetched_->FetchLots(queue_[next_ + kLotsAhead], !back());
  }

  // Through the last process passed, or none.
  void Reach(NodeId lot, uint32_t through, NodeId beside, EventIndex event) {
    if (!marks_.followed.Set(lot)) return;
    queue_.push_back(lot);
    const bool known = containers_ && !marks_.seen.Set(lot);
    // A carrier that is come to in its own right: what is made of it itself hangs on this way. Rows
    // are filled where they stand: one that was made first and copied would wait for its own
    // stores.
    ReachedLot& reached = known ? out_.lots[carriers_.at(lot)] : out_.lots.emplace_back();
    if (!known) reached.depth = depth_;
    reached.lot = lot;
    reached.carrier = false;
    reached.through = through;
    reached.beside = beside;
    reached.event = event;
  }
  void ReachThrough(NodeId lot, NodeId beside = kNone) {
    Reach(lot, static_cast<uint32_t>(out_.passed.size()), beside, kNone);
  }

  void ReachCarrier(const Stay& stay, NodeId held) {
    if (!marks_.seen.Set(stay.unit)) return;
    carriers_.emplace(stay.unit, out_.lots.size());
    out_.lots.push_back({stay.unit, depth_ - 1, true, 0, held, stay.event});
  }

  // A lot led into the process.
  void Enter(ProcessId process, NodeId lot, NodeId unit) {
    if (!spreads_) return Follow({process, lot, unit});
    if (!entered_.insert(process).second) return;
    if (spread_.Ends(process)) {
      ++out_.ended;
      return;
    }
    near_.push_back({process, lot, unit, depth_});
    Follow({process, lot, unit});
  }

  // When goods lead no further, contamination does: to one process beside an entered one, and then
  // goods go on from there. So what goods lead to is told as that. False when there is none.
  bool FollowBeside() {
    while (!stopped()) {
      if (next_beside_ < beside_.size()) {
        const Spread::Beside beside = beside_[next_beside_++];
        if (marks_.passed.Has(beside.process)) continue;
        const Near& near = near_[next_near_ - 1];
        out_.beside[out_.passed.size()] = {near.process, beside.event};
        depth_ = near.depth;
        Follow({beside.process, near.lot, near.unit});
        return true;
      }
      if (next_near_ == near_.size()) return false;
      const int64_t any = back() ? Interval().to : Interval().from;
      beside_ = spread_.BesideOf(near_[next_near_++].process, any);
      next_beside_ = 0;
    }
    return false;
  }

  void Follow(const Passed& passed) {
    if (!marks_.passed.Set(passed.process)) return;
    Passed& next = out_.passed.emplace_back();
    next.process = passed.process;
    next.from = passed.from;
    next.unit = passed.unit;
    back() ? ReachInputs(passed.process) : ReachOutputs(passed.process);
  }

  void Back(NodeId lot) {
    graph_.MakersOf(lot, view_, [&](const Part::FlowRef& made) {
      if (purse_.Spend()) Enter(made.process, lot, kNone);
    });
  }

  void ReachInputs(ProcessId process) {
    graph_.InputsOf(process, view_, [&](const Part::FlowRef& used) {
      if (!purse_.Spend()) return;
      ReachThrough(used.lot);
      if (!containers_ || !graph_.IsContainer(used.lot)) return;
      const int64_t time = graph_.EventAt(used.event()).time;
      ReachContents(used.lot, {time, time + 1}, used.lot);
    });
  }

  // What was in `unit` at some moment of `when`, at any depth. `used`: the unit, where a process
  // used it.
  void ReachContents(NodeId unit, const Interval& when, NodeId used) {
    for (nest_.Push(unit, when); !nest_.empty();) {
      const Stay at = nest_.Pop();
      const auto reach = [&](const Stay& stay, const Interval& common) {
        used == kNone ? Reach(stay.unit, 0, unit, stay.event) : ReachThrough(stay.unit, used);
        nest_.Push(stay.unit, common);
      };
      containments_.EachContent(at.unit, at.when, &purse_, reach);
    }
  }

  void Forward(NodeId lot) {
    graph_.UsesOf(lot, view_, [&](const Part::FlowRef& used) {
      if (purse_.Spend()) Enter(used.process, lot, kNone);
    });
    if (containers_) FollowCarriers(lot);
  }

  void ReachOutputs(ProcessId process) {
    graph_.OutputsOf(process, view_, [&](const Part::FlowRef& made) {
      if (purse_.Spend()) ReachThrough(made.lot);
    });
  }

  // A unit's use is the use of what it held then, and of nothing else.
  void FollowCarriers(NodeId lot) {
    for (nest_.Push(lot, Interval()); !nest_.empty();) {
      const Stay at = nest_.Pop();
      const auto follow = [&](const Stay& stay, const Interval& common) {
        ReachCarrier(stay, lot);
        FollowUsesIn(stay.unit, common, lot);
        nest_.Push(stay.unit, common);
      };
      containments_.EachContainer(at.unit, at.when, &purse_, follow);
    }
  }

  void FollowUsesIn(NodeId unit, const Interval& when, NodeId lot) {
    graph_.UsesOf(unit, view_, [&](const Part::FlowRef& used) {
      if (!purse_.Spend() || !when.Holds(graph_.EventAt(used.event()).time)) return;
      Enter(used.process, lot, unit);
    });
  }

  void Finish() {
    out_.edges = purse_.spent();
    out_.stopped_by = purse_.stopped_by();
    if (!out_.complete()) out_.frontier = static_cast<int64_t>(queue_.size() - next_);
    for (const auto& [passed, near] : out_.beside) {
      out_.only_beside += entered_.contains(out_.passed[passed].process) ? 0 : 1;
    }
    if (containers_) {
      for (ReachedLot& lot : out_.lots) lot.carrier = !marks_.followed.Has(lot.lot);
    }
    Clean();
  }

  void Clean() {
    if (marks_.followed.Many(out_.lots.size())) {
      marks_.followed.ClearAll();
      marks_.seen.ClearAll();
    } else {
      for (const ReachedLot& lot : out_.lots) {
        marks_.followed.Clear(lot.lot);
        marks_.seen.Clear(lot.lot);
      }
    }
    if (marks_.passed.Many(out_.passed.size())) return marks_.passed.ClearAll();
    for (const Passed& passed : out_.passed) marks_.passed.Clear(passed.process);
  }

  const Graph& graph_;
  const View view_;
  Purse purse_;
  TraceResult& out_;
  Scratch& marks_;
  std::vector<NodeId>& queue_;
  const bool containers_;
  const Part* const fetched_;
  const bool spreads_;
  Spread spread_;
  // Where contamination is asked about: processes that a lot led to, those of them that pass it on,
  // and what stands beside the last one that was asked about.
  struct Near {
    ProcessId process = kNone;
    NodeId lot = kNone, unit = kNone;
    int depth = 0;
  };
  absl::flat_hash_set<ProcessId> entered_;
  std::vector<Near> near_;
  std::vector<Spread::Beside> beside_;
  size_t next_near_ = 0, next_beside_ = 0;
  Nest nest_;
  Containments containments_;
  absl::flat_hash_map<NodeId, size_t> carriers_;  // where they are in the answer
  int depth_ = 0;
  size_t next_ = 0;
};

}  // namespace

TraceResult WalkBeside(const Graph& graph, View view, const std::vector<NodeId>& seeds,
                       Direction direction, const Budget& budget, const SpreadRule& rule) {
  TraceResult result;
  result.direction = direction;
  Walker(graph, view, budget, rule, &result).Run(seeds);
  return result;
}

TraceResult Walk(const Graph& graph, View view, const std::vector<NodeId>& seeds,
                 Direction direction, const Budget& budget) {
  return WalkBeside(graph, view, seeds, direction, budget, SpreadRule());
}

TraceResult Trace(const Graph& graph, View view, const std::vector<NodeId>& seeds,
                  Direction direction, const Budget& budget) {
  TraceResult result = Walk(graph, view, seeds, direction, budget);
  std::sort(result.lots.begin(), result.lots.end(), [](const ReachedLot& a, const ReachedLot& b) {
    return a.depth != b.depth ? a.depth < b.depth : a.lot < b.lot;
  });
  return result;
}

}  // namespace shian::trace
