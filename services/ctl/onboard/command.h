#ifndef SHIAN_SERVICES_CTL_ONBOARD_COMMAND_H_
#define SHIAN_SERVICES_CTL_ONBOARD_COMMAND_H_

#include "CLI/CLI.hpp"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// `shian onboard NAME`: everything that a new department needs to carry out measures, in one folder
// (新部门接入).
void AddOnboard(CLI::App* app, Session* session, int* exit_code);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_ONBOARD_COMMAND_H_
