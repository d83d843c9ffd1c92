#pragma once

#include <cstddef>
#include <cstdint>

namespace shian::credit::limits {

inline constexpr int kRateBatchMax = 500;
inline constexpr int kFactContributionsMax = 50;
inline constexpr int64_t kEvaluatedChecksMax = 100'000;
inline constexpr int kEvaluatedPerRead = 500;  // operators in one read transaction
inline constexpr int kRatedYearMin = 2017;
inline constexpr int kRatedYearMax = 2999;
inline constexpr size_t kPolicyIdBytesMax = 100;
inline constexpr size_t kRulesCachedMax = 64;

}  // namespace shian::credit::limits
