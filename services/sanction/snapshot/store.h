// Reads and writes of snapshots.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/store/store.h"
#include "services/sanction/snapshot/snapshot.h"

namespace shian::sanction {

absl::Status InsertSnapshot(store::WriteTx& tx, const Snapshot& snapshot);
// From the latest on, at most `limit`.
absl::StatusOr<std::vector<Snapshot>> LatestSnapshots(store::ReadTx& tx, int limit);
absl::StatusOr<std::optional<Snapshot>> FindSnapshot(store::ReadTx& tx, int64_t sequence);
// Forgets those before `sequence`, and what was in them alone.
absl::Status DropSnapshotsBefore(store::WriteTx& tx, int64_t sequence);

// What is in the latest state of items, made whole or not.
absl::StatusOr<SnapshotItems> CurrentItems(store::ReadTx& tx);
// Says that items come in, or went out, with the snapshot `sequence`.
absl::Status RemoveItems(store::WriteTx& tx, int64_t sequence,
                         const std::vector<SnapshotKey>& removed);
absl::Status AddItems(store::WriteTx& tx, int64_t sequence,
                      const std::vector<std::pair<SnapshotKey, std::string>>& added);

// One row of what differs between two snapshots; from 0: all of the later one.
struct SnapshotRow {
  SnapshotKey key;
  std::string item;  // empty: it is not in the later one any more
};
// In the order of keys, those after `after`.
absl::StatusOr<std::vector<SnapshotRow>> RowsBetween(store::ReadTx& tx, int64_t base,
                                                     int64_t sequence, const SnapshotKey& after,
                                                     int limit);

}  // namespace shian::sanction
