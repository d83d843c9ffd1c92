#pragma once

namespace shian::calendar::limits {

// The longest period that is counted day by day; statutes stay far below it.
inline constexpr int kCountMax = 10'000;

}  // namespace shian::calendar::limits
