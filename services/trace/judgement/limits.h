#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace shian::trace::limits {

inline constexpr int kBalanceEventsDefault = 1'000;
inline constexpr int kBalanceEventsMax = 2'000;
// A balance runs inside a read transaction, which ends after two seconds.
inline constexpr absl::Duration kBalanceTime = absl::Milliseconds(1'200);
// How often, in events, a scan of the graph looks at the clock.
inline constexpr uint32_t kEventsPerClockCheck = 65'536;
inline constexpr absl::Duration kPeriodMax = absl::Hours(24 * 366);
inline constexpr size_t kOperatorBytesMax = 100;
// Named events and units in an answer; the counts beside them are exact.
inline constexpr size_t kListedMax = 100;

}  // namespace shian::trace::limits
