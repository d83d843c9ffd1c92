#include "services/sanction/measure/measure.h"

#include <catch2/catch.hpp>

#include "services/sanction/listing/testing.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::ReasonOf;

const absl::Time kOrdered = StartOfDay(Date(2025, 4, 1));

Measure Ordered() {
  CatalogueItem item;
  item.item = "fiscal-funds-limit";
  item.system = "finance-bureau";
  return OrderOf(testing::MakeEntry(true), item, "r1", "m1", kOrdered);
}

void Append(Measure* measure, MeasureAct act) {
  MeasureEvent event;
  event.sequence = static_cast<int>(measure->events.size()) + 1;
  event.act = act;
  event.time = kOrdered + absl::Hours(1);
  measure->events.push_back(event);
}

TEST_CASE("a measure is acknowledged once, by its own department, and then reported on") {
  Measure measure = Ordered();
  const absl::Time now = kOrdered + absl::Hours(2);
  REQUIRE(StateOf(measure, now) == MeasureState::kOrdered);
  REQUIRE(ReasonOf(CheckDepartment(measure, "housing-fund")) == Reason::kNotYourMeasure);
  REQUIRE(CheckDepartment(measure, "finance-bureau").ok());
  REQUIRE(ReasonOf(CheckReport(measure, Outcome::kApplied, now, now)) ==
          Reason::kMeasureNotAcknowledged);
  REQUIRE(CheckAcknowledge(measure, now).ok());
  Append(&measure, MeasureAct::kAcknowledged);
  REQUIRE(StateOf(measure, now) == MeasureState::kAcknowledged);
  REQUIRE(ReasonOf(CheckAcknowledge(measure, now)) == Reason::kMeasureAlreadyAcknowledged);
  REQUIRE(CheckReport(measure, Outcome::kApplied, now, now).ok());
  REQUIRE(ReasonOf(CheckReport(measure, Outcome::kApplied, now + absl::Hours(1), now)) ==
          Reason::kFieldInvalid);
  Append(&measure, MeasureAct::kReported);
  REQUIRE(StateOf(measure, now) == MeasureState::kReported);
}

TEST_CASE("a measure ends with its entry; then only its lifting is reported") {
  Measure measure = Ordered();
  const absl::Time now = kOrdered + absl::Hours(3);
  measure.end = kOrdered + absl::Hours(2);
  REQUIRE(StateOf(measure, now) == MeasureState::kEnded);
  REQUIRE(ReasonOf(CheckAcknowledge(measure, now)) == Reason::kMeasureEnded);
  Append(&measure, MeasureAct::kAcknowledged);
  REQUIRE(ReasonOf(CheckReport(measure, Outcome::kApplied, now, now)) == Reason::kMeasureEnded);
  REQUIRE(CheckReport(measure, Outcome::kLifted, now, now).ok());
}

TEST_CASE("a measure is read as it was then, by what was known then") {
  Measure measure = Ordered();
  Append(&measure, MeasureAct::kAcknowledged);
  Append(&measure, MeasureAct::kReported);
  measure.events[0].recorded = kOrdered;
  measure.events[1].time = kOrdered + absl::Hours(24);
  measure.events[1].recorded = measure.events[1].time;
  measure.events[2].time = kOrdered + absl::Hours(30);  // told a day later
  measure.events[2].recorded = kOrdered + absl::Hours(54);
  measure.end = kOrdered + absl::Hours(100);
  const auto state = [&](int as_of, int known_at) {
    const auto then =
        AsOf(measure, kOrdered + absl::Hours(as_of), kOrdered + absl::Hours(known_at));
    return then ? StateOf(*then, kOrdered + absl::Hours(as_of)) : MeasureState(0);
  };
  REQUIRE(state(-1, 99) == MeasureState(0));
  REQUIRE(state(99, -1) == MeasureState(0));
  REQUIRE(state(10, 99) == MeasureState::kOrdered);
  REQUIRE(state(24, 99) == MeasureState::kAcknowledged);
  REQUIRE(state(31, 40) == MeasureState::kAcknowledged);
  REQUIRE(state(31, 54) == MeasureState::kReported);
  REQUIRE(state(100, 100) == MeasureState::kEnded);
  measure.annulled = true;
  REQUIRE(state(10, 99) == MeasureState::kEnded);
}

}  // namespace
}  // namespace shian::sanction
