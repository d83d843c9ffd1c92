#ifndef SHIAN_SERVICES_CTL_TODO_COMMAND_H_
#define SHIAN_SERVICES_CTL_TODO_COMMAND_H_

#include "CLI/CLI.hpp"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// `shian todo`: what is due in all services (待办), in the order of due times.
void AddTodo(CLI::App* app, Session* session, int* exit_code);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_TODO_COMMAND_H_
