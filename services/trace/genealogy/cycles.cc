#include <algorithm>

#include "services/trace/genealogy/findings.h"
#include "services/trace/genealogy/scratch.h"

namespace shian::trace {
namespace {

// Depth-first without recursion. Processes are nodes too, so that each edge is looked at once.
class CycleFinder {
 public:
  CycleFinder(const Graph& graph, View view, size_t most)
      : graph_(graph), view_(view), most_(most) {
    for (Marks* marks : {&inside_, &open_, &done_}) marks->Fit(graph.lot_count() + 1);
    for (Marks* marks : {&begun_, &left_}) marks->Fit(graph.process_count() + 1);
  }

  std::vector<NodeId> Run(const std::vector<ReachedLot>& lots) {
    for (const ReachedLot& lot : lots) inside_.Set(lot.lot);
    for (const ReachedLot& lot : lots) {
      if (!open_.Has(lot.lot)) Visit({lot.lot, false});
      while (!stack_.empty() && cycles_.size() < most_) Step();
    }
    std::sort(cycles_.begin(), cycles_.end());
    cycles_.erase(std::unique(cycles_.begin(), cycles_.end()), cycles_.end());
    return std::move(cycles_);
  }

 private:
  struct Node {
    uint32_t number = 0;
    bool process = false;
    bool entered = false;
  };

  void Visit(Node node) { stack_.push_back(node); }

  void Step() {
    Node& node = stack_.back();
    Marks& open = node.process ? begun_ : open_;
    Marks& done = node.process ? left_ : done_;
    if (node.entered) {
      done.Set(node.number);
      stack_.pop_back();
    } else if (!open.Set(node.number)) {
      stack_.pop_back();  // it was come to on another way meanwhile
    } else {
      node.entered = true;
      const Node at = node;  // the stack grows below
      at.process ? Outputs(at.number) : Uses(at.number);
    }
  }

  // A process that lies on the way that led to the lot closes a circle through it.
  void Uses(NodeId lot) {
    graph_.UsesOf(lot, view_, [&](const Part::FlowRef& used) {
      if (!begun_.Has(used.process)) {
        Visit({used.process, true});
      } else if (!left_.Has(used.process)) {
        Name(lot);
      }
    });
  }

  void Outputs(ProcessId process) {
    graph_.OutputsOf(process, view_, [&](const Part::FlowRef& made) {
      if (!inside_.Has(made.lot)) return;
      if (!open_.Has(made.lot)) {
        Visit({made.lot, false});
      } else if (!done_.Has(made.lot)) {
        Name(made.lot);
      }
    });
  }

  void Name(NodeId lot) {
    if (cycles_.size() < most_) cycles_.push_back(lot);
  }

  const Graph& graph_;
  const View view_;
  const size_t most_;
  Marks inside_;
  Marks open_, done_;   // lots entered, and left again
  Marks begun_, left_;  // processes
  std::vector<Node> stack_;
  std::vector<NodeId> cycles_;
};

}  // namespace

std::vector<NodeId> FindCycles(const Graph& graph, View view, const std::vector<ReachedLot>& lots,
                               size_t most) {
  return CycleFinder(graph, view, most).Run(lots);
}

}  // namespace shian::trace
