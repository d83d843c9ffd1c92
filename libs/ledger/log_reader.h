// Everything that LedgerService, FeedService and AuditService answer, as functions of one read
// transaction. What they return has been checked: rows against their digests, proofs against the
// root they lead to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/ledger/change.h"
#include "libs/ledger/consumer.h"
#include "libs/ledger/leaf.h"
#include "libs/store/store.h"

namespace shian::ledger {

// How far a log is: written and integrated.
struct LogState {
  std::string name;  // the checkpoint's origin line, "shian.sanction/410902/public/1"
  int64_t epoch = 1;
  int64_t last = 0;                                // sequence of the last entry; 0 when empty
  int64_t integrated = 0;                          // size of the last checkpoint
  absl::Time checkpointed = absl::InfinitePast();  // when that one was recorded
};
absl::StatusOr<LogState> ReadState(store::ReadTx& tx, Log log);

// An entry with all we still have of it.
struct Entry {
  std::string id;
  int64_t sequence = 0;  // leaf index + 1
  Leaf leaf;
  absl::Time recorded;
  bool erased = false;
  std::string salt;     // empty when erased
  std::string payload;  // empty when erased
};
absl::StatusOr<std::optional<Entry>> ReadEntry(store::ReadTx& tx, Log log, int64_t sequence);

// ---- LedgerService -----------------------------------------------------------------------------

// Integrated entries of the public log after `after`, in order, at most `count` (up to
// limits::kLeavesPageMax); with a subject only those about it.
absl::StatusOr<std::vector<Entry>> ReadLeaves(store::ReadTx& tx, int64_t after, int count,
                                              absl::string_view subject = "");

// The signed note of the latest checkpoint, or of the smallest one with at least `size` entries.
// NOT_FOUND while there is none.
absl::StatusOr<std::string> ReadCheckpoint(store::ReadTx& tx, Log log, int64_t size = 0);

// For leaf `index` (sequence - 1) in the tree of `size`, 0 <= index < size <= integrated; else
// OUT_OF_RANGE.
struct InclusionProof {
  std::string leaf_hash;
  std::vector<std::string> hashes;
  std::string root;
};
absl::StatusOr<InclusionProof> ProveInclusion(store::ReadTx& tx, Log log, int64_t index,
                                              int64_t size);
// 1 <= size1 <= size2 <= integrated; else OUT_OF_RANGE.
struct ConsistencyProof {
  std::vector<std::string> hashes;
  std::string root1;
  std::string root2;
};
absl::StatusOr<ConsistencyProof> ProveConsistency(store::ReadTx& tx, Log log, int64_t size1,
                                                  int64_t size2);

// What `known_at` = time had seen: the size of the last checkpoint recorded by then, 0 if none.
absl::StatusOr<int64_t> SizeKnownAt(store::ReadTx& tx, Log log, absl::Time time);

// ---- FeedService -------------------------------------------------------------------------------

struct FeedQuery {
  std::string cursor = {};                        // empty: from the first entry
  std::vector<std::string> type_prefixes = {};    // empty: all types
  std::vector<std::string> region_prefixes = {};  // empty: all regions
  int entries_max = 0;                            // 0: limits::kFeedEntriesMax
};
// The next batch of the facts log. A batch may be empty and still move the cursor, because the
// filters dropped what was looked at. A cursor of another log, or one that saw entries which a
// restore lost, is refused: the consumer must not go on silently. One of an earlier epoch that saw
// only what was kept goes on.
absl::StatusOr<FeedBatch> ReadFeed(store::ReadTx& tx, const FeedQuery& query);

// ---- AuditService ------------------------------------------------------------------------------

struct AuditQuery {
  int64_t after = 0;  // sequence
  int count = 0;      // up to limits::kAuditPageMax
  std::string subject = {};
  std::string type_prefix = {};
  absl::Time from = absl::InfinitePast();
  absl::Time until = absl::InfiniteFuture();
  int64_t last = 0;  // entries beyond this sequence are not seen; 0: no bound
};
absl::StatusOr<std::vector<Entry>> ReadAudit(store::ReadTx& tx, const AuditQuery& query);

}  // namespace shian::ledger
