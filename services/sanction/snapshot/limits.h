#pragma once

namespace shian::sanction::limits {

inline constexpr int kSnapshotChangesPerRead = 1000;
inline constexpr int kSnapshotItemsPerChunk = 500;
inline constexpr int kSnapshotItemsPerWrite = 1000;
// Older ones are no base of a difference any more.
inline constexpr int kSnapshotsKept = 30;

}  // namespace shian::sanction::limits
