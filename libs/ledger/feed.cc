// The feed half of log_reader.h.
#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/ledger/entries.h"
#include "libs/ledger/limits.h"
#include "libs/ledger/log_reader.h"

namespace shian::ledger {
namespace {

using store::Row;
using store::Sql;
using store::Values;

constexpr Sql kNext = {"WHERE log = $1 AND sequence > $2 ORDER BY sequence LIMIT $3"};

bool BeginsWithAny(absl::string_view text, const std::vector<std::string>& prefixes) {
  return prefixes.empty() ||
         std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) { return absl::StartsWith(text, prefix); });
}

FeedEntry ToFeedEntry(Entry entry) {
  FeedEntry fed;
  fed.change.id = std::move(entry.id);
  fed.change.origin = std::move(entry.leaf.origin);
  fed.change.type = std::move(entry.leaf.type);
  fed.change.subject = std::move(entry.leaf.subject);
  fed.change.region = std::move(entry.leaf.region);
  fed.change.payload = std::move(entry.payload);
  fed.change.cause = std::move(entry.leaf.cause);
  fed.change.time = entry.leaf.time;
  fed.change.recorded = entry.recorded;
  fed.change.sequence = entry.sequence;
  fed.commitment = std::move(entry.leaf.commitment);
  fed.salt = std::move(entry.salt);
  fed.erased = entry.erased;
  return fed;
}

// Whether a restore kept what the holder of a cursor saw: the entry that it has reached is still of
// its own epoch or an earlier one. Later ones stand where its own were lost.
absl::StatusOr<bool> IsKept(store::ReadTx& tx, const Position& position, const LogState& state) {
  if (position.epoch > state.epoch || position.sequence > state.last) return false;
  if (position.epoch == state.epoch || position.sequence == 0) return true;
  ASSIGN_OR_RETURN(const auto entry, ReadEntry(tx, Log::kFacts, position.sequence));
  return entry.has_value() && entry->leaf.epoch <= position.epoch;
}

absl::StatusOr<int64_t> StartOf(store::ReadTx& tx, const FeedQuery& query, const LogState& state) {
  if (query.cursor.empty()) return int64_t{0};
  ASSIGN_OR_RETURN(const Position position, ParseCursor(query.cursor, tx.origin(), Log::kFacts));
  ASSIGN_OR_RETURN(const bool kept, IsKept(tx, position, state));
  if (!kept) return errors::Refuse(errors::Reason::kFeedCursorAhead);
  return position.sequence;
}

// Gathers one batch: stops at the first bound it meets.
class Gathering {
 public:
  Gathering(const FeedQuery& query, const std::string& origin, int64_t epoch, int64_t position)
      : query_(query),
        origin_(origin),
        epoch_(epoch),
        entries_max_(query.entries_max > 0 ? query.entries_max : limits::kFeedEntriesMax) {
    batch_.position = position;
  }

  bool Full() const {
    return static_cast<int>(batch_.entries.size()) >= entries_max_ ||
           bytes_ >= limits::kFeedBytesMax || scanned_ >= limits::kFeedScannedMax;
  }

  void Take(const Row& row) {
    Entry entry = ToEntry(row, origin_);
    ++scanned_;
    batch_.position = entry.sequence;
    const bool wanted = BeginsWithAny(entry.leaf.type, query_.type_prefixes) &&
                        BeginsWithAny(entry.leaf.region, query_.region_prefixes);
    if (!wanted) return;
    bytes_ += static_cast<int64_t>(entry.payload.size() + entry.leaf.subject.size());
    batch_.entries.push_back(ToFeedEntry(std::move(entry)));
    batch_.entries.back().cursor = CursorHere();
  }

  std::string CursorHere() const {
    return MakeCursor(origin_, Log::kFacts, {epoch_, batch_.position});
  }
  FeedBatch& batch() { return batch_; }

 private:
  const FeedQuery& query_;
  const std::string& origin_;
  const int64_t epoch_;
  const int entries_max_;
  FeedBatch batch_;
  int64_t bytes_ = 0;
  int scanned_ = 0;
};

}  // namespace

absl::StatusOr<FeedBatch> ReadFeed(store::ReadTx& tx, const FeedQuery& query) {
  ASSIGN_OR_RETURN(const LogState state, ReadState(tx, Log::kFacts));
  ASSIGN_OR_RETURN(const int64_t start, StartOf(tx, query, state));
  Gathering gathering(query, tx.origin(), state.epoch, start);
  while (!gathering.Full() && gathering.batch().position < state.last) {
    ASSIGN_OR_RETURN(const std::vector<Row> rows,
                     Entries().Select(tx, kNext,
                                      Values(static_cast<int64_t>(Log::kFacts),
                                             gathering.batch().position, limits::kFeedEntriesMax)));
    if (rows.empty()) break;
    for (const Row& row : rows) {
      if (gathering.Full()) break;
      gathering.Take(row);
    }
  }
  FeedBatch batch = std::move(gathering.batch());
  batch.after = query.cursor;
  batch.head = state.last;
  const bool moved = batch.position > start;
  batch.cursor =
      moved ? MakeCursor(tx.origin(), Log::kFacts, {state.epoch, batch.position}) : query.cursor;
  return batch;
}

}  // namespace shian::ledger
