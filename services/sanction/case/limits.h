#pragma once

#include <cstddef>

namespace shian::sanction::limits {

inline constexpr int kOfficersMax = 10;
inline constexpr int kEventsMax = 10'000;
// A case is shown whole in one reply, so that it holds this much of the inquiry, and beyond that
// this much of the steps that follow; its end has room after them.
inline constexpr size_t kInquiryEventsMax = 200;
inline constexpr size_t kInquiryBytesMax = size_t{2} << 20;
inline constexpr size_t kStepEventsMax = 300;
inline constexpr size_t kStepBytesMax = size_t{3} << 20;
inline constexpr int kGroundCodePointsMax = 50;
inline constexpr int kExtensionDaysMax = 366;
inline constexpr int kHearingAheadDaysMax = 366;
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
