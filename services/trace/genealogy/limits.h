#pragma once

#include <cstddef>
#include <cstdint>

namespace shian::trace::limits {

inline constexpr int kSeedsMax = 64;
inline constexpr int64_t kTraceEdgesDefault = 2'000'000;
inline constexpr int64_t kTraceEdgesMax = 20'000'000;
// A trace runs inside a read transaction, which ends after two seconds.
inline constexpr int64_t kTraceMillisDefault = 1'000;
inline constexpr int64_t kTraceMillisMax = 1'500;
// How often, in edges, a trace looks at the clock.
inline constexpr int64_t kEdgesPerClockCheck = 4'096;
// Named findings in an answer; the numbers beside them are exact.
inline constexpr size_t kNamedMax = 100;
inline constexpr size_t kStepsPerLotMax = 100;
// Units inside units inside units: no honest chain packs deeper.
inline constexpr int kContainmentDepthMax = 16;
// Events taken into the graph per read.
inline constexpr int kEventsPerCatchUp = 5'000;

}  // namespace shian::trace::limits
