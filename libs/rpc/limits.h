#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace shian::rpc::limits {

// ---- messages ------------------------------------------------------------------------------
inline constexpr int kReceiveBytesMax = 1 << 20;
inline constexpr int kSendBytesMax = 4 << 20;
inline constexpr int kMetadataBytesMax = 16 << 10;
inline constexpr int kConcurrentStreamsMax = 256;  // per connection
// Fields of a newer caller that we do not know are fine; a sack full of them is not.
inline constexpr size_t kUnknownBytesMax = 4096;
inline constexpr size_t kMessageBytesMax = 1024;
inline constexpr int kImportRowsMax = 500;

// ---- time ----------------------------------------------------------------------------------
// Kept back from the caller's deadline, so that the answer is home in time.
inline constexpr absl::Duration kDeadlineShave = absl::Milliseconds(20);
// Less than this is left: the work would be thrown away.
inline constexpr absl::Duration kDeadlineFloor = absl::Milliseconds(10);
// How long a reader may take for one piece of an answer in pieces.
inline constexpr absl::Duration kPieceTakenMax = absl::Minutes(1);
// What a caller may allow: whoever is content with older answers than that keeps a copy.
inline constexpr absl::Duration kStalenessMax = absl::Minutes(10);
inline constexpr absl::Duration kConnectionAgeMax = absl::Minutes(5);
inline constexpr absl::Duration kConnectionAgeGrace = absl::Seconds(30);
inline constexpr absl::Duration kKeepaliveTime = absl::Seconds(60);
inline constexpr absl::Duration kKeepaliveTimeout = absl::Seconds(20);
// Callers may ask every other second whether their connection still lives.
inline constexpr absl::Duration kClientPingMin = absl::Seconds(1);
// Within it a connection is made, handshake included, or tried anew.
inline constexpr absl::Duration kConnectTimeMax = absl::Seconds(2);
inline constexpr absl::Duration kShutdownGrace = absl::Seconds(8);
// How long a process that ends goes on trying a database that is away.
inline constexpr absl::Duration kStoreDrain = absl::Seconds(2);

// ---- load ----------------------------------------------------------------------------------
// A bucket holds one second's worth of calls. Callers are systems of the table, so few.
inline constexpr size_t kCallersMax = 4096;
inline constexpr int kPoolThreads = 8;
inline constexpr size_t kPoolQueueMax = 128;
inline constexpr size_t kAuditQueueMax = 4096;
inline constexpr size_t kAuditBatchMax = 256;
inline constexpr size_t kAuditResourcesMax = 100;

// ---- feeds ---------------------------------------------------------------------------------
inline constexpr absl::Duration kHeartbeat = absl::Seconds(1);
// Three heartbeats: up to two may pass between two messages of an idle peer. Doubled, up to the
// second, while connections end in silence.
inline constexpr absl::Duration kSilenceFirst = absl::Seconds(3);
inline constexpr absl::Duration kSilenceMax = absl::Minutes(1);
inline constexpr int kWatchersMax = 64;
inline constexpr int kWatchPrefixesMax = 50;
inline constexpr absl::Duration kReconnectFirst = absl::Milliseconds(100);
// With the time to make a connection less than the 5 s within which a feed is back.
inline constexpr absl::Duration kReconnectMax = absl::Seconds(1);

// ---- pages ---------------------------------------------------------------------------------
inline constexpr int kPageSizeDefault = 50;
inline constexpr int kPageSizeMax = 500;
inline constexpr absl::Duration kPageTokenLife = absl::Hours(24);
inline constexpr size_t kPageTokenBytesMax = 2048;

// ---- what is due ---------------------------------------------------------------------------
inline constexpr size_t kTodoWordMax = 64;
// Each is read whole, within the time that a read has.
inline constexpr int kTodoMattersPerPageMax = 100;
inline constexpr absl::Duration kTodoPageTimeMax = absl::Milliseconds(500);
inline constexpr int kTodoMattersPerWriteMax = 20;
inline constexpr int kTodoRungsOfMatterMax = 1000;
// All open matters are looked at this often, on real time.
inline constexpr absl::Duration kTodoEvery = absl::Minutes(5);
// What the metrics call pressing.
inline constexpr absl::Duration kTodoSoon = absl::Hours(72);

// ---- the rest ------------------------------------------------------------------------------
inline constexpr int64_t kBlobPieceBytesMax = 512 << 10;
// A backup stops the service from following others until its copy's state is settled, at most this
// long: all services of a suite are stopped before the first copy.
inline constexpr absl::Duration kFeedHoldMax = absl::Seconds(5);
inline constexpr absl::Duration kDueWorkPause = absl::Seconds(5);
// A whole check of the store, and the rest between two of its steps: at least so long, and so many
// times as long as the step took, so that it has a twentieth of one core.
inline constexpr absl::Duration kScrubEvery = absl::Hours(24);
inline constexpr absl::Duration kScrubPagePause = absl::Milliseconds(100);
inline constexpr int kScrubRestTimes = 19;
inline constexpr size_t kPemBytesMax = 64 << 10;

}  // namespace shian::rpc::limits
