// Quantities by unit, added up exactly. Units are not converted into each other.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/trace/recall/conduct.h"
#include "services/trace/recall/recall.h"

namespace shian::trace {

// The sum of two decimal numbers of at least 0, written without exponent or needless zeros.
std::string AddAmounts(absl::string_view a, absl::string_view b);

struct UnitAmounts {
  std::string uom;
  std::string recovered = "0";
  std::string disposed = "0";
};

// 召回效果, of what is recorded.
struct RecallEffect {
  int64_t issued = 0;
  int64_t acknowledged = 0;
  // From the notice to the first, middle (of two the later) and last acknowledgement.
  absl::Duration first;
  absl::Duration median;
  absl::Duration last;
  std::vector<UnitAmounts> amounts;  // by unit
};
// Rows of `disposals` that were taken back do not count.
RecallEffect EffectOf(const std::vector<Notice>& notices, const std::vector<Disposal>& disposals);

}  // namespace shian::trace
