#include "libs/ledger/tiles.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/ledger/verify.h"
#include "libs/store/fact_table.h"

namespace shian::ledger {
namespace {

using store::Values;

// Levels of the tree in one tile, and the hashes of its lowest.
constexpr int kLevels = 4;
constexpr int64_t kWidth = 1 << kLevels;

// Each row carries its digest, so that a hash that changed on the disk never gets into a proof.
const store::FactTable& Tiles() {
  static const auto* table =
      new store::FactTable("log_tile", {"log", "level", "position", "hashes"}, 3);
  return *table;
}

// The hash over neighbours, a power of two of them.
std::string HashOver(absl::string_view hashes) {
  if (hashes.size() == kSha256Bytes) return std::string(hashes);
  const size_t half = hashes.size() / 2;
  return HashChildren(HashOver(hashes.substr(0, half)), HashOver(hashes.substr(half)));
}

absl::Status Missing(Log log, int level, int64_t position) {
  return errors::Refuse(
      errors::Reason::kDataLoss,
      {{"table", "log_tile"}, {"key", absl::StrCat(LogName(log), "/", level, "/", position)}});
}

}  // namespace

absl::StatusOr<std::string*> TileReader::Tile(const Place& place) {
  const auto found = tiles_.find(place);
  if (found != tiles_.end()) return &found->second;
  ASSIGN_OR_RETURN(const auto row, Tiles().Find(tx_, Values(static_cast<int64_t>(log_), place.first,
                                                            place.second)));
  return &(tiles_[place] = row ? row->Blob(3) : "");
}

absl::StatusOr<std::string> TileReader::Node(int level, int64_t position) {
  const int64_t first = position << (level % kLevels);
  const int64_t count = int64_t{1} << (level % kLevels);
  const Place place = {level / kLevels, first / kWidth};
  ASSIGN_OR_RETURN(const std::string* tile, Tile(place));
  const size_t begin = static_cast<size_t>(first % kWidth) * kSha256Bytes;
  const size_t size = static_cast<size_t>(count) * kSha256Bytes;
  if (tile->size() < begin + size) return Missing(log_, level, position);
  return HashOver(absl::string_view(*tile).substr(begin, size));
}

absl::Status TileWriter::Add(int64_t index, const std::string& leaf_hash) {
  return Append({0, index / kWidth}, index, leaf_hash);
}

absl::Status TileWriter::Append(const Place& place, int64_t position, const std::string& hash) {
  const int64_t offset = position % kWidth;
  // One that begins here is not there yet, and is not looked for: most of them are.
  std::string* tile = offset == 0 ? &tiles_[place] : nullptr;
  if (tile == nullptr) {
    ASSIGN_OR_RETURN(tile, Tile(place));
  }
  if (static_cast<int64_t>(tile->size()) != offset * static_cast<int64_t>(kSha256Bytes)) {
    return Missing(log_, place.first * kLevels, position);
  }
  tile->append(hash);
  changed_[place] = true;
  if (offset + 1 < kWidth) return absl::OkStatus();
  return Append({place.first + 1, place.second / kWidth}, place.second, HashOver(*tile));
}

absl::Status TileWriter::Flush() {
  std::vector<std::vector<store::Value>> rows;
  rows.reserve(changed_.size());
  for (const auto& [place, changed] : changed_) {
    rows.push_back(
        Values(static_cast<int64_t>(log_), place.first, place.second, store::Bytes{tiles_[place]}));
  }
  changed_.clear();
  return Tiles().PutAll(write_, std::move(rows));
}

}  // namespace shian::ledger
