#ifndef SHIAN_SERVICES_CTL_BACKUP_RESTORE_H_
#define SHIAN_SERVICES_CTL_BACKUP_RESTORE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/ctl/backup/judge.h"

namespace shian::ctl {

struct RestoreOptions {
  std::string from;                   // folder of the backup
  std::string state;                  // gets a folder for each service
  std::vector<std::string> services;  // empty: all that the backup has
  Trust trust;
  int64_t epoch = 0;   // of the restored logs; 0: one more than any known
  bool aside = false;  // what is in the state folders moves into a folder of theirs
};

// Verifies the whole of what is asked for, and only then writes and moves: evidence, then the
// store, whose three logs begin a new epoch. Says on stderr, loudly, what a log is known to have
// lost, and whose key was taken from the backup itself.
absl::Status Restore(const RestoreOptions& options);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_BACKUP_RESTORE_H_
