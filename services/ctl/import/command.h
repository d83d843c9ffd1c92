#ifndef SHIAN_SERVICES_CTL_IMPORT_COMMAND_H_
#define SHIAN_SERVICES_CTL_IMPORT_COMMAND_H_

#include "CLI/CLI.hpp"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// `shian import operators|inspectors|laboratories|samples|inspections|events FILE… [--map MAP]`.
void AddImport(CLI::App* app, Session* session, int* exit_code);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_IMPORT_COMMAND_H_
