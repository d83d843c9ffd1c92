#include "services/trace/genealogy/containment.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

namespace shian::trace {
namespace {

// What fewer records tell is told anew each time: most lots are in one box once.
constexpr size_t kKeptRecordsMin = 8;
constexpr int64_t kQuantityMax = std::numeric_limits<int64_t>::max();

struct Act {
  int64_t time = 0;
  Action action = Action::kNone;
  int64_t quantity = -1;
  EventIndex event = 0;
};

// Unpacking sorts before packing at one instant.
int Rank(const Act& act) { return act.action == Action::kDelete ? 0 : 1; }

// Of the unit that the acts are about. `emptied`: when what it was in was emptied whole, in order.
void AddStays(NodeId unit, std::vector<Act> acts, const std::vector<int64_t>& emptied,
              std::vector<Stay>* stays) {
  std::sort(acts.begin(), acts.end(), [](const Act& a, const Act& b) {
    return std::make_tuple(a.time, Rank(a), a.action, a.quantity, a.event) <
           std::make_tuple(b.time, Rank(b), b.action, b.quantity, b.event);
  });
  const auto add = [unit, stays](const Act& began, int64_t until) {
    if (began.time < until) stays->push_back({unit, {began.time, until}, began.event});
  };
  const Act* began = nullptr;
  int64_t until = 0;  // the next emptying after it began
  bool measured = true;
  int64_t inside = 0;
  for (const Act& act : acts) {
    if (began != nullptr && until <= act.time) {
      add(*began, until);
      began = nullptr;
    }
    if (act.action == Action::kAdd) {
      if (began == nullptr) {
        began = &act;
        const auto next = std::upper_bound(emptied.begin(), emptied.end(), act.time);
        until = next == emptied.end() ? Interval().to : *next;
        inside = 0;
        measured = true;
      }
      // What cannot be added up is not measured.
      measured &= act.quantity >= 0 && act.quantity <= kQuantityMax - inside;
      if (measured) inside += act.quantity;
    } else if (act.action == Action::kObserve && began == nullptr) {
      add(act, act.time + 1);
    } else if (act.action == Action::kDelete && began != nullptr) {
      if (measured) inside -= std::max<int64_t>(0, act.quantity);
      if (measured && act.quantity >= 0 && inside > 0) continue;
      add(*began, act.time);
      began = nullptr;
    }
  }
  if (began != nullptr) add(*began, until);
}

using ActsByUnit = std::map<NodeId, std::vector<Act>>;

Act ActOf(const Graph& graph, const Containment& record) {
  return {graph.EventAt(record.event).time, record.action, record.quantity_micros, record.event};
}

}  // namespace

Interval Intersection(const Interval& a, const Interval& b) {
  return {std::max(a.from, b.from), std::min(a.to, b.to)};
}

const std::vector<int64_t>* Containments::EmptiedTimes(NodeId unit, Purse* purse) {
  const auto known = emptied_.find(unit);
  if (known != emptied_.end()) return known->second.get();
  auto times = std::make_unique<std::vector<int64_t>>();
  graph_.EmptyingsOf(unit, view_, [&](const Containment& record) {
    if (purse->Spend()) times->push_back(graph_.EventAt(record.event).time);
  });
  // A part of them would say that the unit was not emptied when it was.
  if (purse->stopped_by() != StoppedBy::kNothing) return nullptr;
  std::sort(times->begin(), times->end());
  return emptied_.emplace(unit, std::move(times)).first->second.get();
}

Containments::StaysPtr Containments::Find(NodeId unit, Side side, Purse* purse) {
  if (purse->stopped_by() != StoppedBy::kNothing) return nullptr;
  const auto known = known_.find({unit, side});
  if (known != known_.end()) return known->second;
  StaysPtr stays = Derive(unit, side, purse);
  if (stays == nullptr) return nullptr;
  if (stays->records >= kKeptRecordsMin) known_.emplace(std::make_pair(unit, side), stays);
  return stays;
}

Containments::StaysPtr Containments::Derive(NodeId unit, Side side, Purse* purse) {
  ActsByUnit acts;
  const auto add = [&](NodeId other, const Containment& record) {
    if (purse->Spend()) acts[other].push_back(ActOf(graph_, record));
  };
  auto stays = std::make_shared<Stays>();
  if (side == kContents) {
    graph_.RecordsOfParent(unit, view_, [&](const Containment& r) { add(r.child, r); });
  } else {
    graph_.RecordsOfChild(unit, view_, [&](const Containment& r) { add(r.parent, r); });
  }
  for (auto& [other, list] : acts) {
    const std::vector<int64_t>* const emptied =
        EmptiedTimes(side == kContents ? unit : other, purse);
    if (emptied == nullptr) return nullptr;
    // A unit's own emptyings were paid for once.
    stays->records += list.size() + (side == kContainers ? emptied->size() : 0);
    AddStays(other, std::move(list), *emptied, &stays->list);
  }
  // What a part of the records tells is told to nobody.
  if (purse->stopped_by() != StoppedBy::kNothing) return nullptr;
  std::stable_sort(stays->list.begin(), stays->list.end(),
                   [](const Stay& a, const Stay& b) { return a.when.from < b.when.from; });
  for (size_t i = 0; i < stays->list.size(); ++i) {
    const int64_t end = stays->list[i].when.to;
    if (i % kBlock == 0) stays->block_end.push_back(end);
    stays->block_end.back() = std::max(stays->block_end.back(), end);
    stays->last_end.push_back(i == 0 ? end : std::max(stays->last_end.back(), end));
  }
  return stays;
}

std::vector<Stay> ContainersOf(const Graph& graph, NodeId child, View view) {
  std::vector<Stay> stays;
  Purse purse(Unlimited());
  Containments(graph, view)
      .EachContainer(child, Interval(), &purse,
                     [&](const Stay& stay, const Interval&) { stays.push_back(stay); });
  return stays;
}

std::vector<Stay> ContentsOf(const Graph& graph, NodeId parent, View view) {
  std::vector<Stay> stays;
  Purse purse(Unlimited());
  Containments(graph, view)
      .EachContent(parent, Interval(), &purse,
                   [&](const Stay& stay, const Interval&) { stays.push_back(stay); });
  return stays;
}

}  // namespace shian::trace
