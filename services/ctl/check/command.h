#ifndef SHIAN_SERVICES_CTL_CHECK_COMMAND_H_
#define SHIAN_SERVICES_CTL_CHECK_COMMAND_H_

#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// `shian code check [--kind K] CODE…`: no server needed.
void AddCheck(CLI::App* app, Session* session, int* exit_code);

// A table with a column `code` and perhaps `kind`; all columns are kept and found_kind, valid and
// rule are appended. `all_valid` tells whether every code was.
absl::StatusOr<std::string> CheckCsv(const std::string& text, bool* all_valid);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_CHECK_COMMAND_H_
