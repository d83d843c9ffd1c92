#include "services/trace/genealogy/graph.h"

#include <algorithm>
#include <utility>

#include "libs/base/check.h"
#include "libs/base/time.h"
#include "services/trace/genealogy/limits.h"
#include "services/trace/genealogy/numbering.h"

namespace shian::trace {

Records Graph::Number(const CapturedBatch& batch) const { return Numbering(*this).Of(batch); }

void Graph::Add(Records&& records) {
  SHIAN_CHECK(records.first == last_ + 1) << "events enter the graph in the order of capture";
  if (records.end == records.first) return;
  last_ = int64_t{records.end} - 1;
  lot_count_ += records.lots.size();
  process_count_ += records.processes.size();
  place_count_ += records.places.size();
  name_count_ += records.names.size();
  step_count_ += records.steps.size();
  if (!records.moments.empty()) last_recorded_ = records.moments.back().recorded;
  masks_.Add(records.masks);
  const bool masks = !records.masks.empty();
  Hold(std::make_shared<const Part>(std::move(records)));
  MergeTail();
  if (!masks) return;
  for (Held& held : parts_) held.masked |= masks_.AnyIn(held.part->first(), held.end);
}

void Graph::Hold(PartPtr part) {
  const EventIndex end = part->end();
  const bool masked = masks_.AnyIn(part->first(), end);
  has_containments_ |= part->has_containments();
  parts_.push_back({std::move(part), end, masked});
}

// What is small is merged at once: it costs less than to walk it as a part of its own.
void Graph::MergeTail() {
  while (parts_.size() > 1) {
    const PartPtr last = parts_.back().part, before = parts_[parts_.size() - 2].part;
    if (before->first() < merging_) return;
    if (last->size() + before->size() > merged_at_once_) return;
    Put({before, last}, Merge({before, last}));
  }
}

std::vector<Graph::PartPtr> Graph::BeginMerge() {
  if (merging_ != 0) return {};
  std::vector<PartPtr> due;
  size_t size = 0, texts = 0;
  for (auto held = parts_.rbegin(); held != parts_.rend(); ++held) {
    const size_t more = held->part->size(), more_texts = held->part->bytes().texts;
    const bool full = size + more > part_records_max_ || texts + more_texts > limits::kPartTextsMax;
    if (size != 0 && (full || more > limits::kMergeRatio * size)) break;
    size += more;
    texts += more_texts;
    due.insert(due.begin(), held->part);
  }
  if (due.size() < 2) return {};
  merging_ = due.back()->end();
  return due;
}

bool Graph::MergeOnce() {
  const std::vector<PartPtr> due = BeginMerge();
  if (due.empty()) return false;
  Replace(due, Merge(due));
  return true;
}

Graph::PartPtr Graph::Merge(const std::vector<PartPtr>& parts) {
  Records records = parts.front()->ToRecords();
  for (size_t i = 1; i < parts.size(); ++i) records.Append(parts[i]->ToRecords());
  return std::make_shared<const Part>(std::move(records));
}

void Graph::Replace(const std::vector<PartPtr>& old, PartPtr merged) {
  merging_ = 0;
  Put(old, std::move(merged));
}

void Graph::Put(const std::vector<PartPtr>& old, PartPtr merged) {
  const auto begin = std::find_if(parts_.begin(), parts_.end(),
                                  [&](const Held& held) { return held.part == old.front(); });
  SHIAN_CHECK(begin != parts_.end() && parts_.end() - begin >= static_cast<ptrdiff_t>(old.size()))
      << "the parts that were merged are not here";
  for (size_t i = 0; i < old.size(); ++i) {
    SHIAN_CHECK(begin[i].part == old[i]) << "the parts that were merged are not neighbours";
  }
  SHIAN_CHECK(merged->first() == old.front()->first() && merged->end() == old.back()->end())
      << "a merge lost events";
  begin->end = merged->end();
  begin->masked = masks_.AnyIn(merged->first(), merged->end());
  begin->part = std::move(merged);
  parts_.erase(begin + 1, begin + static_cast<ptrdiff_t>(old.size()));
}

NodeId Graph::Find(absl::string_view epc) const {
  for (const Held& held : parts_) {
    if (const NodeId lot = held.part->lots().Find(epc); lot != kNone) return lot;
  }
  return kNone;
}

absl::string_view Graph::NameView(NodeId lot) const {
  for (const Held& held : parts_) {
    if (held.part->lots().Has(lot)) return held.part->lots().At(lot);
  }
  return {};
}

EpcKind Graph::KindOf(NodeId lot) const {
  for (const Held& held : parts_) {
    if (held.part->lots().Has(lot)) return static_cast<EpcKind>(held.part->KindOf(lot));
  }
  return EpcKind::kOther;
}

std::string Graph::PlaceName(uint32_t place) const {
  for (const Held& held : parts_) {
    if (held.part->places().Has(place)) return std::string(held.part->places().At(place));
  }
  return "";
}

uint32_t Graph::FindPlace(absl::string_view place) const {
  for (const Held& held : parts_) {
    if (const uint32_t found = held.part->places().Find(place); found != kNone) return found;
  }
  return kNone;
}

uint32_t Graph::FindStep(absl::string_view step) const {
  for (const Held& held : parts_) {
    if (const uint32_t found = held.part->steps().Find(step); found != kNone) return found;
  }
  return kNone;
}

std::string Graph::TransformationOf(ProcessId process) const {
  for (const Held& held : parts_) {
    if (process >= held.part->end_process()) continue;
    const uint32_t name = held.part->ProcessAt(process).name;
    if (name == kNone) return "";
    for (const Held& other : parts_) {
      if (other.part->names().Has(name)) return std::string(other.part->names().At(name));
    }
  }
  return "";
}

EventIndex Graph::EventOf(ProcessId process) const {
  for (const Held& held : parts_) {
    if (process < held.part->end_process()) return held.part->ProcessAt(process).event;
  }
  return 0;
}

const EventRow& Graph::EventAt(EventIndex event) const {
  for (const Held& held : parts_) {
    if (held.part->Has(event)) return held.part->EventAt(event);
  }
  SHIAN_CHECK(false) << "no such event in the graph";
  std::abort();
}

bool Graph::IsContainer(NodeId lot) const {
  if (!has_containments_) return false;
  return std::any_of(parts_.begin(), parts_.end(),
                     [lot](const Held& held) { return held.part->IsContainer(lot); });
}

const Part* Graph::largest() const {
  const Part* largest = nullptr;
  for (const Held& held : parts_) {
    if (largest == nullptr || held.part->size() > largest->size()) largest = held.part.get();
  }
  return largest;
}

View Graph::KnownAt(absl::Time time) const {
  const int64_t micros = ToMicros(time);
  const auto after = [](int64_t at, const Moment& moment) { return at < moment.recorded; };
  for (const Held& held : parts_) {
    const std::vector<Moment>& moments = held.part->moments();
    const auto next = std::upper_bound(moments.begin(), moments.end(), micros, after);
    if (next != moments.end()) return {int64_t{next->event} - 1};
  }
  return Now();
}

std::vector<Graph::PartPtr> Graph::parts() const {
  std::vector<PartPtr> parts;
  for (const Held& held : parts_) parts.push_back(held.part);
  return parts;
}

Part::Bytes Graph::bytes() const {
  Part::Bytes sum;
  for (const Held& held : parts_) {
    const Part::Bytes bytes = held.part->bytes();
    sum.adjacency += bytes.adjacency;
    sum.sightings += bytes.sightings;
    sum.texts += bytes.texts;
  }
  return sum;
}

size_t Graph::flow_count() const {
  size_t count = 0;
  for (const Held& held : parts_) count += held.part->flow_count();
  return count;
}

size_t Graph::input_count() const {
  size_t count = 0;
  for (const Held& held : parts_) count += held.part->input_count();
  return count;
}

}  // namespace shian::trace
