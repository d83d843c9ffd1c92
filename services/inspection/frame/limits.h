#pragma once

#include <cstddef>

namespace shian::inspection::frame::limits {

inline constexpr size_t kIdBytesMax = 120;
inline constexpr size_t kNumberBytesMax = 100;
// No date of a record lies before this year.
inline constexpr int kYearMin = 1990;

}  // namespace shian::inspection::frame::limits
