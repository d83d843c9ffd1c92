#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace shian::ledger::limits {

inline constexpr size_t kTypeBytesMax = 200;
inline constexpr size_t kSubjectBytesMax = 500;
inline constexpr size_t kRegionBytesMax = 40;
inline constexpr size_t kCauseBytesMax = 300;
inline constexpr size_t kPayloadBytesMax = 256 << 10;
// Leaves that one integration takes, and the pause between two: a checkpoint follows its entries
// within a second, and the writer belongs to requests.
inline constexpr int64_t kIntegratedLeavesMax = 1024;
inline constexpr absl::Duration kIntegrationPause = absl::Milliseconds(200);
inline constexpr absl::Duration kIntegrationRetry = absl::Seconds(1);
// Where many write: how often the sequencer looks for what waits, and how often its holder shows
// that it lives; who sees nothing of it for the last time takes over.
inline constexpr absl::Duration kSequencerPause = absl::Milliseconds(20);
// Versions that one statement moves.
inline constexpr size_t kMovedTogether = 32;
inline constexpr absl::Duration kLeaseBeat = absl::Milliseconds(500);
inline constexpr absl::Duration kLeasePatience = absl::Seconds(3);
inline constexpr absl::Duration kFlushTimeMax = absl::Seconds(10);
// One batch of the feed: what it returns, and what it looks at while filters drop entries.
inline constexpr int kFeedEntriesMax = 256;
inline constexpr int64_t kFeedBytesMax = 1 << 20;
inline constexpr int kFeedScannedMax = 4096;
inline constexpr int kLeavesPageMax = 500;
inline constexpr int kAuditPageMax = 500;
inline constexpr size_t kNoteBytesMax = 64 << 10;

}  // namespace shian::ledger::limits
