// What a question about the graph may cost, and what it has cost so far.
#pragma once

#include <cstdint>
#include <limits>

#include "absl/time/time.h"

namespace shian::trace {

struct Budget {
  int64_t edges = 0;
  absl::Time until = absl::InfiniteFuture();  // real time
  // Edges that an earlier call paid for; after them it may take so long.
  int64_t again = 0;
  absl::Duration span = absl::InfiniteDuration();
};

// For what is bounded by other means.
inline Budget Unlimited() { return {std::numeric_limits<int64_t>::max()}; }

enum class StoppedBy { kNothing, kEdges, kTime };

// Counts edges and looks at the clock now and then.
class Purse {
 public:
  explicit Purse(const Budget& budget);
  // Pays for one edge; false when the budget is used up.
  bool Spend() { return --left_ > 0 || Refill(); }
  StoppedBy stopped_by() const { return stopped_by_; }
  int64_t spent() const;

 private:
  bool Refill();
  bool IsTimeUp();
  const Budget budget_;
  absl::Time began_ = absl::InfiniteFuture();  // with edges of its own
  StoppedBy stopped_by_ = StoppedBy::kNothing;
  int64_t before_ = 0;   // spent before this block
  int64_t granted_ = 0;  // of this block
  int64_t left_ = 0;     // of this block, and one
};

}  // namespace shian::trace
