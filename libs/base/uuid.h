#ifndef SHIAN_LIBS_BASE_UUID_H_
#define SHIAN_LIBS_BASE_UUID_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace shian {

inline constexpr size_t kUuidEntropyBytes = 10;

// A UUID of version 7 (RFC 9562): milliseconds first, so ids sort by the time they were made.
// Pure: the same time and the same ten bytes give the same id.
std::string NewUuid7(absl::Time time, absl::string_view entropy10bytes);
// The same with fresh randomness.
std::string NewUuid7(absl::Time time);

// A UUID of any version in the form 8-4-4-4-12, in either case.
bool IsUuid(absl::string_view text);

}  // namespace shian

#endif  // SHIAN_LIBS_BASE_UUID_H_
