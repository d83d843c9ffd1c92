#pragma once

#include <cstddef>

namespace shian::sanction::limits {

inline constexpr int kAttestedRowsMax = 500;
inline constexpr size_t kOriginCodePointsMax = 100;
inline constexpr size_t kCellCodePointsMax = 100;

}  // namespace shian::sanction::limits
