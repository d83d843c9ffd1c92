#pragma once

#include <cstddef>

#include "services/registry/operator/limits.h"

namespace shian::registry::limits {

inline constexpr size_t kAccreditationMax = 40;
inline constexpr size_t kScopesMax = 32;
inline constexpr size_t kScopeBytesMax = 40;
inline constexpr size_t kAffiliatesMax = 16;
inline constexpr size_t kSystemMax = 64;
inline constexpr size_t kUsccChars = 18;

}  // namespace shian::registry::limits
