#pragma once

#include <cstddef>
#include <cstdint>

namespace shian::sanction::limits {

inline constexpr int kSubjectsMax = 500;
inline constexpr size_t kMatchesMax = 10;
inline constexpr int kListsMax = 20;
inline constexpr size_t kClientRefCharsMax = 100;
inline constexpr size_t kNameCodePointsMax = 200;
inline constexpr size_t kReferenceCodePointsMax = 100;
// Changes of the list that the index takes in at a time.
inline constexpr int kChangesPerReadMax = 1000;
// Changes after which it pays to keep the index anew.
inline constexpr int64_t kChangesPerImageMin = 10'000;

}  // namespace shian::sanction::limits
