#pragma once

#include <deque>
#include <optional>

#include "absl/time/time.h"
#include "libs/store/lease.h"

namespace shian::store {

// How old the state of a standby is, told without comparing the clocks of two machines. The
// leader's lease moves on the primary; this process looks there now and then and remembers when it
// saw which mark. A standby that shows a mark has everything that was committed before it, and so
// everything that was committed before the last look at which the mark was not there yet. That
// rests on commits being seen on the primary in the order of its log.
class Freshness {
 public:
  // The primary showed `mark` to a look that was begun at `begun`, by the steady clock.
  void Saw(Lease::Mark mark, absl::Time begun);

  // How far a state that shows `mark` may lie behind the latest one at `now`; infinite when nothing
  // is known of it.
  absl::Duration AgeOf(std::optional<Lease::Mark> mark, absl::Time now) const;

 private:
  struct Sight {
    Lease::Mark mark;
    absl::Time before;  // the last look that did not show it yet
  };
  std::deque<Sight> sights_;  // in the order of both
  absl::Time looked_ = absl::InfinitePast();
};

}  // namespace shian::store
