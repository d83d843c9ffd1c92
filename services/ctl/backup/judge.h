#ifndef SHIAN_SERVICES_CTL_BACKUP_JUDGE_H_
#define SHIAN_SERVICES_CTL_BACKUP_JUDGE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/ctl/backup/manifest.h"

namespace shian::ctl {

// What a log of a copy is, beside the checkpoints that `shian verify` has seen of it.
struct JudgedLog {
  LogRecord record;        // without the key
  int64_t integrated = 0;  // size of the record's note
  int64_t seen = 0;        // size of the largest checkpoint of this epoch seen before; 0: none
  int64_t seen_epoch = 0;  // the latest epoch seen; a copy of an earlier one lost everything since
};

struct JudgedStore {
  std::string origin, revision;
  std::vector<JudgedLog> logs;
  // By JudgeBackup: nothing but the backup names the key that signed it, so who could change it
  // could sign it as well.
  bool key_unproved = false;
  std::map<std::string, int64_t> followed;
};

// Reads the whole copy: SQLite's check, the digest of every row, each log's tree built anew against
// its last checkpoint and against those kept in `seen`. DATA_LOSS says what does not hold.
absl::StatusOr<JudgedStore> JudgeStore(const std::string& path, const std::string& seen);

// By what a backup's checkpoints are judged, beside the backup itself.
struct Trust {
  std::string seen;               // checkpoints that `shian verify` kept; they may be missing
  std::vector<std::string> keys;  // verifier keys as published, one of any log for each service
};

// Every file of the service's folder against the manifest, and then the store.
absl::StatusOr<JudgedStore> JudgeBackup(const std::string& folder, const Manifest& manifest,
                                        const Trust& trust);

// That no service of the set had followed another beyond that one's copy.
absl::Status CheckTogether(const std::map<std::string, Manifest>& set);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_BACKUP_JUDGE_H_
