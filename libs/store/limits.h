#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace shian::store::limits {

// Writes that share one commit, and with it one fsync.
inline constexpr size_t kBatchWritesMax = 64;
// Writes that wait. Beyond it, and beyond the wait below, a caller is told to come back.
inline constexpr size_t kWriterQueueDepthMax = 1024;
// Fewer are never refused for a wait: the next batch takes them all, and a stream that sends one
// write after the other must not break because the disk had a slow second.
inline constexpr size_t kWriterQueueDepthMin = 8;
inline constexpr absl::Duration kWriterWaitMax = absl::Milliseconds(200);
// An open read transaction keeps the log file from shrinking, so a caller's read ends here.
inline constexpr absl::Duration kReadTxTimeMax = absl::Seconds(2);
// How often, in virtual machine steps, a running statement looks at its deadline.
inline constexpr int kStepsPerDeadlineCheck = 4096;
inline constexpr int kReadersPerCore = 2;
inline constexpr int kReadersMin = 4;
// Prepared statements kept per connection; a service has some hundred texts.
inline constexpr size_t kStatementsCachedMax = 512;
// Pages of 4 KiB in the write-ahead log: a passive checkpoint above the first, a truncating one
// above the second or after the idle time.
inline constexpr int kPagesPassive = 1000;
inline constexpr int kPagesTruncate = 16000;
inline constexpr absl::Duration kIdleCheckpoint = absl::Seconds(1);
// Below either, whichever is less, the disk has too little room and writes are refused.
inline constexpr int64_t kRoomBytesMin = int64_t{1} << 30;
inline constexpr int64_t kRoomPercentMin = 5;
inline constexpr absl::Duration kRoomPause = absl::Milliseconds(200);
// Rows that one step of a scrub reads, in a second or two: few tables need a second step, because a
// row whose key was damaged may hide between two.
inline constexpr int kScrubRows = 500'000;
// Rows that one statement inserts when many are due.
inline constexpr size_t kInsertedTogether = 32;
// Keys that one statement looks up.
inline constexpr size_t kFoundTogether = 32;
// Pages that one step of a backup copies.
inline constexpr int kCopiedPages = 1024;
// Replies kept for repeated requests, and the rows one pruning takes.
inline constexpr absl::Duration kRequestsKept = absl::Hours(25);
inline constexpr absl::Duration kPrunePause = absl::Minutes(1);
inline constexpr int kPrunedRowsMax = 500;
inline constexpr int kPrunedOwnRowsMax = 10'000;  // a minute's and more
inline constexpr absl::Duration kReaderBusyTimeout = absl::Seconds(2);
// ---- PostgreSQL-wire engines --------------------------------------------------------------------
// Connections of one process when its configuration names no number; half of them write.
inline constexpr int kPostgresConnections = 16;
// Libpq's own settings, which an address may set otherwise: how long one host may take to accept,
// and when a peer that says nothing is given up.
inline constexpr char kPostgresConnectSeconds[] = "3";
inline constexpr char kPostgresIdleSeconds[] = "5";
// What each of many hosts gets at least of a short time, or a busy one would be passed over.
inline constexpr absl::Duration kPostgresTryMin = absl::Milliseconds(500);
inline constexpr char kPostgresProbeSeconds[] = "2";
inline constexpr char kPostgresSilentMillis[] = "10000";
// How often a process looks where its standby stands, and how long it waits for an answer.
inline constexpr absl::Duration kStandbyPause = absl::Milliseconds(250);
inline constexpr absl::Duration kStandbyLookMax = absl::Seconds(1);
inline constexpr absl::Duration kStandbyCancelMax = absl::Milliseconds(100);
// Moves of the leader's lease that are remembered: at every look one, so more than ten minutes.
inline constexpr size_t kMarksKept = 4096;
inline constexpr int kPostgresPollMillisMax = 1000;
// A write whose process says nothing for so long between two statements is ended by the server.
inline constexpr absl::Duration kIdleInTransactionMax = absl::Seconds(2);
inline constexpr absl::Duration kParkedPause = absl::Milliseconds(100);
// After a cancelled statement the server says so at once, or the connection is given up.
inline constexpr absl::Duration kPostgresCancelMax = absl::Seconds(2);
// Statements without an answer that wait for the next one that has one.
inline constexpr size_t kPostedMax = 64;
// A transaction that met another one runs again after a pause that doubles.
inline constexpr absl::Duration kRetryPauseMin = absl::Milliseconds(5);
inline constexpr absl::Duration kRetryPauseMax = absl::Milliseconds(640);
inline constexpr int kConflictsMax = 24;
// The service's own work has no deadline; it is told after this long that the database is away.
inline constexpr absl::Duration kOwnWriteTimeMax = absl::Seconds(30);
inline constexpr absl::Duration kOwnReadTimeMax = absl::Minutes(10);  // a graph that is built anew
// How long it is kept that a piece of own work was done, in case its commit was not heard of.
inline constexpr absl::Duration kOwnWritesKept = absl::Hours(1);

inline constexpr int kWriterCacheKib = 16000;
inline constexpr int kReaderCacheKib = 8000;

}  // namespace shian::store::limits
