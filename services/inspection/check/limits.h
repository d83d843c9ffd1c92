#pragma once

#include <cstddef>

namespace shian::inspection::check::limits {

inline constexpr int kItemsMax = 1000;
inline constexpr int kCodesMax = 100;
inline constexpr size_t kCodeBytesMax = 40;
inline constexpr int kInspectorsMax = 20;
inline constexpr size_t kShortCodePointsMax = 100;
inline constexpr size_t kAuthorityCodePointsMax = 200;
inline constexpr size_t kSourceIdBytesMax = 200;
inline constexpr size_t kRemarkCodePointsMax = 1000;
inline constexpr int kImportRowsMax = 500;
// Alerts of trace that one visit names.
inline constexpr int kAlertsMax = 50;

}  // namespace shian::inspection::check::limits
