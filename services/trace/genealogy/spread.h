// How contamination goes on where no goods went (交叉污染): from one process to others at its
// place, for so long after it; and the steps that end it (杀灭步骤), such as one's own for
// sterilising.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/trace/genealogy/graph.h"
#include "services/trace/genealogy/purse.h"

namespace shian::trace {

// What a question takes as given; nothing of it is a finding.
struct SpreadRule {
  int64_t window = 0;                // microseconds; 0: not by place
  std::vector<uint32_t> kill_steps;  // numbers of Graph::FindStep, sorted
  bool any() const { return window > 0 || !kill_steps.empty(); }
};

// Asks about the processes that one walk enters, of each once.
class Spread {
 public:
  // All outlive it. `later`: to what came after, else to what came before.
  Spread(const Graph& graph, View view, const SpreadRule& rule, bool later, Purse* purse)
      : graph_(graph), view_(view), rule_(rule), later_(later), purse_(*purse) {}

  // Whether one of its events is such a step: then it passes nothing on, to its outputs neither.
  bool Ends(ProcessId process);

  struct Beside {
    ProcessId process = kNone;
    EventIndex event = kNone;
  };
  // The other processes that had an event at the place of one of this one's, not before and at most
  // the window after it, or the other way round; in the order of capture. Of this one's events only
  // those at `least` or later (earlier than or at `least`, when not `later`) count. What ends
  // contamination is left out, and so is what an earlier answer had already: no time at a place is
  // looked at twice, however many processes are there. Empty when the purse does not reach.
  std::vector<Beside> BesideOf(ProcessId process, int64_t least);

 private:
  using Spans = std::map<int64_t, int64_t>;  // disjoint, from and to, both included

  std::vector<EventIndex> EventsOf(ProcessId process);
  // Takes `from` to `to` into the spans; calls `fn(from, to)` for what they did not hold yet.
  template <class Fn>
  static void Cover(int64_t from, int64_t to, Spans* spans, Fn fn);

  const Graph& graph_;
  const View view_;
  const SpreadRule& rule_;
  const bool later_;
  Purse& purse_;
  absl::flat_hash_map<ProcessId, bool> ends_;
  absl::flat_hash_map<uint32_t, Spans> looked_at_;  // by place
};

}  // namespace shian::trace
