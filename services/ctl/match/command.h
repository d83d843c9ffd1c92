#ifndef SHIAN_SERVICES_CTL_MATCH_COMMAND_H_
#define SHIAN_SERVICES_CTL_MATCH_COMMAND_H_

#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// `shian match`: whether two names are one firm's, by the rules of screening; no server needed.
void AddMatch(CLI::App* app, Session* session, int* exit_code);

// A table with columns query and listed; all columns are kept, and band, score (0 to 1) and reasons
// are appended. A row without one of the two names gets no band and a line in `problems`.
absl::StatusOr<std::string> MatchCsv(const std::string& text, std::string* problems);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_MATCH_COMMAND_H_
