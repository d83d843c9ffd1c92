#pragma once

#include <cstddef>
#include <cstdint>

namespace shian::credit::limits {

inline constexpr size_t kSummaryMax = 500;
inline constexpr size_t kTagsMax = 32;
inline constexpr size_t kOperatorIdBytesMax = 64;
// Evidence about one operator read at once; one with more is a defect upstream.
inline constexpr int kEvidenceMax = 20'000;
// Beside these the newest alerts: machines tell of many, and they must not keep out what counts.
inline constexpr int kAlertsShownMax = 1'000;
inline constexpr int32_t kFindingsMax = 1'000;
inline constexpr size_t kAttributesMax = 128;

}  // namespace shian::credit::limits
