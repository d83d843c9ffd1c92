#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace shian::blob::limits {

// One piece of evidence: a laboratory report, a photograph, a short recording.
inline constexpr int64_t kBlobBytesMax = int64_t{64} << 20;
// Sealed and read piece by piece; also the memory that one open stream takes.
inline constexpr size_t kPieceBytes = 64 << 10;

// An upload that is older, in a folder that several processes use, belongs to none of them any
// more.
inline constexpr std::chrono::hours kUnfinishedKeptShared{24};

}  // namespace shian::blob::limits
