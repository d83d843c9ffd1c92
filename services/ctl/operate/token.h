#ifndef SHIAN_SERVICES_CTL_OPERATE_TOKEN_H_
#define SHIAN_SERVICES_CTL_OPERATE_TOKEN_H_

#include "CLI/CLI.hpp"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// `shian token issue`: signs an officer token with the development issuer's key.
void AddToken(CLI::App* app, Session* session, int* exit_code);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_OPERATE_TOKEN_H_
