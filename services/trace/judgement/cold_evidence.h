// Which events speak of how cold something was, and of which times they do.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <vector>

#include "absl/time/time.h"
#include "services/trace/genealogy/containment.h"
#include "services/trace/genealogy/graph.h"
#include "services/trace/judgement/evidence.h"

namespace shian::trace {

// By event: the times of which its sensors speak for the subject, any of them.
using Watches = std::map<EventIndex, std::vector<Interval>>;

// Until when something counts that has no end.
inline constexpr int64_t kNoEnd = std::numeric_limits<int64_t>::max();

// The events that name `lot`, and those that name a unit that held it, at any depth: of the time in
// which it did. Only what is said of `when` counts. No sensor speaks of a time that is more than
// `tolerance` after its capture, so what was captured before the time asked about is left out.
// `cut` becomes true when it was in more units than can be looked into: then some are missing.
Watches WatchesOf(const Graph& graph, View view, NodeId lot, const Interval& when,
                  absl::Duration tolerance, bool* cut);
// Of a process: what its events say of `when`.
Watches WatchesOf(const Evidence& events, const Interval& when);
// Whether a reading over a time speaks for the subject: all of it lies in one of `times`.
bool Speaks(const std::vector<Interval>& times, int64_t begin, int64_t end);

// Something that went into the subject, and until when it was itself.
struct Source {
  NodeId lot = kNone;
  int64_t until = 0;
};
struct Sources {
  std::vector<Source> listed;  // each once; in place of a unit stands what it is known to have held
  int64_t edges = 0;
  bool cut = false;  // there were more than `most` edges
};
// What `unit` held in a time, at any depth.
Sources SourcesInUnit(const Graph& graph, View view, NodeId unit, const Interval& when,
                      int64_t most);
// When the last that `unit` is known to have held by `time` had left it; the beginning of time when
// it held nothing by then. What it went through before says nothing of what was in it then.
int64_t EmptySince(const Graph& graph, View view, NodeId unit, int64_t time);
// What went into a process, and when each was used.
Sources SourcesOfInputs(const Graph& graph, View view, const std::vector<Source>& inputs,
                        int64_t most);

}  // namespace shian::trace
