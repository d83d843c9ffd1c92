#include "services/sanction/measure/measure.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <utility>
#include <vector>

#include "libs/base/testing.h"
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

MeasureEvent Event(MeasureAct act, absl::Time time, Outcome outcome = Outcome::kNone) {
  MeasureEvent event;
  event.act = act;
  event.time = time;
  event.recorded = time;
  event.outcome = outcome;
  return event;
}

// Under these terms, with these events after the order.
Measure Under(MeasureTerms terms, std::vector<MeasureEvent> events) {
  Measure measure = Ordered();
  measure.terms = std::move(terms);
  measure.terms.lift_clock = "measure.lift";
  for (MeasureEvent& event : events) {
    event.sequence = static_cast<int>(measure.events.size()) + 1;
    measure.events.push_back(std::move(event));
  }
  return measure;
}

absl::Time Day(int year, int month, int day) { return StartOfDay(Date(year, month, day)); }

TEST_CASE("a department objects once, and the answer withdraws the order or lets it stand") {
  Measure measure = Under({}, {});
  const absl::Time now = kOrdered + absl::Hours(2);
  // Without a chain nobody could answer.
  REQUIRE(ReasonOf(CheckObjection(measure, now)) == Reason::kStepUnknown);
  measure.terms.objection_chain = "approval.measure";
  REQUIRE(ReasonOf(CheckObjection(measure, now)) == Reason::kMeasureNotAcknowledged);
  REQUIRE(ReasonOf(CheckObjectionAnswer(measure, now)) == Reason::kObjectionUnknown);
  Append(&measure, MeasureAct::kAcknowledged);
  REQUIRE(CheckObjection(measure, now).ok());
  Append(&measure, MeasureAct::kObjected);
  REQUIRE(StateOf(measure, now) == MeasureState::kObjected);
  REQUIRE(ReasonOf(CheckObjection(measure, now)) == Reason::kObjectionPending);
  REQUIRE(ReasonOf(CheckReport(measure, Outcome::kApplied, now, now)) == Reason::kObjectionPending);
  REQUIRE(CheckObjectionAnswer(measure, now).ok());

  Measure stands = measure;
  Append(&stands, MeasureAct::kObjectionDismissed);
  REQUIRE(StateOf(stands, now) == MeasureState::kAcknowledged);
  REQUIRE(ReasonOf(CheckObjection(stands, now)) == Reason::kStepAlreadyDone);
  REQUIRE(CheckReport(stands, Outcome::kApplied, now, now).ok());

  Measure withdrawn = measure;
  Append(&withdrawn, MeasureAct::kWithdrawn);
  Close(testing::MakeEntry(true), absl::InfiniteFuture(), &withdrawn);
  REQUIRE(StateOf(withdrawn, now) == MeasureState::kWithdrawn);
  REQUIRE(withdrawn.cause == EndCause::kWithdrawn);
  REQUIRE_FALSE(AwaitsConfirmation(withdrawn, now));
  REQUIRE(ReasonOf(CheckReport(withdrawn, Outcome::kApplied, now, now)) == Reason::kMeasureEnded);
}

TEST_CASE("what ended has no effect at once, and is over when its lifting is confirmed") {
  Entry entry = testing::MakeEntry(true);
  testing::Append(&entry, EntryAct::kRepairGranted, Day(2026, 4, 1));
  Measure measure = Under({}, {});
  Close(entry, absl::InfiniteFuture(), &measure);
  REQUIRE(measure.cause == EndCause::kListingEnded);
  REQUIRE(StateOf(measure, Day(2026, 3, 31)) == MeasureState::kOrdered);
  REQUIRE(StateOf(measure, Day(2026, 4, 1)) == MeasureState::kLifting);
  // It was never acknowledged, and is confirmed all the same.
  const absl::Time now = Day(2026, 4, 3);
  REQUIRE(CheckReport(measure, Outcome::kLifted, now, now).ok());
  measure.events.push_back(Event(MeasureAct::kReported, now, Outcome::kLifted));
  REQUIRE(StateOf(measure, Day(2026, 4, 2)) == MeasureState::kEnded);
  REQUIRE(Confirmation(measure) != nullptr);
  // What the department said before the end confirms nothing.
  measure.events.back().recorded = Day(2026, 3, 1);
  REQUIRE(StateOf(measure, now) == MeasureState::kLifting);
}

TEST_CASE("a measure that begins with its acknowledgement has no effect before") {
  MeasureTerms terms;
  terms.start = StartRule::kAcknowledged;
  REQUIRE_FALSE(StartOf(Under(terms, {})).has_value());
  REQUIRE(StartOf(Under(terms, {Event(MeasureAct::kAcknowledged, Day(2025, 4, 3))})) ==
          Day(2025, 4, 3));
  terms.start = StartRule::kPublication;
  REQUIRE(StartOf(Under(terms, {})) == kOrdered);
}

TEST_CASE("a period of its own ends by itself, whatever the listing does") {
  MeasureTerms terms;
  terms.start = StartRule::kAcknowledged;
  terms.end = EndRule::kOwnPeriod;
  terms.period_months = 6;
  Entry entry = testing::MakeEntry(true);
  Measure waiting = Under(terms, {});
  Close(entry, absl::InfiniteFuture(), &waiting);
  REQUIRE(waiting.end == EndOf(entry));  // it never began
  Measure measure = Under(terms, {Event(MeasureAct::kAcknowledged, Day(2025, 8, 31))});
  Close(entry, absl::InfiniteFuture(), &measure);
  // Six months from the last of August: the last of February.
  REQUIRE(ToDate(measure.end) == Date(2026, 2, 28));
  REQUIRE(measure.cause == EndCause::kOwnPeriod);
  testing::Append(&entry, EntryAct::kRepairGranted, Day(2025, 10, 1));
  Close(entry, absl::InfiniteFuture(), &measure);
  REQUIRE(ToDate(measure.end) == Date(2026, 2, 28));
  // But without its basis it has none.
  testing::Append(&entry, EntryAct::kAnnulled, Day(2025, 11, 1));
  Close(entry, absl::InfiniteFuture(), &measure);
  REQUIRE(measure.end == Day(2025, 10, 1));
  REQUIRE(measure.cause == EndCause::kAnnulled);
}

TEST_CASE("what is done once is over when it is done, and undone when its basis falls") {
  MeasureTerms terms;
  terms.end = EndRule::kOneOff;
  Entry entry = testing::MakeEntry(true);
  Measure measure =
      Under(terms, {Event(MeasureAct::kAcknowledged, Day(2025, 4, 2)),
                    Event(MeasureAct::kReported, Day(2025, 4, 3), Outcome::kApplied)});
  Close(entry, absl::InfiniteFuture(), &measure);
  REQUIRE(measure.cause == EndCause::kDone);
  REQUIRE(StateOf(measure, Day(2025, 4, 4)) == MeasureState::kEnded);
  testing::Append(&entry, EntryAct::kAnnulled, Day(2025, 11, 1));
  Close(entry, absl::InfiniteFuture(), &measure);
  REQUIRE(StateOf(measure, Day(2025, 11, 2)) == MeasureState::kLifting);
}

// Takes what comes at random, if it is allowed, and the end of the entry somewhere on the way.
struct Walk {
  std::mt19937_64& random;
  Measure measure;
  Entry entry = testing::MakeEntry(true);
  absl::Time now = kOrdered;
  bool ended = false;

  void Close() { sanction::Close(entry, absl::InfiniteFuture(), &measure); }
  void Take(MeasureAct act, Outcome outcome, const absl::Status& allowed) {
    if (!allowed.ok()) return;
    measure.events.push_back(Event(act, now, outcome));
    measure.events.back().sequence = static_cast<int>(measure.events.size());
    Close();
  }
  void Step() {
    now += absl::Hours(1 + static_cast<int>(random() % 24 * 60));
    const auto outcome = static_cast<Outcome>(1 + random() % 4);
    switch (random() % 6) {
      case 0:
        return Take(MeasureAct::kAcknowledged, Outcome::kNone, CheckAcknowledge(measure, now));
      case 1:
        return Take(MeasureAct::kReported, outcome, CheckReport(measure, outcome, now, now));
      case 2:
        return Take(MeasureAct::kObjected, Outcome::kNone, CheckObjection(measure, now));
      case 3:
        return Take(random() % 2 == 0 ? MeasureAct::kWithdrawn : MeasureAct::kObjectionDismissed,
                    Outcome::kNone, CheckObjectionAnswer(measure, now));
      case 4:
        if (ended || random() % 4 != 0) return;
        ended = true;
        testing::Append(&entry, random() % 2 == 0 ? EntryAct::kRepairGranted : EntryAct::kAnnulled,
                        now);
        return Close();
      default:
        return;
    }
  }
};

int CountOf(const Measure& measure, MeasureAct act) {
  return static_cast<int>(std::count_if(measure.events.begin(), measure.events.end(),
                                        [act](const auto& event) { return event.act == act; }));
}

void RequireSound(const Walk& walk) {
  const Measure& measure = walk.measure;
  const MeasureState state = StateOf(measure, walk.now);
  const bool over = state == MeasureState::kEnded || state == MeasureState::kLifting ||
                    state == MeasureState::kWithdrawn;
  // No effect from the end on, and none is ended before it.
  REQUIRE(over == (walk.now >= measure.end));
  REQUIRE(CountOf(measure, MeasureAct::kAcknowledged) <= 1);
  REQUIRE(CountOf(measure, MeasureAct::kObjected) <= 1);
  REQUIRE(CountOf(measure, MeasureAct::kWithdrawn) +
              CountOf(measure, MeasureAct::kObjectionDismissed) <=
          CountOf(measure, MeasureAct::kObjected));
  for (const MeasureEvent& event : measure.events) {
    const bool confirms = event.outcome == Outcome::kLifted && event.recorded >= measure.end;
    if (event.act != MeasureAct::kReported || confirms) continue;
    REQUIRE(measure.First(MeasureAct::kAcknowledged)->recorded <= event.recorded);
  }
}

TEST_CASE("whatever comes in whatever order, effect and duties stay what they must be") {
  const uint64_t seed = ::shian::testing::Seed();
  INFO("SHIAN_SEED=" << seed);
  std::mt19937_64 random(seed);
  for (int run = 0; run < ::shian::testing::Rounds(500); ++run) {
    MeasureTerms terms;
    terms.start = static_cast<StartRule>(1 + random() % 2);
    terms.end = static_cast<EndRule>(1 + random() % 3);
    terms.period_months = 1 + static_cast<int>(random() % 60);
    Walk walk{random, Under(terms, {})};
    walk.Close();
    for (int step = 0; step < 30; ++step) {
      walk.Step();
      RequireSound(walk);
    }
  }
}

}  // namespace
}  // namespace shian::sanction
