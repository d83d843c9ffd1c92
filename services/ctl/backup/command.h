#ifndef SHIAN_SERVICES_CTL_BACKUP_COMMAND_H_
#define SHIAN_SERVICES_CTL_BACKUP_COMMAND_H_

#include "CLI/CLI.hpp"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// `shian backup` of the running suite and `shian restore` into empty state folders (no server).
void AddBackup(CLI::App* app, Session* session, int* exit_code);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_BACKUP_COMMAND_H_
