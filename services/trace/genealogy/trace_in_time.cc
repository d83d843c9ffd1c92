#include <algorithm>
#include <limits>
#include <queue>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "services/trace/genealogy/trace.h"

namespace shian::trace {
namespace {

constexpr int64_t kAlways = std::numeric_limits<int64_t>::min();

// Goes through lots and processes in the order of time, forward from the earliest on, back from the
// latest on: then the first time that something is come to is the best, and it is followed once.
// Times are turned round for back, so that both ways count upwards.
class TimedWalker {
 public:
  TimedWalker(const Graph& graph, View view, const Budget& budget, const SpreadRule& rule,
              TraceResult* out)
      : graph_(graph),
        view_(view),
        purse_(budget),
        out_(*out),
        spreads_(rule.any()),
        spread_(graph, view, rule, out->direction == Direction::kForward, &purse_),
        containments_(graph, view) {}

  void Run(const std::vector<NodeId>& seeds) {
    for (NodeId seed : seeds) Come({kAlways, 0, seed, kLot, {}});
    if (back()) {
      for (NodeId seed : seeds) ComeContents(seed, Interval(), kAlways, 0, kNone);
    }
    while (!queue_.empty() && !stopped()) {
      const Visit visit = queue_.top();
      queue_.pop();
      Enter(visit);
    }
    out_.edges = purse_.spent();
    out_.stopped_by = purse_.stopped_by();
    if (!out_.complete()) out_.frontier = static_cast<int64_t>(queue_.size());
    for (ReachedLot& lot : out_.lots) lot.carrier = !lots_.contains(lot.lot);
    for (const auto& [passed, near] : out_.beside) {
      out_.only_beside += entered_.contains(out_.passed[passed].process) ? 0 : 1;
    }
  }

 private:
  enum Kind { kLot, kProcess, kBeside };
  struct Way {
    uint32_t through = 0;  // of a lot; of a process, the lot that led to it
    NodeId beside = kNone;
    EventIndex event = kNone;
    ProcessId near = kNone;  // of what stands beside it
  };
  struct Visit {
    int64_t at = kAlways;
    int depth = 0;
    uint32_t number = kNone;
    Kind kind = kLot;
    Way way;
    bool operator<(const Visit& other) const {  // the top of a queue is its greatest
      // Of one moment goods come before what only stood beside them.
      const bool beside = kind == kBeside, other_beside = other.kind == kBeside;
      return std::tie(at, beside, depth, kind, number) >
             std::tie(other.at, other_beside, other.depth, other.kind, other.number);
    }
  };

  bool back() const { return out_.direction == Direction::kBack; }
  bool stopped() const { return purse_.stopped_by() != StoppedBy::kNothing; }
  int64_t Turn(int64_t time) const { return Turned(out_.direction, time); }
  int64_t TimeOf(EventIndex event) const { return Turn(graph_.EventAt(event).time); }

  void Come(const Visit& visit) { queue_.push(visit); }

  void Enter(const Visit& visit) {
    if (visit.kind != kLot) return EnterProcess(visit);
    if (!lots_.insert(visit.number).second) return;
    const Way& way = visit.way;
    Put({visit.number, visit.depth, false, way.through, way.beside, way.event}, visit.at);
    back() ? IntoMakers(visit) : IntoUses(visit);
  }

  // What a lot led to passes its contamination on; what stands beside that does not.
  void EnterProcess(const Visit& visit) {
    if (visit.kind == kProcess && spreads_) {
      if (!entered_.insert(visit.number).second) return;
      if (spread_.Ends(visit.number)) {
        ++out_.ended;
        return;
      }
      for (const Spread::Beside& beside : spread_.BesideOf(visit.number, Turn(visit.at))) {
        if (processes_.contains(beside.process)) continue;
        const Way way = {visit.way.through, visit.way.beside, beside.event, visit.number};
        Come({TimeOf(beside.event), visit.depth, beside.process, kBeside, way});
      }
    }
    if (!processes_.insert(visit.number).second) return;
    if (visit.kind == kBeside) out_.beside[out_.passed.size()] = {visit.way.near, visit.way.event};
    out_.passed.push_back({visit.number, visit.way.through, visit.way.beside});
    out_.passed_since.push_back(visit.at);
    Through(visit);
  }

  // Into the answer. A carrier that is come to in its own right keeps its place; what is made of
  // it itself hangs on the new way.
  void Put(const ReachedLot& reached, int64_t since) {
    const auto [place, added] = places_.emplace(reached.lot, out_.lots.size());
    if (added) {
      out_.lots.push_back(reached);
      out_.lots_since.push_back(since);
    } else if (!reached.carrier) {
      ReachedLot& known = out_.lots[place->second];
      const int depth = known.depth;
      known = reached;
      known.depth = depth;
      int64_t& known_since = out_.lots_since[place->second];
      known_since = std::min(known_since, since);
    }
  }

  void IntoMakers(const Visit& visit) {
    graph_.MakersOf(visit.number, view_,
                    [&](const Part::FlowRef& flow) { ComeProcess(flow, visit, kNone); });
  }

  void IntoUses(const Visit& visit) {
    graph_.UsesOf(visit.number, view_,
                  [&](const Part::FlowRef& flow) { ComeProcess(flow, visit, kNone); });
    if (graph_.has_containments()) Carried(visit);
  }

  void ComeProcess(const Part::FlowRef& flow, const Visit& from, NodeId unit) {
    if (!purse_.Spend()) return;
    const int64_t at = TimeOf(flow.event());
    if (at < from.at) return;
    Come({at, from.depth + 1, flow.process, kProcess, {from.number, unit, flow.event()}});
  }

  // Out of a process at its other side.
  void Through(const Visit& visit) {
    const auto through = static_cast<uint32_t>(out_.passed.size());
    const auto leave = [&](const Part::FlowRef& flow) {
      if (!purse_.Spend()) return;
      const int64_t at = TimeOf(flow.event());
      if (at < visit.at) return;
      Come({at, visit.depth, flow.lot, kLot, {through, kNone, flow.event()}});
      const int64_t time = Turn(at);
      if (back()) ComeContents(flow.lot, {time, time + 1}, at, visit.depth, through);
    };
    back() ? graph_.InputsOf(visit.number, view_, leave)
           : graph_.OutputsOf(visit.number, view_, leave);
  }

  // Back: what was in `unit` at some moment of `when` is come to as it left, or as the unit was
  // used. `through`: the process that used it, if any.
  void ComeContents(NodeId unit, const Interval& when, int64_t at, int depth, uint32_t through) {
    for (nest_.Push(unit, when); !nest_.empty();) {
      const Stay in = nest_.Pop();
      const auto come = [&](const Stay& stay, const Interval& common) {
        const bool open = common.to == Interval().to;
        const Way way = through == 0 ? Way{0, unit, stay.event} : Way{through, unit, kNone};
        Come({open ? at : std::max(at, Turn(common.to - 1)), depth, stay.unit, kLot, way});
        nest_.Push(stay.unit, common);
      };
      containments_.EachContent(in.unit, in.when, &purse_, come);
    }
  }

  // Forward: the units that held the lot after it was there, and the uses of those meanwhile.
  void Carried(const Visit& visit) {
    Interval after;
    after.from = visit.at;
    for (nest_.Push(visit.number, after); !nest_.empty();) {
      const Stay at = nest_.Pop();
      const auto follow = [&](const Stay& stay, const Interval& common) {
        Put({stay.unit, visit.depth, true, 0, visit.number, stay.event}, common.from);
        graph_.UsesOf(stay.unit, view_, [&](const Part::FlowRef& flow) {
          if (!common.Holds(graph_.EventAt(flow.event()).time)) return;
          ComeProcess(flow, visit, stay.unit);
        });
        nest_.Push(stay.unit, common);
      };
      containments_.EachContainer(at.unit, at.when, &purse_, follow);
    }
  }

  const Graph& graph_;
  const View view_;
  Purse purse_;
  TraceResult& out_;
  const bool spreads_;
  Spread spread_;
  std::priority_queue<Visit> queue_;
  absl::flat_hash_set<uint32_t> lots_, processes_;  // followed
  absl::flat_hash_set<ProcessId> entered_;          // where contamination is asked about
  absl::flat_hash_map<NodeId, size_t> places_;      // in the answer
  Nest nest_;
  Containments containments_;
};

}  // namespace

TraceResult WalkBesideInTime(const Graph& graph, View view, const std::vector<NodeId>& seeds,
                             Direction direction, const Budget& budget, const SpreadRule& rule) {
  TraceResult result;
  result.direction = direction;
  TimedWalker(graph, view, budget, rule, &result).Run(seeds);
  return result;
}

TraceResult WalkInTime(const Graph& graph, View view, const std::vector<NodeId>& seeds,
                       Direction direction, const Budget& budget) {
  return WalkBesideInTime(graph, view, seeds, direction, budget, SpreadRule());
}

}  // namespace shian::trace
