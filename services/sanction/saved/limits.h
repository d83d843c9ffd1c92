#pragma once

#include <cstddef>
#include <cstdint>

namespace shian::sanction::limits {

inline constexpr size_t kSavedListCharsMax = 64;
inline constexpr int64_t kSavedSubjectsMax = 2'000'000;
inline constexpr int kAlertsPageMax = 500;
inline constexpr int kAlertsPageDefault = 50;
// What the work that screens takes at a time: one write must not hold up callers' writes.
inline constexpr int kRescreenedPerWriteMax = 1000;
inline constexpr int kListChangesPerRoundMax = 200;
inline constexpr int kSavedPerReadMax = 5000;

}  // namespace shian::sanction::limits
