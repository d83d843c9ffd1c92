// How well a policy tells who will be found wanting (政策回测): rates operators on what was known
// before a visit and looks at what that visit found. The inspector is no part of it.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "libs/base/time.h"
#include "services/credit/archive/evidence.h"
#include "services/credit/rating/rules.h"

namespace shian::credit {

struct BandOutcome {
  Grade grade = Grade::kUnrated;
  int64_t upper_milli = 0;
  int64_t operators = 0;
  int64_t visited = 0;
  int64_t critical = 0;
};

class Evaluation {
 public:
  // With `cut` operators are rated before that day and judged by their first visit from it on;
  // without, on the eve of their last visit.
  Evaluation(const Rules& rules, std::optional<Date> cut);

  // `archive` holds the operator's checks.
  void Add(const Archive& archive);

  // The bands from A to D, then the unrated.
  const std::vector<BandOutcome>& bands() const { return bands_; }
  int64_t operators() const { return operators_; }
  // Chance that a visit with a critical finding had more points than one without, in parts per
  // million; 500,000 when there is nothing to compare.
  int64_t AucPpm() const;

 private:
  const Rules& rules_;
  const std::optional<Date> cut_;
  std::vector<BandOutcome> bands_;
  int64_t operators_ = 0;
  std::vector<std::pair<int64_t, bool>> rated_;  // points, critical
};

}  // namespace shian::credit
