#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace shian::trace::limits {

inline constexpr int kSeedsMax = 64;
inline constexpr int64_t kTraceEdgesDefault = 2'000'000;
inline constexpr int64_t kTraceEdgesMax = 20'000'000;
// A trace runs inside a read transaction, which ends after two seconds.
inline constexpr int64_t kTraceMillisDefault = 1'000;
inline constexpr int64_t kTraceMillisMax = 1'500;
// How long, after it, may be looked for what it found.
inline constexpr int64_t kFindingsMillisMax = 200;
// As a stream it runs on a snapshot, outside of any transaction.
inline constexpr int64_t kStreamEdgesDefault = 20'000'000;
inline constexpr int64_t kStreamEdgesMax = 50'000'000;
inline constexpr int64_t kStreamMillisDefault = 5'000;
inline constexpr int64_t kStreamMillisMax = 30'000;
// Rows in one piece of a stream, and how long it may be looked for before what is there is sent.
inline constexpr int kPieceRowsMax = 500;
inline constexpr int64_t kPieceMillisMax = 200;
// Bytes in one piece of an export, about.
inline constexpr size_t kExportPieceBytes = 256 << 10;
// Streams that are told at once, in all and of one caller; each may hold a thread and what it
// reached.
inline constexpr int kStreamsMax = 4;
inline constexpr int kStreamsPerCallerMax = 2;
// How long after a process others at its place may be asked about: a year.
inline constexpr int kSpreadHoursMax = 8'784;
inline constexpr int kKillStepsMax = 20;
// Sources listed by FindCommonSources.
inline constexpr int kSourcesDefault = 50;
inline constexpr int kSourcesMax = 500;
// How often, in edges, a trace looks at the clock.
inline constexpr int64_t kEdgesPerClockCheck = 4'096;
// Named findings in an answer; the numbers beside them are exact.
inline constexpr size_t kNamedMax = 100;
inline constexpr size_t kStepsPerLotMax = 100;
// Stays in units, and in what held those, that are followed to tell where one lot was.
inline constexpr int64_t kNestedStaysMax = 1'000'000;
// Units inside units inside units: no honest chain packs deeper.
inline constexpr int kContainmentDepthMax = 16;
// Records of parts of the graph that are merged where they are added.
inline constexpr size_t kMergedAtOnceMax = 8'192;
// A part is merged with those after it when it is at most this many times as large as they are.
inline constexpr size_t kMergeRatio = 8;
// What one part holds at most, in records and in bytes of its identifiers' texts: parts are
// numbered in 32 bits.
inline constexpr size_t kPartRecordsMax = 100'000'000;
inline constexpr size_t kPartTextsMax = size_t{2} << 30;
// Events in one kept run of the graph, at least.
inline constexpr uint32_t kKeptEventsMin = 32'768;
// Or records: events with long lists make a run sooner.
inline constexpr size_t kKeptRecordsMin = 1'000'000;
// Events that wait in memory to be kept, at most: what a failing disk or a long backlog may cost.
inline constexpr size_t kUnkeptEventsMax = 1'000'000;
// After what was kept in vain, at least so long until it is tried again.
inline constexpr absl::Duration kKeepAgainAfter = absl::Seconds(60);
// Events taken into the graph per read.
inline constexpr int kEventsPerCatchUp = 5'000;

}  // namespace shian::trace::limits
