#pragma once

#include <cstdint>

#include "absl/time/time.h"

namespace shian::blob::limits {

// One piece of evidence: a laboratory report, a photograph, a short recording.
inline constexpr int64_t kBlobBytesMax = int64_t{64} << 20;
// Sealed and read piece by piece; also the memory that one open stream takes.
inline constexpr int64_t kPieceBytes = 64 << 10;
// What an interrupted upload left behind is removed at start when it is older than this.
inline constexpr absl::Duration kUnfinishedKept = absl::Hours(1);

}  // namespace shian::blob::limits
