#include "services/ctl/deadline/command.h"

#include <iostream>
#include <memory>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/calendar/deadline.h"
#include "libs/policy/folder.h"
#include "nlohmann/json.hpp"
#include "services/ctl/import/run.h"
#include "services/ctl/session/invoke.h"
#include "services/ctl/text/csv.h"
#include "services/ctl/text/encoding.h"

namespace shian::ctl {
namespace {

constexpr int kCountMax = 10000;

struct DeadlineArguments {
  std::string from, unit = "working", rule, csv;
  int days = 0, hours = 0;
  bool explain = false;
};

absl::StatusOr<calendar::Calendar> LoadCalendar(const Session& session) {
  ASSIGN_OR_RETURN(const std::string path, policy::FindPolicyFolder(session.policies()));
  ASSIGN_OR_RETURN(const policy::Folder folder, policy::ReadFolder(path));
  return policy::CalendarOf(folder);
}

// Days count from a date; hours from a moment, and a bare date would leave it open.
absl::StatusOr<absl::Time> ParseStart(const std::string& text, bool hours) {
  if (const auto time = ParseTime(text); time.ok()) return *time;
  if (hours) {
    return absl::InvalidArgumentError(
        "hours count from a moment: --from 2025-03-03T09:00:00+08:00");
  }
  ASSIGN_OR_RETURN(const Date date, ParseDate(text));
  return StartOfDay(date);
}

absl::StatusOr<calendar::Budget> ToBudget(const DeadlineArguments& arguments) {
  calendar::Budget budget;
  const bool hours = arguments.unit == "hours" || arguments.hours > 0;
  budget.count = hours && arguments.hours > 0 ? arguments.hours : arguments.days;
  if (budget.count < 1 || budget.count > kCountMax) {
    return absl::InvalidArgumentError(absl::StrCat("the period is 1 to ", kCountMax, " units"));
  }
  budget.unit = hours                          ? calendar::Unit::kHours
                : arguments.unit == "calendar" ? calendar::Unit::kCalendarDays
                                               : calendar::Unit::kWorkingDays;
  budget.last_day =
      arguments.rule == "none" ? calendar::LastDay::kNone : calendar::LastDay::kExtend;
  return budget;
}

std::string DueText(const calendar::Due& due, bool hours) {
  if (!due.known()) return absl::StrCat("PENDING ", FormatDate(due.date));
  return hours ? FormatTime(due.due) : FormatDate(due.date);
}

void Print(const Session& session, const DeadlineArguments& arguments, const calendar::Due& due,
           bool hours) {
  if (session.json()) {
    nlohmann::ordered_json json = {{"from", arguments.from}, {"pending", due.pending}};
    json[due.known() ? "due" : "earliest"] =
        due.known() ? DueText(due, hours) : FormatDate(due.date);
    json["moved_by"] = due.moved_by;
    json["explanation"] = due.explanation_zh;
    std::cout << json.dump(1) << "\n";
    return;
  }
  std::cout << DueText(due, hours) << "\n";
  if (!arguments.explain) return;
  std::cout << due.explanation_zh << "\n";
  for (const std::string& mover : due.moved_by) std::cout << "  " << mover << "\n";
}

int CountFile(const calendar::Calendar& calendar, const std::string& file) {
  const auto bytes = ReadWhole(file);
  const auto decoded = bytes.ok() ? DecodeText(*bytes) : bytes.status();
  if (!decoded.ok()) return ReportUsage(decoded.status());
  std::string problems;
  const auto out = DeadlineCsv(calendar, decoded->text, &problems);
  if (!out.ok()) return ReportUsage(out.status());
  std::cout << *out;
  std::cerr << problems;
  return problems.empty() ? 0 : kExitWrong;
}

int Deadline(const Session& session, const DeadlineArguments& arguments) {
  const auto calendar = LoadCalendar(session);
  if (!calendar.ok()) return ReportUsage(calendar.status());
  if (!arguments.csv.empty()) return CountFile(*calendar, arguments.csv);
  const auto budget = ToBudget(arguments);
  if (!budget.ok()) return ReportUsage(budget.status());
  const bool hours = budget->unit == calendar::Unit::kHours;
  const auto start = ParseStart(arguments.from, hours);
  if (!start.ok()) return ReportUsage(start.status());
  Print(session, arguments, calendar::DueOf(*calendar, *start, *budget, {}), hours);
  return 0;
}

absl::StatusOr<calendar::Due> DueOfRow(const calendar::Calendar& calendar, const std::string& start,
                                       const std::string& n, const std::string& kind) {
  calendar::Budget budget;
  ASSIGN_OR_RETURN(const absl::Time time, ParseStart(start, false));
  if (!absl::SimpleAtoi(n, &budget.count) || budget.count < 1 || budget.count > kCountMax) {
    return absl::InvalidArgumentError(absl::StrCat("n is 1 to ", kCountMax));
  }
  if (kind != "WORKING" && kind != "CALENDAR_ROLL") {
    return absl::InvalidArgumentError("kind is WORKING or CALENDAR_ROLL");
  }
  budget.unit = kind == "WORKING" ? calendar::Unit::kWorkingDays : calendar::Unit::kCalendarDays;
  return calendar::DueOf(calendar, time, budget, {});
}

}  // namespace

absl::StatusOr<std::string> DeadlineCsv(const calendar::Calendar& calendar, const std::string& text,
                                        std::string* problems) {
  ASSIGN_OR_RETURN(const CsvTable table, ParseCsv(text));
  const auto start = table.Column("start"), n = table.Column("n"), kind = table.Column("kind");
  if (!start.has_value() || !n.has_value() || !kind.has_value()) {
    return absl::InvalidArgumentError("the table needs the columns start, n and kind");
  }
  std::vector<std::string> header = table.header;
  header.push_back("due");
  std::string out = CsvLine(header);
  for (const CsvRow& row : table.rows) {
    std::vector<std::string> cells = row.cells;
    cells.resize(table.header.size());
    const auto due = DueOfRow(calendar, cells[*start], cells[*n], cells[*kind]);
    if (!due.ok()) absl::StrAppend(problems, "line ", row.line, ": ", due.status().message(), "\n");
    cells.push_back(due.ok() ? DueText(*due, false) : "");
    out += CsvLine(cells);
  }
  return out;
}

void AddDeadline(CLI::App* app, Session* session, int* exit_code) {
  auto arguments = std::make_shared<DeadlineArguments>();
  CLI::App* deadline =
      app->add_subcommand("deadline", "when a statutory period ends; no server needed");
  deadline->footer(
      "Examples:\n"
      "  shian deadline --from 2025-01-24 --days 5 --unit working --explain\n"
      "  shian deadline --from 2024-09-16 --days 15 --unit calendar --rule extend\n"
      "  shian deadline --from 2025-03-03T09:00:00+08:00 --hours 24\n"
      "  shian deadline --csv periods.csv\n"
      "PENDING and a date: the calendar of that year is not published; it cannot end earlier.");
  deadline->add_option("--from", arguments->from, "date, or date-time for hours");
  deadline->add_option("--days", arguments->days, "length in days");
  deadline->add_option("--hours", arguments->hours, "length in hours");
  deadline->add_option("--unit", arguments->unit, "working, calendar or hours")
      ->check(CLI::IsMember({"working", "calendar", "hours"}));
  deadline->add_option("--rule", arguments->rule, "what a rest day at the end does: extend or none")
      ->check(CLI::IsMember({"extend", "none"}));
  deadline->add_flag("--explain", arguments->explain, "say how it came about and what moved it");
  deadline->add_option("--csv", arguments->csv, "a table with columns start, n, kind");
  deadline->callback([=] { *exit_code = Deadline(*session, *arguments); });
}

}  // namespace shian::ctl
