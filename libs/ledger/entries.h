// The logs' tables, for this library alone.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "libs/ledger/change.h"
#include "libs/ledger/log_reader.h"
#include "libs/store/fact_table.h"

namespace shian::ledger {

struct EntryColumn {
  enum : int {
    kLog,
    kSequence,
    kEpoch,
    kType,
    kSubject,
    kRegion,
    kTime,
    kRecorded,
    kCause,
    kCommitment,
    kSalt,
    kPayload,
  };
};
const store::FactTable& Entries();
Leaf ToLeaf(const store::Row& row, const std::string& origin);
Entry ToEntry(const store::Row& row, const std::string& origin);

struct CheckpointColumn {
  enum : int { kLog, kSize, kRecorded, kRoot, kNote };
};
const store::FactTable& Checkpoints();

// The name a log has on its checkpoints: "shian.sanction/410902/public/1".
std::string LogOrigin(absl::string_view origin, Log log, int64_t epoch);

// A position in a feed, opaque to its holder.
struct Position {
  int64_t epoch = 1;
  int64_t sequence = 0;
};
std::string MakeCursor(absl::string_view origin, Log log, const Position& position);
// FEED_CURSOR_INVALID for anything that MakeCursor did not make for this origin and log.
absl::StatusOr<Position> ParseCursor(absl::string_view cursor, absl::string_view origin, Log log);

}  // namespace shian::ledger
