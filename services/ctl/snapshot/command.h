#ifndef SHIAN_SERVICES_CTL_SNAPSHOT_COMMAND_H_
#define SHIAN_SERVICES_CTL_SNAPSHOT_COMMAND_H_

#include "CLI/CLI.hpp"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// shian snapshot fetch|update|show: the lists as a signed file, for those who screen offline.
void AddSnapshot(CLI::App* app, Session* session, int* exit_code);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_SNAPSHOT_COMMAND_H_
