// Where lots were (经手地点): the places and parties that the events on a lot, or on a unit that
// held it then, speak of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/trace/genealogy/containment.h"
#include "services/trace/genealogy/graph.h"

namespace shian::trace {

struct Seen {
  uint32_t place = kNone;  // number of Graph::PlaceName
  int64_t time = 0;        // microseconds
  int64_t order = 0;       // among sightings of one moment: whence, where, whither
  bool leaving = false;    // the event takes the lot away from here
};

// Of many lots of one graph, which often were in the same units.
class Sightings {
 public:
  // `graph` outlives it.
  Sightings(const Graph& graph, View view)
      : graph_(graph), view_(view), containments_(graph, view) {}
  // All sightings of the lot, in the order of time. Of stays in units within units so many as
  // kNestedStaysMax are followed: no honest chain has them.
  std::vector<Seen> Of(NodeId lot);

 private:
  const Graph& graph_;
  const View view_;
  Containments containments_;
};
std::vector<Seen> SightingsOf(const Graph& graph, View view, NodeId lot);

// Who holds or held any of some lots.
struct Holder {
  std::string place;  // canonical
  int64_t first = 0;
  int64_t last = 0;
  std::vector<NodeId> lots;  // sorted
  bool last_holder = false;  // one of them came and, as far as known, has not gone on
};
// By place. A place and a party with one GLN are one holder; positions on the map hold nothing.
std::vector<Holder> HoldersOf(const Graph& graph, View view, const std::vector<NodeId>& lots);

}  // namespace shian::trace
