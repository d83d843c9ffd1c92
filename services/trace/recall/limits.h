#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace shian::trace::limits {

inline constexpr int kFurtherSeedsMax = 63;
// A scope is traced before its write; it may take longer than a question does.
inline constexpr int64_t kScopeEdgesMax = 20'000'000;
inline constexpr absl::Duration kScopeTime = absl::Milliseconds(1'500);
inline constexpr size_t kLotsPerNoticeMax = 100;
// A change is no place for a whole scope; its counts are exact and ListRecallLots has the rest.
inline constexpr size_t kListedInChangeMax = 500;
inline constexpr size_t kTextCodePointsMax = 1'000;

}  // namespace shian::trace::limits
