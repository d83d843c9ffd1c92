#ifndef SHIAN_LIBS_QR_LIMITS_H_
#define SHIAN_LIBS_QR_LIMITS_H_

#include <cstddef>

namespace shian::qr::limits {

// Fits the largest symbol at every level of correction.
inline constexpr size_t kTextBytesMax = 1'000;
inline constexpr int kQuietModules = 4;
// The largest symbol has 177 modules, so a picture has at most 5,920 pixels on a side.
inline constexpr int kModulePixelsMax = 32;

}  // namespace shian::qr::limits

#endif  // SHIAN_LIBS_QR_LIMITS_H_
