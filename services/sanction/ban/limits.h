#pragma once

#include <cstddef>

namespace shian::sanction::limits {

inline constexpr size_t kPersonNameCodePointsMax = 50;
inline constexpr int kPeopleMax = 500;
inline constexpr size_t kKeyIdChars = 16;
// Bans that one write ends, or lifts to another key, so that requests are not kept waiting.
inline constexpr int kBansPerWriteMax = 100;
inline constexpr size_t kIdentityKeyFileBytesMax = 65536;

}  // namespace shian::sanction::limits
