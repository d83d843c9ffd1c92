#include "services/sanction/measure/statistics.h"

#include <catch2/catch.hpp>

#include "services/sanction/listing/testing.h"

namespace shian::sanction {
namespace {

absl::Time Day(int month, int day) { return StartOfDay(Date(2025, month, day)); }

const Span kApril = {Day(4, 1), Day(5, 1)};

Measure OrderedOn(absl::Time time, const char* system) {
  CatalogueItem item;
  item.item = "fiscal-funds-limit";
  item.system = system;
  item.terms.lift_clock = "measure.lift";
  item.clocks = {{"measure.acknowledge", "r"}, {"measure.report", "r"}};
  return OrderOf(testing::MakeEntry(true), item, "r1", "m1", time);
}

void Add(Measure* measure, MeasureAct act, absl::Time time, Outcome outcome = Outcome::kNone) {
  MeasureEvent event;
  event.sequence = static_cast<int>(measure->events.size()) + 1;
  event.act = act;
  event.time = time;
  event.recorded = time;
  event.outcome = outcome;
  measure->events.push_back(event);
}

void AddClock(Measure* measure, const char* key, absl::Time due,
              absl::Time done = absl::InfiniteFuture()) {
  Clock clock;
  clock.key = key;
  clock.due.due = due;
  clock.done = done;
  measure->clocks.push_back(clock);
}

TEST_CASE("the middle one and the one within which 95 of 100 lie") {
  REQUIRE(TimesOf({}).count == 0);
  std::vector<absl::Duration> hours;
  for (int i = 100; i > 0; --i) hours.push_back(absl::Hours(i));
  const Times times = TimesOf(hours);
  REQUIRE(times.count == 100);
  REQUIRE(times.median == absl::Hours(50));
  REQUIRE(times.percentile_95 == absl::Hours(95));
  REQUIRE(TimesOf({absl::Hours(7)}).percentile_95 == absl::Hours(7));
}

TEST_CASE("acts are counted in the month that recorded them, by department") {
  Measure done = OrderedOn(Day(3, 28), "finance-bureau");
  Add(&done, MeasureAct::kAcknowledged, Day(4, 2));
  Add(&done, MeasureAct::kReported, Day(4, 4), Outcome::kApplied);
  AddClock(&done, "measure.acknowledge", Day(4, 1), Day(4, 2));  // a day late
  AddClock(&done, "measure.report", Day(4, 20), Day(4, 4));
  Measure silent = OrderedOn(Day(4, 3), "housing-fund");
  AddClock(&silent, "measure.acknowledge", Day(4, 10));
  const std::vector<StatisticsRow> rows = CountMeasures({done, silent}, kApril);
  REQUIRE(rows.size() == 2);
  REQUIRE(rows[0].system == "finance-bureau");
  REQUIRE(rows[0].ordered == 0);
  REQUIRE(rows[0].acknowledged == 0);
  REQUIRE(rows[0].acknowledged_late == 1);
  REQUIRE(rows[0].reported == 1);
  REQUIRE(rows[0].applied == 1);
  REQUIRE(rows[0].response == std::vector{absl::Hours(5 * 24)});
  REQUIRE(rows[0].feedback == std::vector{absl::Hours(2 * 24)});
  REQUIRE(rows[0].open == 1);
  REQUIRE(rows[0].overdue == 0);
  REQUIRE(rows[1].ordered == 1);
  REQUIRE(rows[1].open == 1);
  REQUIRE(rows[1].overdue == 1);
}

TEST_CASE("what ended and was confirmed is open no more, and not counted again later") {
  Entry entry = testing::MakeEntry(true);
  testing::Append(&entry, EntryAct::kRepairGranted, Day(4, 10));
  Measure measure = OrderedOn(Day(3, 5), "finance-bureau");
  Add(&measure, MeasureAct::kLifted, Day(4, 10));
  Close(entry, absl::InfiniteFuture(), &measure);
  REQUIRE(CountMeasures({measure}, kApril)[0].open == 1);
  Add(&measure, MeasureAct::kReported, Day(4, 11), Outcome::kLifted);
  const StatisticsRow row = CountMeasures({measure}, kApril).at(0);
  REQUIRE(row.lifted == 1);
  REQUIRE(row.confirmed == 1);
  REQUIRE(row.open == 0);
  REQUIRE(row.reported == 0);
  REQUIRE(row.lifting == std::vector{absl::Hours(24)});
  REQUIRE(CountMeasures({measure}, {Day(5, 1), Day(6, 1)}).empty());
}

}  // namespace
}  // namespace shian::sanction
