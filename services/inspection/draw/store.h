// Draws and the frames their locks fixed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/base/time.h"
#include "libs/store/store.h"
#include "services/inspection/draw/draw.h"

namespace shian::inspection::draw {

// The next number of the organisation's year; no number is ever left out, because the counter moves
// in the transaction of the draw that takes it.
absl::StatusOr<int64_t> TakeNumber(store::WriteTx& tx, const std::string& organisation,
                                   int64_t year);

// Writes the draw as its next version and counts it.
absl::Status PutDraw(store::WriteTx& tx, Draw& draw);
absl::StatusOr<std::optional<Draw>> FindDraw(store::ReadTx& tx, const DrawId& id);
// NOT_FOUND in the caller's words.
absl::StatusOr<Draw> GetDraw(store::ReadTx& tx, const DrawId& id);

struct DrawFilter {
  std::string region;
  std::string after;  // id of the last one before
  int limit = 0;
};
absl::StatusOr<std::vector<Draw>> ListDraws(store::ReadTx& tx, const DrawFilter& filter);
// Locked draws whose reveals are overdue at `now`.
absl::StatusOr<std::vector<Draw>> OverdueDraws(store::ReadTx& tx, absl::Time now);

// What a lock fixed: frames in the order of the strata, and the roster.
absl::Status PutFrame(store::WriteTx& tx, const DrawId& id, const std::vector<FrameStratum>& strata,
                      const std::vector<std::string>& roster);
// The frame as the copies hold it now: each stratum's operators, sorted by their ids.
absl::StatusOr<std::vector<FrameStratum>> ReadFrames(store::ReadTx& tx, const Plan& plan);
// Who may be drawn at `at`; conflicts that the roster knows join the draw's recusals.
absl::StatusOr<std::vector<std::string>> ReadRoster(store::ReadTx& tx, Draw& draw, absl::Time at);
// The whole lock record of a locked or executed draw.
absl::StatusOr<Lock> ReadLock(store::ReadTx& tx, const Draw& draw);

}  // namespace shian::inspection::draw
