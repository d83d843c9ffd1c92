// Whom an overdue matter reaches, step by step (逾期督办), as the deadline tables arrange it.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/calendar/calendar.h"
#include "libs/calendar/deadline.h"
#include "libs/policy/registry.h"
#include "libs/store/store.h"

namespace shian::policy {

struct Rung {
  calendar::Budget after;  // from the end of the period; a count of 0 is with its end
  std::string post;
};

struct Ladder {
  std::vector<Rung> rungs;
  std::string revision;  // of the table
};

// The ladder of the table that `key` stands in, as in force on `on`; without rungs when the table
// has none or none is in force: what is late is late all the same, only nobody is told.
absl::StatusOr<Ladder> LadderInForce(store::ReadTx& tx, const Policies& policies,
                                     absl::string_view key, Date on);

// When a period that ended at `due` reaches the rung; InfiniteFuture while that waits for a
// calendar.
absl::Time ReachedAt(const Rung& rung, const calendar::Calendar& calendar, absl::Time due);

}  // namespace shian::policy
