#ifndef SHIAN_SERVICES_CTL_OPERATE_HEALTH_H_
#define SHIAN_SERVICES_CTL_OPERATE_HEALTH_H_

#include "CLI/CLI.hpp"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// `shian health`: asks the plaintext health listener of each service. Exit 1 when one is not
// serving.
void AddHealth(CLI::App* app, Session* session, int* exit_code);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_OPERATE_HEALTH_H_
