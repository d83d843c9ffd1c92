// The graph's records in the order of capture, as they are added, joined, kept and loaded. Numbers
// of lots, places and processes are given out in that order too, so they are the same however the
// events were grouped.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/trace/capture/captured.h"

namespace shian::trace {

using NodeId = uint32_t;      // a lot's number
using ProcessId = uint32_t;   // from 1
using EventIndex = uint32_t;  // an event's place in the order of capture
inline constexpr uint32_t kNone = 0;

// What is known of one event; of a declaration, nothing.
struct EventRow {
  int64_t time = 0;        // microseconds
  uint32_t place = kNone;  // numbers of Graph::PlaceName
  uint32_t source = kNone;
  uint32_t destination = kNone;
  uint16_t step = kNone;  // of a process: number of Graph::FindStep
  uint8_t action = 0;
};

// A lot going into a process, or coming out of one.
struct Flow {
  NodeId lot = kNone;
  ProcessId process = kNone;
  EventIndex event = 0;
};

// Something put into a unit, seen in it, or taken out.
struct Containment {
  NodeId child = kNone;  // kNone: all that was in it was taken out
  NodeId parent = kNone;
  EventIndex event = 0;
  Action action = Action::kNone;
  int64_t quantity_micros = -1;
};

// A lot named by an event.
struct Touch {
  NodeId lot = kNone;
  EventIndex event = 0;
  Role role = Role::kObject;
};

// From this event on, all were recorded at this time, until the next moment.
struct Moment {
  EventIndex event = 0;
  int64_t recorded = 0;  // microseconds; never before an earlier one
};

// A process is named by its transformation id or, where it has none, by its first event.
struct ProcessRow {
  EventIndex event = 0;
  uint32_t name = kNone;  // number of the transformation id
};

struct Mask {
  EventIndex event = 0;
  EventIndex masked_from = 0;
};

// A run of the order of capture: the events `first` up to and without `end`. Lists that speak of
// events are in their order.
struct Records {
  EventIndex first = 1, end = 1;
  NodeId first_lot = 1;
  uint32_t first_place = 1;
  uint32_t first_process = 1;
  uint32_t first_name = 1;  // of transformation ids
  uint32_t first_step = 1;
  std::vector<EventRow> events;
  std::vector<Moment> moments;
  std::vector<std::string> lots, places, names, steps;
  std::vector<uint8_t> kinds;             // EpcKind, by lot
  std::vector<ProcessRow> processes;      // those that begin here
  std::vector<uint32_t> process_of_name;  // by name
  std::vector<Flow> inputs, outputs;
  std::vector<Containment> containments;
  std::vector<Touch> touches;
  std::vector<Mask> masks;  // declared in this run; the events may lie before it

  size_t size() const {
    return events.size() + inputs.size() + outputs.size() + containments.size() + touches.size();
  }
  // Without anything in it, beginning where this one ends.
  Records After() const;
  // Whether `next` begins where this one ends, in events and in all that is numbered.
  bool IsFollowedBy(const Records& next) const;
  // Takes in the run that follows.
  void Append(Records&& next);
};

// Portable bytes of the records, and back. DATA_LOSS when the bytes are not what Pack gives.
std::string Pack(const Records& records);
absl::StatusOr<Records> Unpack(absl::string_view bytes);

}  // namespace shian::trace
