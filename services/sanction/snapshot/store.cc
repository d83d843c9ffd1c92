#include "services/sanction/snapshot/store.h"

#include <utility>

#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/store/fact_table.h"

namespace shian::sanction {
namespace {

using store::Bytes;
using store::FactTable;
using store::Row;
using store::Sql;
using store::Values;

const FactTable& SnapshotTable() {
  static const auto* const kTable =
      new FactTable("snapshot", {"sequence", "list_revision", "made"}, 1);
  return *kTable;
}

const FactTable& ItemTable() {
  static const auto* const kTable =
      new FactTable("snapshot_item", {"operator", "entry", "added", "removed", "item"}, 3);
  return *kTable;
}

constexpr int64_t kStillIn = 0;

Snapshot ToSnapshot(const Row& row) { return {row.Int(0), row.Int(1), FromMicros(row.Int(2))}; }

}  // namespace

absl::Status InsertSnapshot(store::WriteTx& tx, const Snapshot& snapshot) {
  return SnapshotTable().Insert(
      tx, Values(snapshot.sequence, snapshot.list_revision, ToMicros(snapshot.made)));
}

absl::StatusOr<std::vector<Snapshot>> LatestSnapshots(store::ReadTx& tx, int limit) {
  ASSIGN_OR_RETURN(
      const auto rows,
      SnapshotTable().Select(tx, Sql{"WHERE sequence > $1 ORDER BY sequence DESC LIMIT $2"},
                             Values(0, limit)));
  std::vector<Snapshot> snapshots;
  for (const Row& row : rows) snapshots.push_back(ToSnapshot(row));
  return snapshots;
}

absl::StatusOr<std::optional<Snapshot>> FindSnapshot(store::ReadTx& tx, int64_t sequence) {
  ASSIGN_OR_RETURN(const auto row, SnapshotTable().Find(tx, Values(sequence)));
  if (!row) return std::nullopt;
  return ToSnapshot(*row);
}

absl::Status DropSnapshotsBefore(store::WriteTx& tx, int64_t sequence) {
  for (const Sql& sql : {Sql{"DELETE FROM snapshot WHERE sequence < $1"},
                         Sql{"DELETE FROM snapshot_item WHERE removed > 0 AND removed <= $1"}}) {
    RETURN_IF_ERROR(tx.Execute(sql, Values(sequence)).status());
  }
  return absl::OkStatus();
}

absl::StatusOr<SnapshotItems> CurrentItems(store::ReadTx& tx) {
  SnapshotItems items;
  RETURN_IF_ERROR(
      ItemTable().ForEach(tx, Sql{"WHERE removed = $1"}, Values(kStillIn), [&items](Row&& row) {
        items[{row.Text(0), row.Text(1)}] = row.Blob(4);
        return absl::OkStatus();
      }));
  return items;
}

absl::Status RemoveItems(store::WriteTx& tx, int64_t sequence,
                         const std::vector<SnapshotKey>& removed) {
  for (const auto& [op, entry] : removed) {
    ASSIGN_OR_RETURN(
        const auto rows,
        ItemTable().Select(tx, Sql{"WHERE operator = $1 AND entry = $2 AND removed = $3"},
                           Values(op, entry, kStillIn)));
    for (const Row& row : rows) {
      RETURN_IF_ERROR(
          ItemTable().Update(tx, Values(op, entry, row.Int(2), sequence, Bytes{row.Blob(4)})));
    }
  }
  return absl::OkStatus();
}

absl::Status AddItems(store::WriteTx& tx, int64_t sequence,
                      const std::vector<std::pair<SnapshotKey, std::string>>& added) {
  std::vector<std::vector<store::Value>> rows;
  for (const auto& [key, item] : added) {
    rows.push_back(Values(key.first, key.second, sequence, kStillIn, Bytes{item}));
  }
  // One that a stopped making put there before is replaced.
  return ItemTable().PutAll(tx, std::move(rows));
}

absl::StatusOr<std::vector<SnapshotRow>> RowsBetween(store::ReadTx& tx, int64_t base,
                                                     int64_t sequence, const SnapshotKey& after,
                                                     int limit) {
  // Of each key that is in one of them and not, or otherwise, in the other: the row of the later
  // one, else that of the base.
  ASSIGN_OR_RETURN(
      const auto rows,
      ItemTable().Select(
          tx,
          Sql{"WHERE (operator > $1 OR (operator = $1 AND entry > $2)) AND ((added > $3 AND added "
              "<= $4 AND (removed = 0 OR removed > $4)) OR (added <= $3 AND removed > $3 AND "
              "removed <= $4 AND NOT EXISTS (SELECT 1 FROM snapshot_item o WHERE o.operator = "
              "snapshot_item.operator AND o.entry = snapshot_item.entry AND o.added > $3 AND "
              "o.added <= $4 AND (o.removed = 0 OR o.removed > $4)))) ORDER BY operator, entry "
              "LIMIT $5"},
          Values(after.first, after.second, base, sequence, limit)));
  std::vector<SnapshotRow> out;
  for (const Row& row : rows) {
    const bool gone = row.Int(3) != kStillIn && row.Int(3) <= sequence;
    out.push_back({{row.Text(0), row.Text(1)}, gone ? "" : row.Blob(4)});
  }
  return out;
}

}  // namespace shian::sanction
