// The lot graph in memory: lots and processes as nodes, so that a process with n inputs and m
// outputs costs n + m edges; containment as dated records; and where each lot was seen. It only
// grows: a correction masks events from some place in the order of capture on, so any earlier state
// can still be asked for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/trace/capture/captured.h"

namespace shian::trace {

using NodeId = uint32_t;     // a lot's number
using ProcessId = uint32_t;  // from 1
using EventIndex = uint32_t;
inline constexpr uint32_t kNone = 0;

// A state of the graph: everything captured up to `upto`, as corrected by then.
struct View {
  int64_t upto = 0;
};

struct GraphEvent {
  int64_t sequence = 0;
  int64_t masked_from = 0;
  int64_t time = 0;  // microseconds
  // When it was recorded, but never before an earlier one: a clock that was set back reorders
  // nothing, and what was known at a time stays a beginning of the order of capture.
  int64_t recorded = 0;
  uint32_t place = kNone;  // numbers of Graph::PlaceName
  uint32_t source = kNone;
  uint32_t destination = kNone;
};

// A lot going into a process, or coming out of one.
struct Flow {
  NodeId lot = kNone;
  ProcessId process = kNone;
  EventIndex event = 0;
  uint32_t next_of_lot = kNone;
  uint32_t next_of_process = kNone;
};

// Something put into a unit, seen in it, or taken out.
struct Containment {
  NodeId child = kNone;  // kNone: all that was in it was taken out
  NodeId parent = kNone;
  EventIndex event = 0;
  Action action = Action::kNone;
  int64_t quantity_micros = -1;
  uint32_t next_of_child = kNone;
  uint32_t next_of_parent = kNone;
};

// A lot named by an event.
struct Touch {
  EventIndex event = 0;
  Role role = Role::kObject;
  Action action = Action::kNone;
  uint32_t next = kNone;
};

class Graph {
 public:
  Graph();

  // Takes in what was captured after last(), in its order.
  void Apply(const CapturedBatch& batch);

  // Sequence of the last event taken in.
  int64_t last() const { return last_; }
  View Now() const { return {last_}; }
  // What was known at `time`.
  View KnownAt(absl::Time time) const;

  // kNone when it was never captured.
  NodeId Find(absl::string_view epc) const;
  const std::string& NameOf(NodeId lot) const { return lots_[lot].epc; }
  EpcKind KindOf(NodeId lot) const { return lots_[lot].kind; }
  const std::string& ProcessName(ProcessId process) const { return processes_[process].name; }
  const std::string& PlaceName(uint32_t place) const { return places_[place]; }
  const GraphEvent& EventAt(EventIndex event) const { return events_[event]; }
  size_t lot_count() const { return lots_.size() - 1; }
  size_t process_count() const { return processes_.size() - 1; }

  bool Visible(EventIndex event, View view) const {
    const GraphEvent& e = events_[event];
    return e.sequence <= view.upto && (e.masked_from == 0 || e.masked_from > view.upto);
  }

  // Each calls `fn(record)` for the visible records.
  template <class Fn>
  void InputsOf(ProcessId process, View view, Fn fn) const {
    Walk(inputs_, processes_[process].inputs, &Flow::next_of_process, view, fn);
  }
  template <class Fn>
  void OutputsOf(ProcessId process, View view, Fn fn) const {
    Walk(outputs_, processes_[process].outputs, &Flow::next_of_process, view, fn);
  }
  template <class Fn>
  void UsesOf(NodeId lot, View view, Fn fn) const {
    Walk(inputs_, lots_[lot].uses, &Flow::next_of_lot, view, fn);
  }
  template <class Fn>
  void MakersOf(NodeId lot, View view, Fn fn) const {
    Walk(outputs_, lots_[lot].makers, &Flow::next_of_lot, view, fn);
  }
  template <class Fn>
  void RecordsOfChild(NodeId child, View view, Fn fn) const {
    Walk(containments_, lots_[child].as_child, &Containment::next_of_child, view, fn);
  }
  template <class Fn>
  void RecordsOfParent(NodeId parent, View view, Fn fn) const {
    Walk(containments_, lots_[parent].as_parent, &Containment::next_of_parent, view, fn);
  }
  template <class Fn>
  void TouchesOf(NodeId lot, View view, Fn fn) const {
    Walk(touches_, lots_[lot].touches, &Touch::next, view, fn);
  }
  // Records of a unit that was emptied whole; few even for a crate that goes round for years.
  template <class Fn>
  void EmptyingsOf(NodeId parent, View view, Fn fn) const {
    Walk(containments_, lots_[parent].emptied, &Containment::next_of_parent, view, fn);
  }
  bool IsContainer(NodeId lot) const { return lots_[lot].as_parent != kNone; }

 private:
  struct LotNode {
    std::string epc;
    EpcKind kind = EpcKind::kOther;
    uint32_t uses = kNone, makers = kNone;
    uint32_t as_child = kNone, as_parent = kNone, emptied = kNone;
    uint32_t touches = kNone;
  };
  struct ProcessNode {
    std::string name;
    uint32_t inputs = kNone, outputs = kNone;
  };

  // The newest record comes first: lists grow at their heads.
  template <class Record, class Fn>
  void Walk(const std::vector<Record>& records, uint32_t head, uint32_t Record::*next, View view,
            Fn fn) const {
    for (uint32_t at = head; at != kNone; at = records[at].*next) {
      if (Visible(records[at].event, view)) fn(records[at]);
    }
  }

  void Add(const CapturedEvent& event);
  void AddFlow(bool input, NodeId lot, ProcessId process, EventIndex event);
  void AddContainments(const CapturedEvent& event, EventIndex index);
  void AddContainment(Containment record);
  void AddTouch(NodeId lot, Touch touch);
  ProcessId ProcessOf(const std::string& name);
  uint32_t PlaceNumber(const std::string& place);

  int64_t last_ = 0;
  // Number 0 of each stands for nothing.
  std::vector<LotNode> lots_;
  std::vector<ProcessNode> processes_;
  std::vector<GraphEvent> events_;
  std::vector<Flow> inputs_, outputs_;
  std::vector<Containment> containments_;
  std::vector<Touch> touches_;
  std::vector<std::string> places_;
  absl::flat_hash_map<std::string, NodeId> lot_by_name_;
  absl::flat_hash_map<std::string, ProcessId> process_by_name_;
  absl::flat_hash_map<std::string, uint32_t> place_by_name_;
  absl::flat_hash_map<int64_t, EventIndex> event_by_sequence_;
};

}  // namespace shian::trace
