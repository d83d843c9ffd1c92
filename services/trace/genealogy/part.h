// The graph over one run of the order of capture: adjacency in both directions, containment, and
// where lots were named, all packed. Made once and never changed after, so any number of readers
// may hold it while the next one is made. Its index of processes by place is made by the first
// question that needs it.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <tuple>
#include <vector>

#include "services/trace/genealogy/lists.h"
#include "services/trace/genealogy/names.h"
#include "services/trace/genealogy/records.h"

namespace shian::trace {

class Part {
 public:
  explicit Part(Records&& records);

  // The same records again, in the order of capture. Masks are kept by the graph, not here.
  Records ToRecords() const;

  EventIndex first() const { return first_; }
  EventIndex end() const { return first_ + static_cast<EventIndex>(events_.size()); }
  bool Has(EventIndex event) const { return event >= first_ && event < end(); }
  // Records of all kinds.
  size_t size() const { return size_; }

  const Names& lots() const { return lots_; }
  const Names& places() const { return places_; }
  const Names& names() const { return names_; }
  const Names& steps() const { return steps_; }
  uint8_t KindOf(NodeId lot) const { return kinds_[lot - lots_.first()]; }
  ProcessId ProcessOfName(uint32_t name) const { return process_of_name_[name - names_.first()]; }
  uint32_t first_process() const { return first_process_; }
  uint32_t end_process() const { return end_process_; }
  // Of a process that began here.
  ProcessRow ProcessAt(ProcessId process) const {
    const uint32_t name = process_name_.Only(process);
    return {name == kNone ? process_event_.Only(process) : 0, name};
  }
  const EventRow& EventAt(EventIndex event) const { return events_[event - first_]; }
  const std::vector<Moment>& moments() const { return moments_; }

  // Each calls `fn(Flow)`; the event of a flow is looked up only where it is asked for.
  template <class Fn>
  void UsesOf(NodeId lot, Fn&& fn) const {
    uses_.Each(lot, [&](uint32_t entry) { fn(OfLot(inputs_joined_, lot, entry)); });
  }
  template <class Fn>
  void MakersOf(NodeId lot, Fn&& fn) const {
    makers_.Each(lot, [&](uint32_t entry) { fn(OfLot(outputs_joined_, lot, entry)); });
  }
  // Whether `fn(Flow)` or `fn(Touch)` is true of any.
  template <class Fn>
  bool AnyUseOf(NodeId lot, Fn&& fn) const {
    return uses_.Any(lot, [&](uint32_t entry) { return fn(OfLot(inputs_joined_, lot, entry)); });
  }
  template <class Fn>
  bool AnyMakerOf(NodeId lot, Fn&& fn) const {
    return makers_.Any(lot, [&](uint32_t entry) { return fn(OfLot(outputs_joined_, lot, entry)); });
  }
  template <class Fn>
  bool AnyTouchOf(NodeId lot, Fn&& fn) const {
    return touches_.Any(lot, [&](uint32_t entry) { return fn(ToTouch(lot, entry)); });
  }
  template <class Fn>
  bool AnyInputOf(ProcessId process, Fn&& fn) const {
    return inputs_.Any(
        process, [&](uint32_t entry) { return fn(OfProcess(inputs_joined_, process, entry)); });
  }
  template <class Fn>
  bool AnyOutputOf(ProcessId process, Fn&& fn) const {
    return outputs_.Any(
        process, [&](uint32_t entry) { return fn(OfProcess(outputs_joined_, process, entry)); });
  }
  template <class Fn>
  void InputsOf(ProcessId process, Fn&& fn) const {
    inputs_.Each(process, [&](uint32_t entry) { fn(OfProcess(inputs_joined_, process, entry)); });
  }
  template <class Fn>
  void OutputsOf(ProcessId process, Fn&& fn) const {
    outputs_.Each(process, [&](uint32_t entry) { fn(OfProcess(outputs_joined_, process, entry)); });
  }
  template <class Fn>
  void RecordsOfChild(NodeId child, Fn&& fn) const {
    as_child_.Each(child, [&](uint32_t entry) { fn(containments_[entry - 1]); });
  }
  template <class Fn>
  void RecordsOfParent(NodeId parent, Fn&& fn) const {
    as_parent_.Each(parent, [&](uint32_t entry) { fn(containments_[entry - 1]); });
  }
  template <class Fn>
  void EmptyingsOf(NodeId parent, Fn&& fn) const {
    emptied_.Each(parent, [&](uint32_t entry) { fn(containments_[entry - 1]); });
  }
  template <class Fn>
  void TouchesOf(NodeId lot, Fn&& fn) const {
    touches_.Each(lot, [&](uint32_t entry) { fn(ToTouch(lot, entry)); });
  }
  // By lot.
  template <class Fn>
  void AllTouches(Fn&& fn) const {
    touches_.ForAll([&](NodeId lot, uint32_t entry) { fn(ToTouch(lot, entry)); });
  }
  // What was processed at a place from one time to another, both included: calls `fn(process,
  // event)` in the order of time and then of capture, until it gives false. The first such question
  // makes an index of 24 bytes for each event of a process, which stays as long as this part does.
  template <class Fn>
  void ProcessedAt(uint32_t place, int64_t from, int64_t to, Fn&& fn) const {
    const std::vector<Processed>& all = ProcessedByPlace();
    auto at = std::lower_bound(all.begin(), all.end(), Processed{place, 0, 0, from});
    for (; at != all.end() && at->place == place && at->time <= to; ++at) {
      if (!fn(at->process, at->event)) return;
    }
  }
  bool IsContainer(NodeId lot) const { return as_parent_.Has(lot); }
  bool has_containments() const { return !containments_.empty(); }

  // Hides the ways to memory that a walk from the lot will go: forward by its uses, else back by
  // its makers. Each stage looks at what the one before has fetched: where the lot's list is, what
  // stands in it, and what its processes lead to.
  void FetchList(NodeId lot, bool forward) const { (forward ? uses_ : makers_).Prefetch(lot); }
  void FetchProcesses(NodeId lot, bool forward) const {
    const Lists& lists = forward ? uses_ : makers_;
    lists.PrefetchEntries(lot);
    if (const uint32_t only = lists.Only(lot); only != 0) {
      (forward ? outputs_ : inputs_).Prefetch(only);
    }
  }
  void FetchLots(NodeId lot, bool forward) const {
    const Lists& lists = forward ? uses_ : makers_;
    const Lists& beyond = forward ? outputs_ : inputs_;
    if (const uint32_t only = lists.Only(lot); only != 0) return beyond.PrefetchEntries(only);
    lists.EachOfFirst(lot, kFetchedMax, [&](uint32_t entry) {
      if ((entry & kJoined) == 0) beyond.Prefetch(entry);
    });
  }

  // A flow as the lists hold it: its event is its process's, or its own where the process joins
  // several events.
  class FlowRef {
   public:
    FlowRef(const Part& part, NodeId lot, ProcessId process, EventIndex event)
        : lot(lot), process(process), part_(part), event_(event) {}
    EventIndex event() const { return event_ != 0 ? event_ : part_.process_event_.Only(process); }
    const NodeId lot;
    const ProcessId process;

   private:
    const Part& part_;
    const EventIndex event_;
  };

  // Bytes of the adjacency in both directions with the numbers of all nodes; of all that tells
  // where lots were and when; of the texts.
  struct Bytes {
    size_t adjacency = 0, sightings = 0, texts = 0;
  };
  Bytes bytes() const;
  size_t flow_count() const { return flow_count_; }
  size_t input_count() const { return input_count_; }

 private:
  struct Processed {
    uint32_t place = kNone;
    EventIndex event = 0;
    ProcessId process = kNone;
    int64_t time = 0;
    bool operator<(const Processed& other) const {
      return std::tie(place, time, event) < std::tie(other.place, other.time, other.event);
    }
  };
  const std::vector<Processed>& ProcessedByPlace() const;

  static constexpr uint32_t kJoined = uint32_t{1} << 31;
  static constexpr int kRoleBits = 3;
  static constexpr uint32_t kFetchedMax = 32;  // processes of one lot

  FlowRef OfLot(const std::vector<Flow>& joined, NodeId lot, uint32_t entry) const {
    if ((entry & kJoined) == 0) return {*this, lot, entry, 0};
    const Flow& flow = joined[entry & ~kJoined];
    return {*this, lot, flow.process, flow.event};
  }
  FlowRef OfProcess(const std::vector<Flow>& joined, ProcessId process, uint32_t entry) const {
    if ((entry & kJoined) == 0) return {*this, entry, process, 0};
    const Flow& flow = joined[entry & ~kJoined];
    return {*this, flow.lot, process, flow.event};
  }
  Touch ToTouch(NodeId lot, uint32_t entry) const {
    return {lot, first_ + (entry >> kRoleBits),
            static_cast<Role>(entry & ((uint32_t{1} << kRoleBits) - 1))};
  }
  void IndexProcesses(const Records& records);
  void IndexFlows(const std::vector<Flow>& flows, std::vector<Flow>* joined, Lists* of_lot,
                  Lists* of_process);
  void IndexContainments();
  void IndexTouches(const std::vector<Touch>& touches);
  std::vector<Flow> FlowsOf(const Lists& of_process, const std::vector<Flow>& joined) const;

  EventIndex first_;
  size_t size_;
  size_t flow_count_, input_count_;
  uint32_t first_process_, end_process_;
  Names lots_, places_, names_, steps_;
  std::vector<uint8_t> kinds_;
  std::vector<uint32_t> process_of_name_;
  std::vector<EventRow> events_;
  std::vector<Moment> moments_;
  std::vector<Containment> containments_;
  std::vector<Flow> inputs_joined_, outputs_joined_;
  Lists process_event_;  // of each process all its events here
  Lists process_name_;   // of those that have a transformation id
  Lists uses_, makers_, inputs_, outputs_;
  Lists as_child_, as_parent_, emptied_;
  Lists touches_;
  mutable std::once_flag by_place_once_;
  mutable std::vector<Processed> by_place_;
  mutable std::atomic<size_t> by_place_bytes_ = 0;
};

}  // namespace shian::trace
