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
// A plan, as the law lists its content.
inline constexpr size_t kContactCodePointsMax = 100;
inline constexpr size_t kNameCodePointsMax = 200;
inline constexpr size_t kLongTextCodePointsMax = 2'000;
inline constexpr int kPlannedProductsMax = 20;
inline constexpr int kPlannedRowsMax = 100;  // production dates or batches of a product
inline constexpr int kExtensionMax = 366;
inline constexpr size_t kSummaryCodePointsMax = 4'000;
inline constexpr int kUnansweredMax = 1'000;
inline constexpr size_t kUnansweredCodePointsMax = 200;
// A refusal names what is missing, and of many notices the first ones.
inline constexpr size_t kNamedNoticesMax = 10;
inline constexpr int kRowsTogether = 500;

}  // namespace shian::trace::limits
