#ifndef SHIAN_SERVICES_CTL_CALL_COMMAND_H_
#define SHIAN_SERVICES_CTL_CALL_COMMAND_H_

#include "CLI/CLI.hpp"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// `shian call METHOD [JSON]`, `shian describe [NAME]` and `shian watch SERVICE`. Each command sets
// `exit_code`.
void AddCall(CLI::App* app, Session* session, int* exit_code);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_CALL_COMMAND_H_
