#pragma once

#include <cstddef>

namespace shian::sanction::limits {

inline constexpr int kOfficersMax = 10;
inline constexpr int kEventsMax = 10'000;
inline constexpr int kExtensionDaysMax = 366;
inline constexpr int kPeopleMax = 1'000'000;
inline constexpr int kReviewItemsMax = 100;
inline constexpr int kPointsMax = 100;
inline constexpr int kYearMin = 1949;
inline constexpr int kYearMax = 2999;
// A key or id of a policy.
inline constexpr size_t kTableIdCharsMax = 100;
// A party's earlier penalties are looked through up to here, the newest first.
inline constexpr int kEarlierPenaltiesMax = 100;

}  // namespace shian::sanction::limits
