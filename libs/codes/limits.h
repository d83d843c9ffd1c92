#ifndef SHIAN_LIBS_CODES_LIMITS_H_
#define SHIAN_LIBS_CODES_LIMITS_H_

#include <cstddef>

namespace shian::codes::limits {

// The longest identifier here is a Digital Link; anything longer is refused unread.
inline constexpr size_t kCodeBytesMax = 2048;
// GS1: lot (AI 10), serial (AI 21) and extension (AI 254) have 1 to 20 characters, a consumer
// product variant (AI 22) too.
inline constexpr size_t kGs1FieldCharsMax = 20;
inline constexpr int kCompanyPrefixDigitsMin = 6;
inline constexpr int kCompanyPrefixDigitsMax = 12;
inline constexpr size_t kLinkAttributesMax = 16;
inline constexpr size_t kLinkSegmentsMax = 32;

}  // namespace shian::codes::limits

#endif  // SHIAN_LIBS_CODES_LIMITS_H_
