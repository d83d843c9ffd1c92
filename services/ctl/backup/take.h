#ifndef SHIAN_SERVICES_CTL_BACKUP_TAKE_H_
#define SHIAN_SERVICES_CTL_BACKUP_TAKE_H_

#include <string>

#include "absl/status/status.h"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// What a backup's folder is called until it is whole.
inline constexpr char kPartial[] = ".partial";

// Copies all five running services into the new folder `to`, verifies the copies, only then gives
// the folder its name, and tells the services, whose metrics name the time. `seen`: the checkpoints
// that `shian verify` keeps. Nothing stays of a backup that fails.
absl::Status TakeBackup(Session& session, const std::string& to, const std::string& seen);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_BACKUP_TAKE_H_
