// A snapshot of the lists as a file, for those who screen offline.
#ifndef SHIAN_SERVICES_CTL_SNAPSHOT_SNAPSHOT_H_
#define SHIAN_SERVICES_CTL_SNAPSHOT_SNAPSHOT_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "shian/sanction/v1/snapshot.pb.h"
#include "shian/sanction/v1/snapshot_service.pb.h"

namespace shian::ctl {

struct SnapshotFile {
  shian::sanction::v1::SnapshotHeader header;
  std::map<std::string, shian::sanction::v1::SnapshotItem> items;  // by entry
};

absl::StatusOr<SnapshotFile> ReadSnapshot(const std::string& path);
// The new file takes the place of the old one whole or not at all.
absl::Status WriteSnapshot(const std::string& path, const SnapshotFile& snapshot);

// Takes a part of the answer into what was kept before.
void TakeSnapshotPart(const shian::sanction::v1::FetchSnapshotResponse& part,
                      SnapshotFile* snapshot);

// What the signed card says, when all of it holds: the signature under `pinned_key` (empty: the
// file's own), the card's place in the log, and the items by number and hash. DATA_LOSS says what
// does not. Its time is not looked at.
absl::StatusOr<shian::sanction::v1::SnapshotCard> VerifySnapshot(const SnapshotFile& snapshot,
                                                                 const std::string& pinned_key);
// Whether an answer may rest on it at `now`: not after its time, and not before it was made, as a
// clock that was set back would have it.
absl::Status CheckSnapshotTime(const shian::sanction::v1::SnapshotCard& card, absl::Time now);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_SNAPSHOT_SNAPSHOT_H_
