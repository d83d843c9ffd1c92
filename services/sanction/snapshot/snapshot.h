// Snapshots of the lists for those who screen offline (离线比对快照): what is in one, and what
// changes from one to the next.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "services/sanction/listing/entry.h"

namespace shian::sanction {

struct Snapshot {
  int64_t sequence = 0;
  int64_t list_revision = 0;
  absl::Time made;
};

// Whose entry, and which.
using SnapshotKey = std::pair<std::string, std::string>;
// The bytes of each item.
using SnapshotItems = std::map<SnapshotKey, std::string>;

struct SnapshotDifference {
  std::vector<SnapshotKey> removed;  // of what has changed too
  std::vector<std::pair<SnapshotKey, std::string>> added;
};
SnapshotDifference DifferenceOf(const SnapshotItems& before, const SnapshotItems& now);

// Over the items in the byte order of the names of their entries.
std::string SnapshotDigest(const std::map<std::string, std::string>& items_by_name);

}  // namespace shian::sanction
