#ifndef SHIAN_SERVICES_CTL_BACKUP_MANIFEST_H_
#define SHIAN_SERVICES_CTL_BACKUP_MANIFEST_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/ctl/backup/files.h"

namespace shian::ctl {

// One of the three logs as the copy holds it.
struct LogRecord {
  std::string log;   // "facts"
  std::string name;  // on its checkpoints: "shian.sanction/410902/facts/1"
  int64_t epoch = 1;
  int64_t last = 0;
  std::string note;  // the last checkpoint; empty when there is none
  std::string key;   // that the service names for it
};

// DIR/<service>/manifest.json: what one service's part of a backup holds.
struct Manifest {
  std::string service;
  std::string origin;    // "shian.sanction/410902"
  std::string taken;     // RFC 3339, real time
  std::string revision;  // of the copied state, as its answers carried it
  FileRecord store;
  std::vector<FileRecord> blobs;
  std::vector<LogRecord> logs;
  std::map<std::string, int64_t> followed;  // origin: how far its facts had taken effect
};

inline constexpr char kManifestFile[] = "manifest.json";
inline constexpr char kStoreFile[] = "store.db";
inline constexpr char kSetFile[] = "backup.json";

absl::Status WriteManifest(const std::string& folder, const Manifest& manifest);

// DIR/backup.json comes last: a backup that has one is whole. It holds the digest of each manifest.
absl::Status WriteSet(const std::string& folder, const std::vector<std::string>& services);
// The manifests by service. DATA_LOSS names what is not as it was written.
absl::StatusOr<std::map<std::string, Manifest>> ReadSet(const std::string& folder);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_BACKUP_MANIFEST_H_
