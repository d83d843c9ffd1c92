// Where a lot still is (在场批次), as far as events tell.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "services/trace/genealogy/graph.h"
#include "services/trace/judgement/balance.h"

namespace shian::trace {

struct Standing {
  std::string place;  // canonical
  int64_t first = 0;  // microseconds: when it was seen there first and last
  int64_t last = 0;
};
// The places that the lot came to by `until` and from which no event took it away by then. A place
// and a party with one GLN are one; positions on the map hold nothing.
std::vector<Standing> StandingsOf(const Graph& graph, View view, NodeId lot, int64_t until);

// What tells places apart: the GLN where there is one.
std::string PlaceKey(const std::string& place);

// What came to a place of a lot and went from it. What was packed is still there until the unit
// leaves.
class Stock {
 public:
  // `rule` outlives it.
  explicit Stock(const BalanceRule& rule) : rule_(rule), tally_(rule) {}
  void Add(const Event& event, const std::string& epc);
  // All that came is known to have gone. What is not stated is taken to be there.
  bool AllGone() const;

 private:
  const BalanceRule& rule_;
  Tally tally_;
};

}  // namespace shian::trace
