#ifndef SHIAN_SERVICES_CTL_BAN_COMMAND_H_
#define SHIAN_SERVICES_CTL_BAN_COMMAND_H_

#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// `shian ban propose|impose|annul|get|list|check`: bans on people (处罚到人、行业禁入). Identity
// numbers come from a file or standard input, never from the command line, which other users of the
// machine and the shell's history see; and they are never printed.
void AddBan(CLI::App* app, Session* session, int* exit_code);

// The lines of a file of identity numbers, without those that are empty; "-" is standard input.
absl::StatusOr<std::vector<std::string>> ReadNumbers(const std::string& path);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_BAN_COMMAND_H_
