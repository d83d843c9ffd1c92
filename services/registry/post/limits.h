#pragma once

#include <cstddef>

#include "absl/time/time.h"
#include "services/registry/operator/limits.h"

namespace shian::registry::limits {

inline constexpr int kApplicationPeopleMax = 50;
inline constexpr int kDaysAheadMax = 366;
// Operators whose people one read looks through for somebody who was barred.
inline constexpr int kHoldersPerReadMax = 500;
inline constexpr int kBansPerSearchMax = 100;
// How often it is written down that sanction is heard.
inline constexpr absl::Duration kHeardPause = absl::Minutes(1);

}  // namespace shian::registry::limits
