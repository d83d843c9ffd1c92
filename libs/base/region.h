// Divisions (行政区划, GB/T 2260) as ranges of their codes.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace shian {

struct RegionRange {
  std::string first, last;
};

// All divisions within one of 6 digits, itself among them: pairs of zeros at the end stand for
// everything below, so 410900 reaches from 410900 to 410999.
RegionRange RangeOf(absl::string_view region);

}  // namespace shian
