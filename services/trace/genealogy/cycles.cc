#include "absl/container/flat_hash_set.h"
#include "services/trace/genealogy/findings.h"
#include "services/trace/genealogy/scratch.h"

namespace shian::trace {
namespace {

// Lots or processes of the trace: which those are, which were entered, and left again.
struct States {
  Marks inside, open, done;
  void Fit(size_t count) {
    for (Marks* marks : {&inside, &open, &done}) marks->Fit(count);
  }
  template <class List, class Number>
  void Clear(const List& list, Number number) {
    if (inside.Many(list.size())) {
      for (Marks* marks : {&inside, &open, &done}) marks->ClearAll();
      return;
    }
    for (const auto& each : list) {
      for (Marks* marks : {&inside, &open, &done}) marks->Clear(number(each));
    }
  }
};

struct Scratch {
  States lots, processes;
};
Scratch& OwnScratch(const Graph& graph) {
  static thread_local Scratch scratch;
  scratch.lots.Fit(graph.lot_count() + 1);
  scratch.processes.Fit(graph.process_count() + 1);
  return scratch;
}

// Depth-first without recursion, the way the trace went. Processes are nodes too, so that each edge
// is looked at once, and none that the trace did not look at.
class CycleFinder {
 public:
  CycleFinder(const Graph& graph, View view, const TraceResult& result, size_t most, Purse* purse)
      : graph_(graph),
        view_(view),
        result_(result),
        most_(most),
        purse_(*purse),
        lots_(OwnScratch(graph).lots),
        processes_(OwnScratch(graph).processes) {}

  std::vector<NodeId> Run() {
    for (const ReachedLot& lot : result_.lots) {
      if (!lot.carrier) lots_.inside.Set(lot.lot);
    }
    for (const Passed& passed : result_.passed) processes_.inside.Set(passed.process);
    for (const ReachedLot& lot : result_.lots) {
      if (cycles_.size() >= most_ || stopped()) break;
      if (!lot.carrier && !lots_.open.Has(lot.lot)) stack_.push_back({lot.lot, false});
      while (!stack_.empty() && cycles_.size() < most_ && !stopped()) Step();
    }
    lots_.Clear(result_.lots, [](const ReachedLot& lot) { return lot.lot; });
    processes_.Clear(result_.passed, [](const Passed& passed) { return passed.process; });
    return std::move(cycles_);
  }

 private:
  struct Node {
    uint32_t number = 0;
    bool process = false;
    bool entered = false;
  };

  void Step() {
    Node& node = stack_.back();
    States& states = node.process ? processes_ : lots_;
    if (node.entered) {
      states.done.Set(node.number);
      stack_.pop_back();
    } else if (!states.open.Set(node.number)) {
      stack_.pop_back();  // it was come to on another way meanwhile
    } else {
      node.entered = true;
      const Node at = node;  // the stack grows below
      at.process ? LeaveProcess(at.number) : LeaveLot(at.number);
    }
  }

  bool stopped() const { return purse_.stopped_by() != StoppedBy::kNothing; }
  bool back() const { return result_.direction == Direction::kBack; }

  // A process that lies on the way that led to the lot closes a circle through it.
  void LeaveLot(NodeId lot) {
    const auto enter = [&](const Part::FlowRef& flow) {
      if (!purse_.Spend() || !processes_.inside.Has(flow.process)) return;
      if (!processes_.open.Has(flow.process)) {
        stack_.push_back({flow.process, true});
      } else if (!processes_.done.Has(flow.process)) {
        Name(lot);
      }
    };
    back() ? graph_.MakersOf(lot, view_, enter) : graph_.UsesOf(lot, view_, enter);
  }

  void LeaveProcess(ProcessId process) {
    const auto reach = [&](const Part::FlowRef& flow) {
      if (!purse_.Spend() || !lots_.inside.Has(flow.lot)) return;
      if (!lots_.open.Has(flow.lot)) {
        stack_.push_back({flow.lot, false});
      } else if (!lots_.done.Has(flow.lot)) {
        Name(flow.lot);
      }
    };
    back() ? graph_.InputsOf(process, view_, reach) : graph_.OutputsOf(process, view_, reach);
  }

  void Name(NodeId lot) {
    if (cycles_.size() < most_ && named_.insert(lot).second) cycles_.push_back(lot);
  }

  const Graph& graph_;
  const View view_;
  const TraceResult& result_;
  const size_t most_;
  Purse& purse_;
  States& lots_;
  States& processes_;
  std::vector<Node> stack_;
  std::vector<NodeId> cycles_;
  absl::flat_hash_set<NodeId> named_;
};

}  // namespace

std::vector<NodeId> FindCycles(const Graph& graph, View view, const TraceResult& result,
                               size_t most, Purse* purse) {
  return CycleFinder(graph, view, result, most, purse).Run();
}

}  // namespace shian::trace
