#ifndef SHIAN_SERVICES_CTL_BACKUP_TAKE_H_
#define SHIAN_SERVICES_CTL_BACKUP_TAKE_H_

#include <string>

#include "absl/status/status.h"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// Copies all five running services into the new folder `to`, verifies the copies, and only then
// gives the folder its name. `seen`: the checkpoints that `shian verify` keeps. Nothing stays of a
// backup that fails.
absl::Status TakeBackup(Session& session, const std::string& to, const std::string& seen);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_BACKUP_TAKE_H_
