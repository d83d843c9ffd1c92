#ifndef SHIAN_SERVICES_CTL_BACKUP_FOLDER_H_
#define SHIAN_SERVICES_CTL_BACKUP_FOLDER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace shian::ctl {

// A folder of backups that are named by their time, such as "20250303-020000" (Beijing): what a
// nightly job needs, which has no shell to do it with.

std::string BackupIn(const std::string& folder, absl::Time now);

// The last whole one; NOT_FOUND when there is none.
absl::StatusOr<std::string> LatestIn(const std::string& folder);

// Removes all whole ones but the last `keep`, and what was left of any that did not end. Whatever
// has another name is not touched.
absl::Status ExpireIn(const std::string& folder, int keep);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_BACKUP_FOLDER_H_
