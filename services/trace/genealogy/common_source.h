// What several complained-of lots have in common (共同来源): one pass back from all of them, each a
// bit of a word.
#pragma once

#include <cstdint>
#include <vector>

#include "services/trace/genealogy/trace.h"

namespace shian::trace {

inline constexpr int kComplaintsMax = 64;

struct Source {
  NodeId lot = kNone;
  uint64_t reaches = 0;  // bit i: the i-th complaint goes back to it
  int depth = 0;         // processes between it and the nearest complaint
  int count() const { return __builtin_popcountll(reaches); }
};

struct CommonSources {
  std::vector<Source> sources;  // common to the most first, then the nearest
  int64_t lots = 0;             // reached in all
  int64_t edges = 0;
  StoppedBy stopped_by = StoppedBy::kNothing;
};

// Bit i of a lot is set exactly when Trace back from the i-th complaint reaches it. Sources that
// fewer than `least` complaints go back to are counted, not listed; at most kComplaintsMax
// complaints.
CommonSources FindCommonSources(const Graph& graph, View view,
                                const std::vector<NodeId>& complaints, int least,
                                const Budget& budget);

}  // namespace shian::trace
