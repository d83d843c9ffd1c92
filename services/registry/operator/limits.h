#pragma once

#include <cstddef>
#include <cstdint>

namespace shian::registry::limits {

inline constexpr int kRowsPerChunkMax = 500;
inline constexpr int kLookUpKeysMax = 500;
inline constexpr int kFrameKindsMax = 16;

// Code points of texts.
inline constexpr size_t kSourceIdMax = 100;
inline constexpr size_t kOriginMax = 100;
inline constexpr size_t kAuthorityMax = 200;
inline constexpr size_t kTitleMax = 100;
inline constexpr size_t kAddressMax = 200;
inline constexpr size_t kTownMax = 50;
inline constexpr size_t kOfficeMax = 100;
inline constexpr size_t kPersonNameMax = 50;
inline constexpr size_t kLicenceNumberMin = 4;
inline constexpr size_t kLicenceNumberMax = 60;
inline constexpr size_t kLicenceScopeMax = 500;
inline constexpr size_t kAttributeKeyMax = 40;
inline constexpr size_t kAttributeValueMax = 100;
inline constexpr size_t kDocumentNumberMax = 100;
inline constexpr size_t kStatuteMax = 200;
inline constexpr size_t kArticleMax = 100;
// A refused value is quoted up to here.
inline constexpr size_t kQuotedMax = 100;

inline constexpr size_t kFoodCategoriesMax = 64;
inline constexpr size_t kFoodCategoryBytesMax = 20;
inline constexpr size_t kAttributesMax = 32;
inline constexpr int64_t kFloorAreaMax = 10'000'000;
inline constexpr int64_t kDinersMax = 1'000'000;
inline constexpr size_t kOperatorIdBytesMax = 64;
inline constexpr int kMicrodegrees = 1'000'000;
inline constexpr int kDecimalsKept = 6;
inline constexpr int kDecimalsMax = 20;

// The file of the provincial keys of keyed hashes.
inline constexpr size_t kIdentityKeyFileBytesMax = 65536;

}  // namespace shian::registry::limits
