#ifndef SHIAN_SERVICES_CTL_TRACE_COMMAND_H_
#define SHIAN_SERVICES_CTL_TRACE_COMMAND_H_

#include "CLI/CLI.hpp"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// trace: what lots were made of, or what was made of them.
void AddTrace(CLI::App* app, Session* session, int* exit_code);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_TRACE_COMMAND_H_
