#ifndef SHIAN_SERVICES_CTL_CALL_FACTS_H_
#define SHIAN_SERVICES_CTL_CALL_FACTS_H_

#include "CLI/CLI.hpp"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// `shian watch SERVICE`: the facts of one service as they come, one line each.
void AddWatch(CLI::App* app, Session* session, int* exit_code);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_CALL_FACTS_H_
