#include "services/trace/genealogy/numbering.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "libs/base/check.h"
#include "libs/base/time.h"

namespace shian::trace {

Numbering::Numbering(const Graph& graph) : graph_(graph), recorded_(graph.last_recorded_) {
  records_.first = static_cast<EventIndex>(graph.last_ + 1);
  records_.first_lot = static_cast<NodeId>(graph.lot_count_ + 1);
  records_.first_place = static_cast<uint32_t>(graph.place_count_ + 1);
  records_.first_process = static_cast<ProcessId>(graph.process_count_ + 1);
  records_.first_name = static_cast<uint32_t>(graph.name_count_ + 1);
  records_.first_step = static_cast<uint32_t>(graph.step_count_ + 1);
}

Records Numbering::Of(const CapturedBatch& batch) {
  const int64_t end = std::max(batch.last + 1, int64_t{records_.first});
  SHIAN_CHECK(end < std::numeric_limits<EventIndex>::max())
      << "the graph numbers events in 32 bits";
  records_.end = static_cast<EventIndex>(end);
  records_.events.resize(records_.end - records_.first);
  AddLots(batch);
  auto declared = batch.declarations.begin();
  const auto declare = [&](int64_t before) {
    for (; declared != batch.declarations.end() && declared->sequence < before; ++declared) {
      AddMoment(static_cast<EventIndex>(declared->sequence), declared->recorded);
    }
  };
  for (const CapturedEvent& event : batch.events) {
    declare(event.sequence);
    AddEvent(event);
  }
  declare(end);
  for (const CapturedMask& mask : batch.masks) {
    records_.masks.push_back(
        {static_cast<EventIndex>(mask.sequence), static_cast<EventIndex>(mask.masked_from)});
  }
  return std::move(records_);
}

// Numbers are given out one after the other; one that was left out names nothing.
void Numbering::AddLots(const CapturedBatch& batch) {
  for (const CapturedEpc& epc : batch.epcs) {
    SHIAN_CHECK(epc.number >= records_.first_lot + records_.lots.size())
        << "identifiers enter the graph in the order of their numbers";
    records_.lots.resize(epc.number - records_.first_lot + 1);
    records_.kinds.resize(records_.lots.size(), static_cast<uint8_t>(EpcKind::kOther));
    records_.lots.back() = epc.epc;
    records_.kinds.back() = static_cast<uint8_t>(epc.kind);
  }
}

void Numbering::AddMoment(EventIndex event, absl::Time recorded) {
  // A clock that was set back reorders nothing: what was known at a time stays a beginning of the
  // order of capture.
  const int64_t micros = std::max(recorded_, ToMicros(recorded));
  if (micros == recorded_) return;
  records_.moments.push_back({event, micros});
  recorded_ = micros;
}

void Numbering::AddEvent(const CapturedEvent& event) {
  SHIAN_CHECK(event.sequence >= records_.first && event.sequence < records_.end)
      << "an event lies outside of its batch";
  const EventIndex index = static_cast<EventIndex>(event.sequence);
  AddMoment(index, event.recorded);
  EventRow& row = records_.events[index - records_.first];
  row.time = ToMicros(event.time);
  row.place = PlaceNumber(event.place);
  row.source = PlaceNumber(event.source);
  row.destination = PlaceNumber(event.destination);
  row.action = static_cast<uint8_t>(event.action);
  for (const CapturedLink& link : event.links) {
    SHIAN_CHECK(link.epc != kNone && link.epc < records_.first_lot + records_.lots.size())
        << "an event names a lot that was not announced";
    records_.touches.push_back({link.epc, index, link.role});
  }
  if (event.type == EventType::kTransformation) {
    row.step = StepNumber(event.biz_step);
    AddFlows(event, index);
  } else if (event.type == EventType::kAggregation || event.type == EventType::kAssociation) {
    AddContainments(event, index);
  }
}

// A whole class of goods joins everything with everything: it is no lot.
bool Numbering::IsClass(NodeId lot) const {
  const bool here = lot >= records_.first_lot;
  const auto kind =
      here ? static_cast<EpcKind>(records_.kinds[lot - records_.first_lot]) : graph_.KindOf(lot);
  return kind == EpcKind::kClass;
}

void Numbering::AddFlows(const CapturedEvent& event, EventIndex index) {
  const ProcessId process = ProcessOf(event.process, index);
  for (const CapturedLink& link : event.links) {
    if (IsClass(link.epc)) continue;
    auto& flows = link.role == Role::kInput ? records_.inputs : records_.outputs;
    flows.push_back({link.epc, process, index});
  }
}

void Numbering::AddContainments(const CapturedEvent& event, EventIndex index) {
  NodeId parent = kNone;
  bool children = false;
  for (const CapturedLink& link : event.links) {
    if (link.role == Role::kParent) parent = link.epc;
    children |= link.role == Role::kChild;
  }
  if (parent == kNone) return;
  if (!children && event.action == Action::kDelete) {
    records_.containments.push_back({kNone, parent, index, event.action, -1});
  }
  for (const CapturedLink& link : event.links) {
    if (link.role != Role::kChild || IsClass(link.epc)) continue;
    records_.containments.push_back({link.epc, parent, index, event.action, link.quantity_micros});
  }
}

ProcessId Numbering::ProcessOf(const std::string& transformation, EventIndex event) {
  const auto next = static_cast<ProcessId>(records_.first_process + records_.processes.size());
  if (transformation.empty()) {
    records_.processes.push_back({event, kNone});
    return next;
  }
  const auto [at, added] = processes_.try_emplace(transformation, next);
  if (!added) return at->second;
  for (const Graph::Held& held : graph_.parts_) {
    const uint32_t name = held.part->names().Find(transformation);
    if (name != kNone) return at->second = held.part->ProcessOfName(name);
  }
  const auto name = static_cast<uint32_t>(records_.first_name + records_.names.size());
  records_.names.push_back(transformation);
  records_.process_of_name.push_back(next);
  records_.processes.push_back({0, name});
  return next;
}

uint32_t Numbering::PlaceNumber(const std::string& place) {
  if (place.empty()) return kNone;
  const auto [at, added] = places_.try_emplace(place, kNone);
  if (!added) return at->second;
  if (const uint32_t known = graph_.FindPlace(place); known != kNone) return at->second = known;
  records_.places.push_back(place);
  return at->second = static_cast<uint32_t>(records_.first_place + records_.places.size() - 1);
}

// Honest senders have tens of them. One that comes after all numbers were given out has none.
uint16_t Numbering::StepNumber(const std::string& step) {
  if (step.empty()) return kNone;
  const auto [at, added] = steps_.try_emplace(step, kNone);
  if (!added) return static_cast<uint16_t>(at->second);
  at->second = graph_.FindStep(step);
  const size_t next = records_.first_step + records_.steps.size();
  if (at->second == kNone && next <= std::numeric_limits<uint16_t>::max()) {
    records_.steps.push_back(step);
    at->second = static_cast<uint32_t>(next);
  }
  return static_cast<uint16_t>(at->second);
}

}  // namespace shian::trace
