#ifndef SHIAN_LIBS_BASE_LIMITS_H_
#define SHIAN_LIBS_BASE_LIMITS_H_

#include <cstddef>

namespace shian::limits {

// No text of one field is longer, whatever the caller of NormaliseText asks for.
inline constexpr size_t kTextCodePointsMax = size_t{1} << 20;
// Raw bytes taken per code point of the result, before composition and trimming: the longest
// canonical decomposition needs 12, so honest text always fits and hostile text stops here.
inline constexpr size_t kTextBytesPerCodePointMax = 16;
// RFC 3339 with nine fractional digits and an offset has 35 characters.
inline constexpr size_t kTimeTextBytesMax = 40;
// MaskName looks no further than this for a second letter.
inline constexpr size_t kMaskedNameBytesMax = 256;
// A code masked by MaskCode; anything longer is no code and is masked whole.
inline constexpr size_t kMaskedCodeBytesMax = 64;

}  // namespace shian::limits

#endif  // SHIAN_LIBS_BASE_LIMITS_H_
