#include "services/sanction/snapshot/snapshot.h"

#include "libs/base/hash.h"

namespace shian::sanction {

SnapshotDifference DifferenceOf(const SnapshotItems& before, const SnapshotItems& now) {
  SnapshotDifference out;
  for (const auto& [key, item] : before) {
    const auto found = now.find(key);
    if (found == now.end() || found->second != item) out.removed.push_back(key);
  }
  for (const auto& [key, item] : now) {
    const auto found = before.find(key);
    if (found == before.end() || found->second != item) out.added.emplace_back(key, item);
  }
  return out;
}

std::string SnapshotDigest(const std::map<std::string, std::string>& items_by_name) {
  Sha256Stream digest;
  for (const auto& [name, item] : items_by_name) digest.Update(Sha256(item));
  return digest.Finish();
}

}  // namespace shian::sanction
