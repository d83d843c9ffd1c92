#include "libs/calendar/deadline.h"

#include <catch2/catch.hpp>
#include <random>

#include "libs/base/testing.h"
#include "libs/calendar/testing.h"

namespace shian::calendar {
namespace {

const Calendar& OfficialCalendar() {
  static const Calendar& calendar = *new Calendar(testing::OfficialCalendar());
  return calendar;
}

Date D(const char* text) { return *ParseDate(text); }

Due WorkingDays(const char* start, int count, std::vector<Suspension> suspensions = {}) {
  return DueOf(OfficialCalendar(), StartOfDay(D(start)) + absl::Hours(9),
               {count, Unit::kWorkingDays, LastDay::kExtend}, suspensions);
}

Due Rolled(const char* start, int count, LastDay last_day = LastDay::kExtend) {
  return DueOf(OfficialCalendar(), StartOfDay(D(start)) + absl::Hours(23),
               {count, Unit::kCalendarDays, last_day}, {});
}

struct Vector {
  const char* start;
  int count;
  const char* due;
};

TEST_CASE("the nine worked vectors of the official calendars") {
  const std::vector<Vector> vectors = {
      {"2026-02-12", 7, "2026-02-28"},  {"2025-09-26", 5, "2025-10-10"},
      {"2025-09-30", 20, "2025-11-04"}, {"2026-09-18", 7, "2026-09-29"},
      {"2024-02-08", 5, "2024-02-21"},  {"2025-01-24", 20, "2025-02-27"},
      {"2026-04-30", 3, "2026-05-08"},  {"2024-09-13", 2, "2024-09-18"},
      {"2025-12-31", 2, "2026-01-05"},
  };
  for (const Vector& vector : vectors) {
    const Due due = WorkingDays(vector.start, vector.count);
    INFO(vector.start << " + " << vector.count);
    REQUIRE(FormatDate(due.date) == vector.due);
    REQUIRE(due.known());
    REQUIRE(due.due == EndOfDay(D(vector.due)));
  }
}

TEST_CASE("published deadlines that a weekend-only calendar gets wrong") {
  const std::vector<Vector> vectors = {
      {"2025-01-24", 5, "2025-02-07"},
      {"2025-01-27", 3, "2025-02-07"},
      {"2024-09-27", 7, "2024-10-12"},
      {"2025-04-25", 20, "2025-05-27"},
  };
  for (const Vector& vector : vectors) {
    INFO(vector.start << " + " << vector.count);
    REQUIRE(FormatDate(WorkingDays(vector.start, vector.count).date) == vector.due);
  }
}

TEST_CASE("calendar days end on the next working day when the last one is a rest day") {
  REQUIRE(FormatDate(Rolled("2024-09-16", 15).date) == "2024-10-08");
  REQUIRE(FormatDate(Rolled("2025-01-14", 15).date) == "2025-02-05");
  REQUIRE(FormatDate(Rolled("2024-09-16", 15, LastDay::kNone).date) == "2024-10-01");
  // A Saturday that is worked instead is no rest day.
  REQUIRE(FormatDate(Rolled("2025-01-24", 15).date) == "2025-02-08");
}

TEST_CASE("hours run through nights and holidays") {
  const absl::Time start = *ParseTime("2025-09-30T18:00:00+08:00");
  const Due due = DueOf(OfficialCalendar(), start, {24, Unit::kHours, LastDay::kExtend}, {});
  REQUIRE(due.due == start + absl::Hours(24));
  REQUIRE(FormatDate(due.date) == "2025-10-01");
  // Two suspended days are taken out whole.
  const std::vector<Suspension> suspended = {{D("2025-10-01"), D("2025-10-02"), "鉴定"}};
  const Due later = DueOf(OfficialCalendar(), start, {24, Unit::kHours, LastDay::kNone}, suspended);
  REQUIRE(FormatTime(later.due) == "2025-10-03T18:00:00+08:00");
}

TEST_CASE("months and years end on the same day or at the month's end") {
  const auto end = [](const char* start, int count, Unit unit) {
    return FormatDate(
        DueOf(OfficialCalendar(), StartOfDay(D(start)), {count, unit, LastDay::kNone}, {}).date);
  };
  REQUIRE(end("2025-01-31", 1, Unit::kMonths) == "2025-02-28");
  REQUIRE(end("2024-01-31", 1, Unit::kMonths) == "2024-02-29");
  REQUIRE(end("2024-02-29", 1, Unit::kYears) == "2025-02-28");
  REQUIRE(end("2025-03-10", 3, Unit::kYears) == "2028-03-10");
  REQUIRE(end("2025-08-31", 6, Unit::kMonths) == "2026-02-28");
}

TEST_CASE("a year without a notice makes the count pending, with the earliest possible end") {
  const Due due = WorkingDays("2026-12-30", 3);
  REQUIRE(due.pending);
  REQUIRE(due.due == absl::InfiniteFuture());
  // 12-31 counts; 01-01 is a holiday by statute; the weekend after it could be worked.
  REQUIRE(FormatDate(due.date) == "2027-01-03");
  REQUIRE(due.explanation_zh.find("2027年放假安排尚未公布") != std::string::npos);
  // A count that ends before the unknown year does not wait for it.
  REQUIRE(WorkingDays("2026-12-25", 3).known());
  // Calendar days wait only when the last day could be a rest day.
  REQUIRE(Rolled("2026-12-25", 20).pending);
  REQUIRE(Rolled("2026-12-25", 20, LastDay::kNone).known());
}

TEST_CASE("the earliest end of a pending count is never later than the real one") {
  std::mt19937_64 random(shian::testing::Seed());
  const Calendar blind = testing::OfficialCalendar(2024);
  for (int i = 0; i < 500; ++i) {
    const Date start = Date(2024, 1, 1) + static_cast<int>(random() % 700);
    const Unit unit = random() % 2 == 0 ? Unit::kWorkingDays : Unit::kCalendarDays;
    const Budget budget{static_cast<int>(random() % 60) + 1, unit, LastDay::kExtend};
    const Due early = DueOf(blind, StartOfDay(start), budget, {});
    const Due real = DueOf(OfficialCalendar(), StartOfDay(start), budget, {});
    INFO(FormatDate(start) << " + " << budget.count);
    REQUIRE(early.date <= real.date);
    if (!early.pending) REQUIRE(early.date == real.date);
  }
}

TEST_CASE("suspended days do not count, and the explanation says so") {
  const std::vector<Suspension> suspensions = {{D("2025-03-05"), D("2025-03-11"), "检验检测"}};
  const Due due = WorkingDays("2025-03-03", 5, suspensions);
  REQUIRE(FormatDate(due.date) == "2025-03-17");  // 03-04, then 03-12 to 03-14 and 03-17
  REQUIRE(due.explanation_zh.find("中止（2025-03-05至2025-03-11，检验检测）") != std::string::npos);
  REQUIRE(due.explanation_en.find("suspended: 2025-03-05 to 2025-03-11") != std::string::npos);
}

TEST_CASE("a running suspension leaves the end open") {
  const Due due = WorkingDays("2025-03-03", 5, {{D("2025-03-05"), kRunning, "鉴定"}});
  REQUIRE(due.suspended);
  REQUIRE_FALSE(due.pending);
  REQUIRE(due.due == absl::InfiniteFuture());
  REQUIRE(FormatDate(due.date) == "2025-03-11");
  // Hours too.
  const Due hours =
      DueOf(OfficialCalendar(), StartOfDay(D("2025-03-04")), {72, Unit::kHours, LastDay::kNone},
            {{D("2025-03-05"), kRunning, "鉴定"}});
  REQUIRE(hours.suspended);
}

TEST_CASE("a running suspension that begins within another one leaves the end open") {
  const std::vector<Suspension> over = {{D("2025-03-05"), D("2025-03-20"), "审计"}};
  for (const char* from : {"2025-03-05", "2025-03-10", "2025-03-20"}) {
    const Suspension running = {D(from), kRunning, "鉴定"};
    for (const std::vector<Suspension>& both :
         {std::vector<Suspension>{over[0], running}, {running, over[0]}}) {
      REQUIRE(WorkingDays("2025-03-03", 5, both).suspended);
      REQUIRE(DueOf(OfficialCalendar(), StartOfDay(D("2025-03-04")),
                    {72, Unit::kHours, LastDay::kNone}, both)
                  .suspended);
    }
  }
  // One that begins after the end does not.
  REQUIRE_FALSE(
      WorkingDays("2025-03-03", 5, {over[0], {D("2025-04-01"), kRunning, "鉴定"}}).suspended);
}

TEST_CASE("the explanation names the holiday and the days worked instead") {
  const Due due = WorkingDays("2025-09-26", 5);
  REQUIRE(due.moved_by == std::vector<std::string>{"国庆节、中秋节（2025-10-01至2025-10-08）放假",
                                                   "2025-09-28调休上班"});
  REQUIRE(due.explanation_zh ==
          "自2025-09-26起算，当日不计入，期间为5个工作日，于2025-10-10终了时届满；"
          "国庆节、中秋节（2025-10-01至2025-10-08）放假；2025-09-28调休上班。");
  REQUIRE(due.explanation_en.find("National Day") != std::string::npos);
  REQUIRE(WorkingDays("2025-03-03", 2).moved_by.empty());
}

class Random {
 public:
  Random() : engine_(shian::testing::Seed() + 1) {}
  int Below(int bound) { return static_cast<int>(engine_() % bound); }
  Date Start() { return Date(2024, 1, 1) + Below(365 * 2); }
  Suspension Pause(Date after) {
    const Date from = after + Below(20);
    return {from, from + Below(10), "中止"};
  }

 private:
  std::mt19937_64 engine_;
};

TEST_CASE("a deadline never comes earlier with a larger budget or one more suspension") {
  Random random;
  const std::vector<Unit> units = {Unit::kWorkingDays, Unit::kCalendarDays, Unit::kHours,
                                   Unit::kMonths};
  for (int i = 0; i < 400; ++i) {
    const absl::Time start = StartOfDay(random.Start()) + absl::Hours(random.Below(24));
    const Unit unit = units[random.Below(4)];
    const Budget budget{random.Below(20) + 1, unit, LastDay::kExtend};
    const Budget more{budget.count + 1, unit, LastDay::kExtend};
    const std::vector<Suspension> one = {random.Pause(ToDate(start))};
    const std::vector<Suspension> two = {one[0], random.Pause(ToDate(start))};
    const Calendar& calendar = OfficialCalendar();
    REQUIRE(DueOf(calendar, start, budget, one).due <= DueOf(calendar, start, more, one).due);
    REQUIRE(DueOf(calendar, start, budget, {}).due <= DueOf(calendar, start, budget, one).due);
    REQUIRE(DueOf(calendar, start, budget, one).due <= DueOf(calendar, start, budget, two).due);
  }
}

TEST_CASE("working days add up, and end on a working day") {
  Random random;
  for (int i = 0; i < 400; ++i) {
    const Date start = random.Start();
    const int a = random.Below(15) + 1;
    const int b = random.Below(15) + 1;
    const auto due = [](Date from, int count) {
      return DueOf(OfficialCalendar(), StartOfDay(from),
                   {count, Unit::kWorkingDays, LastDay::kExtend}, {})
          .date;
    };
    REQUIRE(due(start, a + b) == due(due(start, a), b));
    REQUIRE(OfficialCalendar().KindOf(due(start, a)) == DayKind::kWorking);
  }
}

TEST_CASE("a suspension outside of the period changes nothing") {
  Random random;
  for (int i = 0; i < 200; ++i) {
    const absl::Time start = StartOfDay(random.Start());
    const Budget budget{random.Below(20) + 1, Unit::kWorkingDays, LastDay::kExtend};
    const Due due = DueOf(OfficialCalendar(), start, budget, {});
    const Date after = due.date + 1 + random.Below(20);
    REQUIRE(DueOf(OfficialCalendar(), start, budget, {{after, after + 5, "中止"}}).due == due.due);
    const Date before = ToDate(start) - random.Below(20);
    REQUIRE(DueOf(OfficialCalendar(), start, budget, {{before - 5, before, "中止"}}).due ==
            due.due);
  }
}

}  // namespace
}  // namespace shian::calendar
