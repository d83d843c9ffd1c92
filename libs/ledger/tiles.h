// The stored tree. Hashes stand in tiles: up to 16 neighbours of every fourth level in one row, so
// that a leaf costs a sixteenth of a row, and a proof over a million leaves reads five.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "libs/ledger/change.h"
#include "libs/store/store.h"

namespace shian::ledger {

// Nodes of one log's tree, as one transaction sees them.
class TileReader {
 public:
  TileReader(store::ReadTx& tx, Log log) : tx_(tx), log_(log) {}

  // The hash of the complete subtree over the leaves [position << level, (position + 1) << level).
  // DATA_LOSS when it is not there.
  absl::StatusOr<std::string> Node(int level, int64_t position);

 protected:
  using Place = std::pair<int, int64_t>;  // level, counted in tiles, and position in it
  // The hashes that stand there so far, one after the other.
  absl::StatusOr<std::string*> Tile(const Place& place);

  store::ReadTx& tx_;
  const Log log_;
  absl::flat_hash_map<Place, std::string> tiles_;
};

// Adds leaves to the tree of one log.
class TileWriter : public TileReader {
 public:
  TileWriter(store::WriteTx& tx, Log log) : TileReader(tx, log), write_(tx) {}

  // Leaf number `index` of a tree of `index` leaves.
  absl::Status Add(int64_t index, const std::string& leaf_hash);
  // Writes what was added.
  absl::Status Flush();

 private:
  absl::Status Append(const Place& place, int64_t position, const std::string& hash);

  store::WriteTx& write_;
  absl::flat_hash_map<Place, bool> changed_;
};

}  // namespace shian::ledger
