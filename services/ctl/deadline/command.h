#ifndef SHIAN_SERVICES_CTL_DEADLINE_COMMAND_H_
#define SHIAN_SERVICES_CTL_DEADLINE_COMMAND_H_

#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "libs/calendar/calendar.h"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// `shian deadline`: when a period ends by the official calendars; no server needed.
void AddDeadline(CLI::App* app, Session* session, int* exit_code);

// A table with columns start, n and kind (WORKING, or CALENDAR_ROLL: calendar days whose last day
// moves to a working day); all columns are kept and `due` is appended. A row that cannot be counted
// gets an empty due and a line in `problems`.
absl::StatusOr<std::string> DeadlineCsv(const calendar::Calendar& calendar, const std::string& text,
                                        std::string* problems);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_DEADLINE_COMMAND_H_
