// The calling system, as its certificate and the dated system table say.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace shian::auth {

struct System {
  std::string id;            // "inspection", "housing-fund"
  std::string organisation;  // organisation code of who runs it
  std::string region;        // six digits, "000000" for the whole country
  std::string department;    // department whose measures it may carry out; may be empty
};

// Whether the division `outer` contains `inner` (行政区划代码: 410000 ⊃ 410900 ⊃ 410902).
bool RegionCovers(absl::string_view outer, absl::string_view inner);

}  // namespace shian::auth
