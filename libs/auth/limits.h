#pragma once

#include <cstddef>

#include "absl/time/time.h"

namespace shian::auth::limits {

// Looked at before anything is decoded or hashed.
inline constexpr size_t kTokenBytesMax = 4096;
inline constexpr size_t kClaimBytesMax = 200;
inline constexpr size_t kPostsMax = 16;
// A token that lives longer than a shift was not made by a bureau's login.
inline constexpr absl::Duration kTokenLifetimeMax = absl::Hours(24);
// Clocks of the login and of this machine may differ by so much.
inline constexpr absl::Duration kClockSkew = absl::Seconds(30);
inline constexpr size_t kTokensCachedMax = 4096;
inline constexpr size_t kTableBytesMax = 1 << 20;
inline constexpr size_t kKeyBytesMax = 16 << 10;

}  // namespace shian::auth::limits
