#pragma once

#include <cstddef>

namespace shian::inspection::sampling::limits {

inline constexpr size_t kTitleCodePointsMax = 200;
inline constexpr size_t kShortCodePointsMax = 100;
inline constexpr size_t kValueCodePointsMax = 50;
inline constexpr size_t kUnitCodePointsMax = 30;
inline constexpr size_t kAddressCodePointsMax = 300;
inline constexpr size_t kReasonCodePointsMax = 500;
inline constexpr size_t kTextCodePointsMax = 1000;
inline constexpr size_t kSourceIdBytesMax = 200;
inline constexpr int kSamplersMax = 10;
inline constexpr int kItemsMax = 200;
inline constexpr int kImportItemsMax = 50;
inline constexpr int kAlsoServedMax = 10;
inline constexpr int kTiedMax = 100;
inline constexpr int kEvidenceMax = 20;
inline constexpr int kFoodCategoryMax = 35;
inline constexpr int kExtensionDaysMax = 90;
inline constexpr int kImportRowsMax = 500;
inline constexpr int64_t kPriceFenMax = 100'000'000;
// Lapsed samples made final in one write of the clock's work.
inline constexpr int kFinalisedPerWrite = 200;

}  // namespace shian::inspection::sampling::limits
