#ifndef SHIAN_SERVICES_CTL_OPERATE_COMMAND_H_
#define SHIAN_SERVICES_CTL_OPERATE_COMMAND_H_

#include "CLI/CLI.hpp"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// What operations staff do: `shian health`, `shian clock`, `shian token`, `shian sample`.
void AddOperate(CLI::App* app, Session* session, int* exit_code);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_OPERATE_COMMAND_H_
