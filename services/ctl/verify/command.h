#ifndef SHIAN_SERVICES_CTL_VERIFY_COMMAND_H_
#define SHIAN_SERVICES_CTL_VERIFY_COMMAND_H_

#include "CLI/CLI.hpp"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// `shian verify` (online), `shian verify draw FILE`, `shian verify proof FILE` (no server), and
// `shian proof SERVICE SEQUENCE`, which fetches such a file.
void AddVerify(CLI::App* app, Session* session, int* exit_code);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_VERIFY_COMMAND_H_
