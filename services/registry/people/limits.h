#pragma once

#include <cstddef>

#include "services/registry/operator/limits.h"

namespace shian::registry::limits {

inline constexpr size_t kPersonIdBytesMax = 64;
inline constexpr size_t kOrganisationMax = 64;
inline constexpr size_t kCardMax = 40;
inline constexpr size_t kSpecialitiesMax = 16;
inline constexpr size_t kConflictsMax = 256;
inline constexpr size_t kItemBytesMax = 100;

}  // namespace shian::registry::limits
