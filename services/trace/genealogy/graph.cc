#include "services/trace/genealogy/graph.h"

#include <algorithm>

#include "libs/base/check.h"
#include "libs/base/time.h"

namespace shian::trace {

Graph::Graph()
    : lots_(1),
      processes_(1),
      events_(1),
      inputs_(1),
      outputs_(1),
      containments_(1),
      touches_(1),
      places_(1) {}

void Graph::Apply(const CapturedBatch& batch) {
  for (const CapturedEpc& epc : batch.epcs) {
    if (epc.number >= lots_.size()) lots_.resize(epc.number + 1);
    lots_[epc.number].epc = epc.epc;
    lots_[epc.number].kind = epc.kind;
    lot_by_name_.emplace(epc.epc, epc.number);
  }
  for (const CapturedEvent& event : batch.events) Add(event);
  for (const CapturedMask& mask : batch.masks) {
    const auto found = event_by_sequence_.find(mask.sequence);
    if (found == event_by_sequence_.end()) continue;
    int64_t& masked_from = events_[found->second].masked_from;
    // The first declaration counts; another one changes nothing.
    if (masked_from == 0 || mask.masked_from < masked_from) masked_from = mask.masked_from;
  }
  last_ = std::max(last_, batch.last);
}

void Graph::Add(const CapturedEvent& event) {
  CHECK(event.sequence > last_) << "events enter the graph in the order of capture";
  const EventIndex index = static_cast<EventIndex>(events_.size());
  // The first, number 0, is none.
  const int64_t recorded = index == 1 ? ToMicros(event.recorded)
                                      : std::max(events_.back().recorded, ToMicros(event.recorded));
  events_.push_back({event.sequence, event.masked_from, ToMicros(event.time), recorded,
                     PlaceNumber(event.place), PlaceNumber(event.source),
                     PlaceNumber(event.destination)});
  event_by_sequence_.emplace(event.sequence, index);
  last_ = event.sequence;
  for (const CapturedLink& link : event.links) {
    CHECK(link.epc < lots_.size()) << "an event names a lot that was not announced";
    AddTouch(link.epc, {index, link.role, event.action, kNone});
  }
  if (event.type == EventType::kTransformation) {
    const ProcessId process = ProcessOf(event.process);
    for (const CapturedLink& link : event.links) {
      // A whole class of goods joins everything with everything: it is no lot.
      if (lots_[link.epc].kind == EpcKind::kClass) continue;
      AddFlow(link.role == Role::kInput, link.epc, process, index);
    }
  } else if (event.type == EventType::kAggregation || event.type == EventType::kAssociation) {
    AddContainments(event, index);
  }
}

void Graph::AddFlow(bool input, NodeId lot, ProcessId process, EventIndex event) {
  std::vector<Flow>& flows = input ? inputs_ : outputs_;
  uint32_t& of_lot = input ? lots_[lot].uses : lots_[lot].makers;
  uint32_t& of_process = input ? processes_[process].inputs : processes_[process].outputs;
  const uint32_t index = static_cast<uint32_t>(flows.size());
  flows.push_back({lot, process, event, of_lot, of_process});
  of_lot = of_process = index;
}

void Graph::AddContainments(const CapturedEvent& event, EventIndex index) {
  NodeId parent = kNone;
  bool children = false;
  for (const CapturedLink& link : event.links) {
    if (link.role == Role::kParent) parent = link.epc;
    children |= link.role == Role::kChild;
  }
  if (parent == kNone) return;
  if (!children) {
    if (event.action == Action::kDelete) AddContainment({kNone, parent, index, event.action});
    return;
  }
  for (const CapturedLink& link : event.links) {
    if (link.role != Role::kChild || lots_[link.epc].kind == EpcKind::kClass) continue;
    AddContainment({link.epc, parent, index, event.action, link.quantity_micros});
  }
}

void Graph::AddContainment(Containment record) {
  const uint32_t index = static_cast<uint32_t>(containments_.size());
  if (record.child == kNone) {
    record.next_of_parent = lots_[record.parent].emptied;
    lots_[record.parent].emptied = index;
  } else {
    record.next_of_parent = lots_[record.parent].as_parent;
    lots_[record.parent].as_parent = index;
    record.next_of_child = lots_[record.child].as_child;
    lots_[record.child].as_child = index;
  }
  containments_.push_back(record);
}

void Graph::AddTouch(NodeId lot, Touch touch) {
  const uint32_t index = static_cast<uint32_t>(touches_.size());
  touch.next = lots_[lot].touches;
  touches_.push_back(touch);
  lots_[lot].touches = index;
}

ProcessId Graph::ProcessOf(const std::string& name) {
  const ProcessId next = static_cast<ProcessId>(processes_.size());
  const auto [at, added] = process_by_name_.try_emplace(name, next);
  if (added) processes_.push_back({name});
  return at->second;
}

uint32_t Graph::PlaceNumber(const std::string& place) {
  if (place.empty()) return kNone;
  const auto [at, added] = place_by_name_.try_emplace(place, places_.size());
  if (added) places_.push_back(place);
  return at->second;
}

NodeId Graph::Find(absl::string_view epc) const {
  const auto found = lot_by_name_.find(std::string(epc));
  return found == lot_by_name_.end() ? kNone : found->second;
}

View Graph::KnownAt(absl::Time time) const {
  const int64_t micros = ToMicros(time);
  const auto after =
      std::upper_bound(events_.begin() + 1, events_.end(), micros,
                       [](int64_t at, const GraphEvent& event) { return at < event.recorded; });
  return {after == events_.begin() + 1 ? 0 : std::prev(after)->sequence};
}

}  // namespace shian::trace
