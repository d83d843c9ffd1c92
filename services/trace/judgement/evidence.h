// Which captured events speak of what is judged.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/trace/genealogy/graph.h"
#include "services/trace/genealogy/purse.h"

namespace shian::trace {

// Places in the order of capture, each once, ascending.
using Evidence = std::vector<EventIndex>;

// kNone when no event ever named the transformation id.
ProcessId FindProcess(const Graph& graph, absl::string_view transformation);
Evidence EventsOfProcess(const Graph& graph, View view, ProcessId process);

// The events that name the lot.
Evidence EventsOfLot(const Graph& graph, View view, NodeId lot);
// The same when they are at most `most`; else nothing, and not all of them were looked at.
std::optional<Evidence> FewEventsOfProcess(const Graph& graph, View view, ProcessId process,
                                           size_t most);
std::optional<Evidence> FewEventsOfLot(const Graph& graph, View view, NodeId lot, size_t most);

// The events by which a unit was emptied whole while the lot was in it: they do not say how much
// came out.
Evidence EmptyingsOfLot(const Graph& graph, View view, NodeId lot);
// The lots of which an emptying of the unit at that time is one, or was one until it was declared
// wrong. None when the purse does not suffice.
std::vector<NodeId> LotsEmptied(const Graph& graph, View view, NodeId unit, int64_t time,
                                Purse* purse);

// Numbers of the places and parties that have one of these GLNs.
absl::flat_hash_set<uint32_t> PlacesWith(const Graph& graph, const std::set<std::string>& glns);

struct Period {
  int64_t from = 0;  // microseconds, half open
  int64_t to = 0;
  bool Holds(int64_t time) const { return from <= time && time < to; }
};
struct Found {
  Evidence events;
  bool out_of_time = false;  // looking for them was cut short
};
// The events of the period at any of the places, not more than `most`.
Found EventsAt(const Graph& graph, View view, const absl::flat_hash_set<uint32_t>& places,
               const Period& period, size_t most, absl::Time until);

// Where they were, whence and whither.
std::set<uint32_t> PlacesNamedBy(const Graph& graph, const Evidence& events);

}  // namespace shian::trace
