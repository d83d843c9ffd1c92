// The way of goods through their events (流向), from the graph.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/trace/genealogy/graph.h"

namespace shian::trace {

struct Way {
  // By event time, each once: events on any of the goods, or on a unit that held one of them then.
  std::vector<EventIndex> events;
  // Of these, by which they came into being.
  std::vector<EventIndex> makings;
  bool cut = false;        // there were too many, or no time for all
  bool corrected = false;  // an event on the goods themselves was declared wrong
};
// `nodes` may hold kNone. Work ends at `until`, in real time.
Way WayOf(const Graph& graph, View view, const std::vector<NodeId>& nodes, absl::Time until);

}  // namespace shian::trace
