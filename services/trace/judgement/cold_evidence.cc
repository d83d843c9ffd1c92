#include "services/trace/judgement/cold_evidence.h"

#include <algorithm>

#include "libs/base/time.h"
#include "services/trace/genealogy/limits.h"

namespace shian::trace {
namespace {

class SourceFinder {
 public:
  SourceFinder(const Graph& graph, View view, int64_t most)
      : graph_(graph), most_(most), containments_(graph, view) {}

  // What `unit` held at some moment of `when`. False when nothing is known of that.
  bool AddContents(NodeId unit, const Interval& when) {
    bool any = false;
    containments_.EachContent(unit, when, &records_, [&](const Stay& stay, const Interval& common) {
      if (!Pay()) return;
      any = true;
      nest_.Push(stay.unit, common);
    });
    return any;
  }

  void AddNested() {
    while (!nest_.empty()) {
      const Stay held = nest_.Pop();
      // What was come to before it was cut short stands.
      if (!out_.cut && graph_.IsContainer(held.unit) && AddContents(held.unit, held.when)) continue;
      Add(held.unit, held.when.to == kNoEnd ? kNoEnd : held.when.to - 1);
    }
  }

  void AddInput(NodeId lot, int64_t time) {
    if (Pay()) nest_.Push(lot, {time, time + 1});
  }

  Sources Take() {
    for (const auto& [lot, until] : until_) out_.listed.push_back({lot, until});
    return std::move(out_);
  }

 private:
  bool Pay() {
    if (out_.edges == most_) out_.cut = true;
    if (!out_.cut) ++out_.edges;
    return !out_.cut;
  }

  void Add(NodeId lot, int64_t until) {
    const auto [at, added] = until_.emplace(lot, until);
    if (!added) at->second = std::max(at->second, until);
  }

  const Graph& graph_;
  const int64_t most_;
  Containments containments_;
  Purse records_{Unlimited()};  // of each unit its own, once
  Nest nest_;
  std::map<NodeId, int64_t> until_;
  Sources out_;
};

}  // namespace

Watches WatchesOf(const Graph& graph, View view, NodeId lot, const Interval& when,
                  absl::Duration tolerance, bool* cut) {
  Watches watches;
  Nest nest;
  Containments containments(graph, view);
  Purse purse({limits::kNestedStaysMax});
  for (nest.Push(lot, when); !nest.empty();) {
    const Stay at = nest.Pop();
    const int64_t from = at.when.from;
    const absl::Time latest = FromMicros(from) - tolerance - absl::Microseconds(1);
    const int64_t too_early = from == Interval().from ? 0 : graph.KnownAt(latest).upto;
    graph.TouchesOf(at.unit, view, [&](const Touch& touch) {
      if (int64_t{touch.event} > too_early) watches[touch.event].push_back(at.when);
    });
    if (!graph.has_containments()) break;
    containments.EachContainer(
        at.unit, at.when, &purse,
        [&nest](const Stay& stay, const Interval& common) { nest.Push(stay.unit, common); });
  }
  *cut |= purse.stopped_by() != StoppedBy::kNothing;
  return watches;
}

Watches WatchesOf(const Evidence& events, const Interval& when) {
  Watches watches;
  for (const EventIndex event : events) watches[event] = {when};
  return watches;
}

bool Speaks(const std::vector<Interval>& times, int64_t begin, int64_t end) {
  return std::any_of(times.begin(), times.end(), [&](const Interval& time) {
    return time.from <= begin && (end < time.to || time.to == kNoEnd);
  });
}

Sources SourcesInUnit(const Graph& graph, View view, NodeId unit, const Interval& when,
                      int64_t most) {
  SourceFinder finder(graph, view, most);
  finder.AddContents(unit, when);
  finder.AddNested();
  return finder.Take();
}

int64_t EmptySince(const Graph& graph, View view, NodeId unit, int64_t time) {
  int64_t since = Interval().from;
  for (const Stay& stay : ContentsOf(graph, unit, view)) {
    if (stay.when.to <= time) since = std::max(since, stay.when.to);
  }
  return since;
}

Sources SourcesOfInputs(const Graph& graph, View view, const std::vector<Source>& inputs,
                        int64_t most) {
  SourceFinder finder(graph, view, most);
  for (const Source& input : inputs) finder.AddInput(input.lot, input.until);
  finder.AddNested();
  return finder.Take();
}

}  // namespace shian::trace
