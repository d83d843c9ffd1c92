#ifndef SHIAN_SERVICES_CTL_BACKUP_SERVED_H_
#define SHIAN_SERVICES_CTL_BACKUP_SERVED_H_

#include <string>

#include "absl/status/statusor.h"
#include "services/ctl/backup/judge.h"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// That the copy's log is the beginning of the one that the service serves now, both signed by the
// key it names; gives that key, or nothing for a log without a checkpoint.
absl::StatusOr<std::string> CheckServed(Session& session, const std::string& service,
                                        const JudgedLog& log);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_BACKUP_SERVED_H_
