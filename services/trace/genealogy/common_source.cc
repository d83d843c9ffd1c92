#include "services/trace/genealogy/common_source.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "libs/base/check.h"
#include "services/trace/genealogy/limits.h"

namespace shian::trace {
namespace {

// Each round passes on what a lot has learned since its last turn, so an edge is looked at once for
// each round that brings news: in a chain without circles hardly more than once.
class BitWalker {
 public:
  BitWalker(const Graph& graph, View view, const Budget& budget)
      : graph_(graph), view_(view), purse_(budget), containments_(graph, view) {}

  CommonSources Run(const std::vector<NodeId>& complaints, int least) {
    for (size_t i = 0; i < complaints.size(); ++i) {
      const uint64_t bit = uint64_t{1} << i;
      Tell(complaints[i], bit);
      // A complaint about a unit is one about all it ever held.
      TellContents(complaints[i], Interval(), bit);
    }
    while (!next_.empty() && !stopped()) {
      ++depth_;
      for (const NodeId lot : std::exchange(next_, {})) {
        if (!stopped()) Back(lot);
      }
    }
    return Answer(least);
  }

 private:
  struct Known {
    uint64_t bits = 0;
    uint64_t news = 0;
    int depth = 0;
  };

  bool stopped() const { return purse_.stopped_by() != StoppedBy::kNothing; }

  void Tell(NodeId lot, uint64_t bits) {
    const auto [at, added] = lots_.try_emplace(lot);
    Known& known = at->second;
    if (added) known.depth = depth_;
    const uint64_t news = bits & ~known.bits;
    if (news == 0) return;
    if (known.news == 0) next_.push_back(lot);
    known.bits |= news;
    known.news |= news;
  }

  void Back(NodeId lot) {
    const uint64_t news = std::exchange(lots_[lot].news, 0);
    graph_.MakersOf(lot, view_, [&](const Part::FlowRef& made) {
      if (!purse_.Spend()) return;
      uint64_t& passed = processes_[made.process];
      const uint64_t fresh = news & ~passed;
      passed |= fresh;
      if (fresh != 0) Inputs(made.process, fresh);
    });
  }

  void Inputs(ProcessId process, uint64_t bits) {
    graph_.InputsOf(process, view_, [&](const Part::FlowRef& used) {
      if (!purse_.Spend()) return;
      Tell(used.lot, bits);
      if (!graph_.IsContainer(used.lot)) return;
      const int64_t time = graph_.EventAt(used.event()).time;
      TellContents(used.lot, {time, time + 1}, bits);
    });
  }

  void TellContents(NodeId unit, const Interval& when, uint64_t bits) {
    Nest nest;
    for (nest.Push(unit, when); !nest.empty();) {
      const Stay at = nest.Pop();
      const auto tell = [&](const Stay& stay, const Interval& common) {
        Tell(stay.unit, bits);
        nest.Push(stay.unit, common);
      };
      containments_.EachContent(at.unit, at.when, &purse_, tell);
    }
  }

  CommonSources Answer(int least) {
    CommonSources out;
    out.lots = static_cast<int64_t>(lots_.size());
    out.edges = purse_.spent();
    out.stopped_by = purse_.stopped_by();
    for (const auto& [lot, known] : lots_) {
      const Source source{lot, known.bits, known.depth};
      if (source.count() >= least) out.sources.push_back(source);
    }
    std::sort(out.sources.begin(), out.sources.end(), [](const Source& a, const Source& b) {
      return std::make_tuple(-a.count(), a.depth, a.lot) <
             std::make_tuple(-b.count(), b.depth, b.lot);
    });
    return out;
  }

  const Graph& graph_;
  const View view_;
  Purse purse_;
  Containments containments_;
  int depth_ = 0;
  absl::flat_hash_map<NodeId, Known> lots_;
  absl::flat_hash_map<ProcessId, uint64_t> processes_;
  std::vector<NodeId> next_;
};

}  // namespace

CommonSources FindCommonSources(const Graph& graph, View view,
                                const std::vector<NodeId>& complaints, int least,
                                const Budget& budget) {
  SHIAN_CHECK(complaints.size() <= kComplaintsMax) << "a word has 64 bits";
  return BitWalker(graph, view, budget).Run(complaints, least);
}

}  // namespace shian::trace
