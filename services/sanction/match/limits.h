#pragma once

#include <cstddef>

namespace shian::sanction::limits {

inline constexpr size_t kSubjectNameCodePointsMax = 200;
inline constexpr size_t kUserCodePointsMax = 100;
inline constexpr size_t kReasonCodePointsMax = 2000;

}  // namespace shian::sanction::limits
