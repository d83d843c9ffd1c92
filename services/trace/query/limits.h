#pragma once

#include <cstddef>

namespace shian::trace::limits {

inline constexpr int kQueryValuesMax = 100;
inline constexpr int kQueryMatchesMax = 10;
inline constexpr int kQueryPathMax = 16;
inline constexpr size_t kQueryValueBytesMax = 500;
// Events looked at for one page, and in one read of the store.
inline constexpr int kQueryLookedAtMax = 2'000;
inline constexpr int kQueryStep = 250;

}  // namespace shian::trace::limits
