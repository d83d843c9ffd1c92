#ifndef SHIAN_LIBS_ERRORS_LIMITS_H_
#define SHIAN_LIBS_ERRORS_LIMITS_H_

#include <cstddef>

namespace shian::errors::limits {

// gRPC gives all trailers together 8 KiB; a larger error would be lost instead of shortened.
inline constexpr size_t kDetailsBytesMax = 2048;
inline constexpr size_t kMessageBytesMax = 1024;
// Values come from callers, so each is cut before it reaches a message.
inline constexpr size_t kArgBytesMax = 200;
inline constexpr size_t kRuleBytesMax = 200;
// More wrong fields are counted, not listed.
inline constexpr size_t kViolationsMax = 32;
inline constexpr size_t kReasonCharsMax = 63;

}  // namespace shian::errors::limits

#endif  // SHIAN_LIBS_ERRORS_LIMITS_H_
