#pragma once

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "libs/base/time.h"
#include "services/trace/genealogy/graph.h"

namespace shian::trace::testing {

// Makes small graphs in a test's own words; times are microseconds.
class GraphMaker {
 public:
  const Graph& graph() const {
    if (batch_.last > graph_.last()) {
      graph_.Apply(batch_);
      batch_ = {};
      batch_.last = sequence_;
    }
    return graph_;
  }
  int64_t last() const { return sequence_; }
  // What graph() has not taken in yet.
  const CapturedBatch& batch() const { return batch_; }

  void Process(int64_t time, const std::string& id, const std::vector<std::string>& inputs,
               const std::vector<std::string>& outputs) {
    CapturedEvent event = Next(EventType::kTransformation, Action::kNone, time);
    event.process = id;
    event.place = place_;
    event.biz_step = step_;
    Link(Role::kInput, inputs, -1, &event);
    Link(Role::kOutput, outputs, -1, &event);
    Take(std::move(event));
  }
  // Where processes are from now on, and by what step.
  void SetPlace(const std::string& place, const std::string& step = "") {
    place_ = place;
    step_ = step;
  }
  void Pack(int64_t time, const std::string& unit, const std::vector<std::string>& children,
            int64_t quantity = -1) {
    Contain(Action::kAdd, time, unit, children, quantity);
  }
  void Unpack(int64_t time, const std::string& unit, const std::vector<std::string>& children,
              int64_t quantity = -1) {
    Contain(Action::kDelete, time, unit, children, quantity);
  }
  void Seen(int64_t time, const std::string& lot, const std::string& place) {
    CapturedEvent event = Next(EventType::kObject, Action::kObserve, time);
    event.place = place;
    Link(Role::kObject, {lot}, -1, &event);
    Take(std::move(event));
  }
  void Shipped(int64_t time, const std::string& lot, const std::string& from,
               const std::string& to) {
    CapturedEvent event = Next(EventType::kObject, Action::kObserve, time);
    event.place = from;
    event.destination = to;
    Link(Role::kObject, {lot}, -1, &event);
    Take(std::move(event));
  }
  // The clock from now on: each event is recorded a microsecond after the one before.
  void SetClock(int64_t recorded) { recorded_ = recorded; }
  // Says that an event was wrong.
  void Declare(int64_t sequence) {
    batch_.masks.push_back({sequence, ++sequence_});
    batch_.declarations.push_back({sequence_, FromMicros(++recorded_)});
    batch_.last = sequence_;
  }

  // Lots "0", "1", ... with the numbers 1, 2, ...
  void Lots(uint32_t count) {
    for (uint32_t i = 0; i < count; ++i)
      batch_.epcs.push_back({i + 1, absl::StrCat(i), EpcKind::kLot});
  }
  void NumberedProcess(const std::vector<uint32_t>& inputs, uint32_t output) {
    CapturedEvent event = Next(EventType::kTransformation, Action::kNone, 0);
    for (uint32_t input : inputs) event.links.push_back({Role::kInput, input + 1});
    event.links.push_back({Role::kOutput, output + 1});
    Take(std::move(event));
  }

 private:
  CapturedEvent Next(EventType type, Action action, int64_t time) {
    CapturedEvent event;
    event.sequence = ++sequence_;
    event.type = type;
    event.action = action;
    event.time = FromMicros(time);
    event.recorded = FromMicros(++recorded_);
    return event;
  }
  void Contain(Action action, int64_t time, const std::string& unit,
               const std::vector<std::string>& children, int64_t quantity) {
    CapturedEvent event = Next(EventType::kAggregation, action, time);
    Link(Role::kParent, {unit}, -1, &event);
    Link(Role::kChild, children, quantity, &event);
    Take(std::move(event));
  }
  void Link(Role role, const std::vector<std::string>& names, int64_t quantity,
            CapturedEvent* event) {
    for (const std::string& name : names) {
      const auto [at, added] = numbers_.try_emplace(name, numbers_.size() + 1);
      if (added) batch_.epcs.push_back({at->second, name, EpcKind::kLot});
      event->links.push_back({role, at->second, quantity});
    }
  }
  void Take(CapturedEvent event) {
    batch_.events.push_back(std::move(event));
    batch_.last = sequence_;
  }

  // What was made since the last look is taken in at the next one.
  mutable Graph graph_;
  mutable CapturedBatch batch_;
  int64_t sequence_ = 0;
  int64_t recorded_ = 0;
  std::string place_, step_;
  absl::flat_hash_map<std::string, uint32_t> numbers_;
};

// What was captured after `after` and up to `to`, out of a batch from the first event on.
inline CapturedBatch Cut(const CapturedBatch& batch, int64_t after, int64_t to) {
  CapturedBatch cut;
  cut.last = to;
  if (after == 0) cut.epcs = batch.epcs;
  const auto within = [&](int64_t sequence) { return sequence > after && sequence <= to; };
  for (const CapturedEvent& event : batch.events) {
    if (within(event.sequence)) cut.events.push_back(event);
  }
  for (const CapturedDeclaration& declaration : batch.declarations) {
    if (within(declaration.sequence)) cut.declarations.push_back(declaration);
  }
  for (const CapturedMask& mask : batch.masks) {
    if (within(mask.masked_from)) cut.masks.push_back(mask);
  }
  return cut;
}

// All of a graph's records but the masks, as one run.
inline Records Whole(const Graph& graph) { return Graph::Merge(graph.parts())->ToRecords(); }

}  // namespace shian::trace::testing
