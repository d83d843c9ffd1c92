#include "services/trace/genealogy/part.h"

#include <algorithm>
#include <utility>

#include "libs/base/check.h"

namespace shian::trace {
namespace {

Names ToNames(uint32_t first, const std::vector<std::string>& texts) {
  Names names(first);
  for (const std::string& text : texts) names.Add(text);
  names.Index();
  return names;
}

std::vector<std::string> ToTexts(const Names& names) {
  std::vector<std::string> texts;
  texts.reserve(names.size());
  for (uint32_t number = names.first(); number < names.end(); ++number) {
    texts.emplace_back(names.At(number));
  }
  return texts;
}

// By event, as captured; records of one event keep their order.
template <class Record>
void SortByEvent(EventIndex first, size_t events, std::vector<Record>* records) {
  const auto before = [](const Record& a, const Record& b) { return a.event < b.event; };
  if (std::is_sorted(records->begin(), records->end(), before)) return;
  std::vector<uint32_t> at(events + 1, 0);
  for (const Record& record : *records) ++at[record.event - first + 1];
  for (size_t i = 1; i < at.size(); ++i) at[i] += at[i - 1];
  std::vector<Record> sorted(records->size());
  for (Record& record : *records) sorted[at[record.event - first]++] = record;
  records->swap(sorted);
}

}  // namespace

Part::Part(Records&& records)
    : first_(records.first),
      size_(records.size()),
      flow_count_(records.inputs.size() + records.outputs.size()),
      input_count_(records.inputs.size()),
      first_process_(records.first_process),
      end_process_(records.first_process + static_cast<uint32_t>(records.processes.size())),
      lots_(ToNames(records.first_lot, records.lots)),
      places_(ToNames(records.first_place, records.places)),
      names_(ToNames(records.first_name, records.names)),
      steps_(ToNames(records.first_step, records.steps)),
      kinds_(std::move(records.kinds)),
      process_of_name_(std::move(records.process_of_name)),
      events_(std::move(records.events)),
      moments_(std::move(records.moments)),
      containments_(std::move(records.containments)) {
  SHIAN_CHECK(events_.size() < (uint32_t{1} << (31 - kRoleBits)))
      << "one part of the graph holds too many events";
  events_.shrink_to_fit();
  IndexProcesses(records);
  IndexFlows(records.inputs, &inputs_joined_, &uses_, &inputs_);
  IndexFlows(records.outputs, &outputs_joined_, &makers_, &outputs_);
  IndexContainments();
  IndexTouches(records.touches);
}

void Part::IndexProcesses(const Records& records) {
  std::vector<Lists::Pair> pairs;
  for (uint32_t i = 0; i < records.processes.size(); ++i) {
    const uint32_t name = records.processes[i].name;
    if (name != kNone) pairs.push_back({first_process_ + i, name});
  }
  process_name_ = Lists(pairs);
  // The events of a process, each once: both lists of flows are in the order of events.
  pairs.clear();
  auto in = records.inputs.begin(), out = records.outputs.begin();
  while (in != records.inputs.end() || out != records.outputs.end()) {
    const bool input =
        out == records.outputs.end() || (in != records.inputs.end() && in->event <= out->event);
    const Flow& flow = input ? *in++ : *out++;
    if (pairs.empty() || pairs.back().key != flow.process || pairs.back().entry != flow.event) {
      pairs.push_back({flow.process, flow.event});
    }
  }
  process_event_ = Lists(pairs);
}

void Part::IndexFlows(const std::vector<Flow>& flows, std::vector<Flow>* joined, Lists* of_lot,
                      Lists* of_process) {
  std::vector<Lists::Pair> pairs;
  pairs.reserve(flows.size());
  for (const Flow& flow : flows) {
    if (process_event_.Only(flow.process) != 0) {
      pairs.push_back({flow.lot, flow.process});
    } else {
      pairs.push_back({flow.lot, kJoined | static_cast<uint32_t>(joined->size())});
      joined->push_back(flow);
    }
  }
  *of_lot = Lists(pairs);
  for (size_t i = 0; i < flows.size(); ++i) {
    const uint32_t entry = pairs[i].entry;
    pairs[i] = {flows[i].process, (entry & kJoined) != 0 ? entry : flows[i].lot};
  }
  *of_process = Lists(pairs);
}

void Part::IndexContainments() {
  std::vector<Lists::Pair> children, parents, emptied;
  for (uint32_t i = 0; i < containments_.size(); ++i) {
    const Containment& record = containments_[i];
    if (record.child == kNone) {
      emptied.push_back({record.parent, i + 1});
    } else {
      children.push_back({record.child, i + 1});
      parents.push_back({record.parent, i + 1});
    }
  }
  as_child_ = Lists(children);
  as_parent_ = Lists(parents);
  emptied_ = Lists(emptied);
}

void Part::IndexTouches(const std::vector<Touch>& touches) {
  std::vector<Lists::Pair> pairs;
  pairs.reserve(touches.size());
  for (const Touch& touch : touches) {
    pairs.push_back(
        {touch.lot, ((touch.event - first_) << kRoleBits) | static_cast<uint32_t>(touch.role)});
  }
  touches_ = Lists(pairs);
}

std::vector<Flow> Part::FlowsOf(const Lists& of_process, const std::vector<Flow>& joined) const {
  std::vector<Flow> flows;
  of_process.ForAll([&](ProcessId process, uint32_t entry) {
    const FlowRef flow = OfProcess(joined, process, entry);
    flows.push_back({flow.lot, process, flow.event()});
  });
  SortByEvent(first_, events_.size(), &flows);
  return flows;
}

Records Part::ToRecords() const {
  Records records;
  records.first = first_;
  records.end = end();
  records.first_lot = lots_.first();
  records.first_place = places_.first();
  records.first_process = first_process_;
  records.first_name = names_.first();
  records.first_step = steps_.first();
  records.events = events_;
  records.moments = moments_;
  records.lots = ToTexts(lots_);
  records.places = ToTexts(places_);
  records.names = ToTexts(names_);
  records.steps = ToTexts(steps_);
  records.kinds = kinds_;
  records.process_of_name = process_of_name_;
  for (ProcessId process = first_process_; process < end_process_; ++process) {
    records.processes.push_back(ProcessAt(process));
  }
  records.inputs = FlowsOf(inputs_, inputs_joined_);
  records.outputs = FlowsOf(outputs_, outputs_joined_);
  records.containments = containments_;
  AllTouches([&](const Touch& touch) { records.touches.push_back(touch); });
  SortByEvent(first_, events_.size(), &records.touches);
  return records;
}

const std::vector<Part::Processed>& Part::ProcessedByPlace() const {
  std::call_once(by_place_once_, [this] {
    process_event_.ForAll([this](ProcessId process, EventIndex event) {
      const EventRow& row = EventAt(event);
      if (row.place != kNone) by_place_.push_back({row.place, event, process, row.time});
    });
    by_place_.shrink_to_fit();
    std::sort(by_place_.begin(), by_place_.end());
    by_place_bytes_ = by_place_.capacity() * sizeof(Processed);
  });
  return by_place_;
}

Part::Bytes Part::bytes() const {
  Bytes bytes;
  for (const Lists* lists : {&process_event_, &process_name_, &uses_, &makers_, &inputs_, &outputs_,
                             &as_child_, &as_parent_, &emptied_}) {
    bytes.adjacency += lists->bytes();
  }
  bytes.adjacency += (inputs_joined_.capacity() + outputs_joined_.capacity()) * sizeof(Flow) +
                     containments_.capacity() * sizeof(Containment);
  bytes.sightings = touches_.bytes() + events_.capacity() * sizeof(EventRow) +
                    moments_.capacity() * sizeof(Moment) + by_place_bytes_;
  for (const Names* names : {&lots_, &places_, &names_, &steps_}) {
    bytes.texts += names->text_bytes() + names->index_bytes();
  }
  return bytes;
}

}  // namespace shian::trace
