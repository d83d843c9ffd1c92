#pragma once

#include <cstddef>
#include <cstdint>

namespace shian::sanction::limits {

inline constexpr size_t kTextCodePointsMax = 4000;
inline constexpr size_t kCauseCodePointsMax = 500;
inline constexpr size_t kRightsCodePointsMax = 2000;
inline constexpr size_t kNumberCodePointsMax = 100;
inline constexpr size_t kTitleCodePointsMax = 200;
inline constexpr size_t kMethodCodePointsMax = 50;
inline constexpr size_t kNoteCodePointsMax = 2000;
inline constexpr size_t kIdCharsMax = 64;
inline constexpr size_t kMediaTypeCharsMax = 100;
inline constexpr int kDocumentsMax = 20;
inline constexpr int kLeadsMax = 20;
inline constexpr int kBasesMax = 20;
inline constexpr int64_t kDocumentBytesMax = int64_t{1} << 30;
inline constexpr int64_t kAmountFenMax = 10'000'000'000'000;
inline constexpr int kBanMonthsMax = 1200;

}  // namespace shian::sanction::limits
