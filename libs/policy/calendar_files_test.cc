// The shipped calendars, against worked vectors, notices written down by hand and, where it is
// there, the data they were made from.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "libs/calendar/deadline.h"
#include "libs/calendar/testing.h"
#include "libs/policy/folder.h"

namespace shian::policy {
namespace {

using calendar::DayKind;

std::string SourcePath(const char* path) {
  const char* source = std::getenv("SHIAN_SOURCE");
  return std::string(source == nullptr ? "." : source) + "/" + path;
}

const calendar::Calendar& Shipped() {
  static const calendar::Calendar& calendar = *[] {
    const auto folder = ReadFolder(SourcePath("deploy/policies"));
    return new calendar::Calendar(folder.ok() ? CalendarOf(*folder) : calendar::Calendar());
  }();
  return calendar;
}

std::string WorkingDays(const char* start, int count) {
  const calendar::Budget budget{count, calendar::Unit::kWorkingDays, calendar::LastDay::kExtend};
  const calendar::Due due = calendar::DueOf(Shipped(), StartOfDay(*ParseDate(start)), budget, {});
  return (due.pending ? "PENDING " : "") + FormatDate(due.date);
}

TEST_CASE("all twenty years are settled, and the next one is not") {
  for (int year = 2007; year <= 2026; ++year) REQUIRE(Shipped().Published(year));
  REQUIRE_FALSE(Shipped().Published(2027));
  REQUIRE_FALSE(Shipped().Published(2006));
}

TEST_CASE("the shipped calendars give the worked vectors") {
  REQUIRE(WorkingDays("2026-02-12", 7) == "2026-02-28");
  REQUIRE(WorkingDays("2025-09-26", 5) == "2025-10-10");
  REQUIRE(WorkingDays("2025-09-30", 20) == "2025-11-04");
  REQUIRE(WorkingDays("2026-09-18", 7) == "2026-09-29");
  REQUIRE(WorkingDays("2024-02-08", 5) == "2024-02-21");
  REQUIRE(WorkingDays("2025-01-24", 20) == "2025-02-27");
  REQUIRE(WorkingDays("2026-04-30", 3) == "2026-05-08");
  REQUIRE(WorkingDays("2024-09-13", 2) == "2024-09-18");
  REQUIRE(WorkingDays("2025-12-31", 2) == "2026-01-05");
  REQUIRE(WorkingDays("2025-01-24", 5) == "2025-02-07");
  REQUIRE(WorkingDays("2024-09-27", 7) == "2024-10-12");
  REQUIRE(WorkingDays("2020-01-22", 7) == "2020-02-10");
  REQUIRE(WorkingDays("2023-09-28", 3) == "2023-10-09");
}

TEST_CASE("the December days that the notices of the next year changed") {
  REQUIRE(WorkingDays("2006-12-29", 3) == "2007-01-04");
  REQUIRE(Shipped().KindOf(Date(2007, 12, 31)) == DayKind::kRest);
  REQUIRE(Shipped().KindOf(Date(2011, 12, 31)) == DayKind::kWorking);
  REQUIRE(Shipped().KindOf(Date(2006, 12, 20)) == DayKind::kUnknown);
}

TEST_CASE("a deadline that crosses into a year without a notice is pending") {
  REQUIRE(WorkingDays("2026-12-31", 1) == "PENDING 2027-01-02");
  REQUIRE(WorkingDays("2026-12-30", 1) == "2026-12-31");
}

TEST_CASE("the files agree with the notices written down by hand") {
  const calendar::Calendar by_hand = calendar::testing::OfficialCalendar();
  int working_days = 0;
  for (Date day(2024, 1, 1); day.year() <= 2026; ++day) {
    INFO(FormatDate(day));
    REQUIRE(Shipped().KindOf(day) == by_hand.KindOf(day));
    if (by_hand.KindOf(day) == DayKind::kWorking) ++working_days;
  }
  REQUIRE(working_days == 251 + 248 + 248);
}

TEST_CASE("the files agree with the data they were made from") {
  const std::string folder = SourcePath("../shared/data/holidays");
  if (!std::filesystem::is_directory(folder)) {
    WARN("skipped: " << folder << " is not there");
    return;
  }
  const std::regex day("\"date\": \"([0-9-]+)\", \"isOffDay\": (true|false)");
  int compared = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(file.path());
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    for (std::sregex_iterator it(text.begin(), text.end(), day), end; it != end; ++it) {
      const DayKind expected = (*it)[2] == "true" ? DayKind::kRest : DayKind::kWorking;
      INFO((*it)[1].str());
      REQUIRE(Shipped().KindOf(*ParseDate((*it)[1].str())) == expected);
      ++compared;
    }
  }
  REQUIRE(compared > 600);
}

}  // namespace
}  // namespace shian::policy
