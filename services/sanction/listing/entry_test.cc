#include "services/sanction/listing/entry.h"

#include <catch2/catch.hpp>
#include <optional>
#include <random>

#include "libs/base/testing.h"
#include "services/sanction/listing/dispute.h"
#include "services/sanction/listing/steps.h"
#include "services/sanction/listing/testing.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::ReasonOf;
using testing::Append;
using testing::DefaultRule;
using testing::MakeEntry;
using testing::PlainCalendar;
using testing::Story;

absl::Time Noon(int year, int month, int day) {
  return StartOfDay(Date(year, month, day)) + absl::Hours(12);
}

TEST_CASE("an entry's state follows from its dates") {
  Entry entry = MakeEntry(true);
  REQUIRE_FALSE(StateAt(entry, Noon(2025, 3, 1)).has_value());
  REQUIRE(StateAt(entry, Noon(2025, 3, 3)) == EntryState::kDecided);
  REQUIRE(StateAt(entry, Noon(2025, 3, 4)) == EntryState::kInForce);
  REQUIRE(StateAt(entry, Noon(2028, 3, 3)) == EntryState::kInForce);
  REQUIRE(StateAt(entry, Noon(2028, 3, 4)) == EntryState::kExpired);
  Append(&entry, EntryAct::kRepairGranted, Noon(2026, 5, 1));
  REQUIRE(StateAt(entry, Noon(2026, 4, 30)) == EntryState::kInForce);
  REQUIRE(StateAt(entry, Noon(2026, 5, 2)) == EntryState::kRepaired);
  REQUIRE(EndOf(entry) == Noon(2026, 5, 1));
  // Asked as of a later day, but with what was known before the repair.
  REQUIRE(StateAt(entry, Noon(2026, 6, 1), Noon(2026, 4, 1)) == EntryState::kInForce);
}

TEST_CASE("an annulled entry never had effect, for whoever knows of it") {
  Entry entry = MakeEntry(true);
  Append(&entry, EntryAct::kRepairGranted, Noon(2026, 5, 1));
  Append(&entry, EntryAct::kAnnulled, Noon(2026, 7, 1));
  REQUIRE_FALSE(StateAt(entry, Noon(2025, 3, 1)).has_value());
  for (const absl::Time as_of : {Noon(2025, 3, 3), Noon(2025, 12, 1), Noon(2026, 6, 1)}) {
    REQUIRE(StateAt(entry, as_of) == EntryState::kAnnulled);
    REQUIRE(AsOf(entry, as_of, absl::InfiniteFuture())->Last(EntryAct::kAnnulled) != nullptr);
  }
  // What was believed the day before.
  const absl::Time before = Noon(2026, 6, 30);
  REQUIRE(StateAt(entry, Noon(2025, 12, 1), before) == EntryState::kInForce);
  REQUIRE(StateAt(entry, Noon(2026, 6, 1), before) == EntryState::kRepaired);
  REQUIRE(AsOf(entry, Noon(2025, 12, 1), before)->events.size() == 2);
  REQUIRE_FALSE(IsAnnulled(entry, before));
  REQUIRE(EndOf(entry) == Noon(2026, 5, 1));
}

// Whatever happened: who knows more may see an entry fall, and never sees one in force that was set
// aside; what was known at a time stays what was known at it.
TEST_CASE("an annulment changes every day and no earlier knowledge") {
  std::mt19937_64 random(shian::testing::Seed());
  const absl::Time start = Noon(2025, 3, 5);
  const auto some_time = [&] { return start + absl::Hours(random() % (24 * 1500)); };
  for (int run = 0; run < 1000; ++run) {
    Entry entry = MakeEntry(random() % 4 != 0);
    absl::Time now = some_time();
    if (random() % 2 == 0) Append(&entry, EntryAct::kRepairRequested, now);
    if (random() % 2 == 0) Append(&entry, EntryAct::kRepairGranted, now += absl::Hours(5));
    const Entry before = entry;
    const absl::Time annulled = now + absl::Hours(1 + random() % 5000);
    Append(&entry, EntryAct::kAnnulled, annulled);
    for (int i = 0; i < 10; ++i) {
      const absl::Time as_of = some_time();
      REQUIRE(StateAt(entry, as_of) == EntryState::kAnnulled);
      const absl::Time known_at = annulled - absl::Microseconds(1 + random() % 1000);
      REQUIRE(StateAt(entry, as_of, known_at) == StateAt(before, as_of, known_at));
      const std::optional<Entry> then = AsOf(entry, as_of, absl::InfiniteFuture());
      REQUIRE(StateAt(*then, as_of) == EntryState::kAnnulled);
      REQUIRE_FALSE(VisibleTo(entry, {Purpose::kLicensing, false}, annulled));
    }
  }
}

TEST_CASE("a dispute that was right marks an entry until it falls") {
  Entry entry = MakeEntry(true);
  REQUIRE_FALSE(IsDisputed(entry));
  Append(&entry, EntryAct::kDisputed, Noon(2025, 5, 1));
  REQUIRE(IsDisputed(entry));
  REQUIRE(OpenDispute(entry) != nullptr);
  Entry dismissed = entry;
  Append(&dismissed, EntryAct::kDisputeDismissed, Noon(2025, 5, 3));
  REQUIRE_FALSE(IsDisputed(dismissed));
  Append(&entry, EntryAct::kDisputeUpheld, Noon(2025, 5, 3));
  REQUIRE(IsDisputed(entry));
  REQUIRE(OpenDispute(entry) == nullptr);
  REQUIRE(CheckDispute(entry, Noon(2025, 5, 4), {}).ok());
  Append(&entry, EntryAct::kAnnulled, Noon(2025, 5, 5));
  REQUIRE_FALSE(IsDisputed(entry));
}

TEST_CASE("what has ended is shown to court, audit and review only, also for the past") {
  Entry entry = MakeEntry(true);
  const Viewer court = {Purpose::kCourt, true};
  const Viewer licensing = {Purpose::kLicensing, false};
  REQUIRE(VisibleTo(entry, licensing, Noon(2025, 6, 1)));
  Append(&entry, EntryAct::kRepairGranted, Noon(2026, 5, 1));
  REQUIRE_FALSE(VisibleTo(entry, licensing, Noon(2026, 6, 1)));
  REQUIRE(VisibleTo(entry, court, Noon(2026, 6, 1)));
}

TEST_CASE("an unpublished decision is not for other departments") {
  const Entry entry = MakeEntry(false);
  REQUIRE_FALSE(VisibleTo(entry, {Purpose::kLicensing, false}, Noon(2025, 3, 5)));
  REQUIRE(VisibleTo(entry, {Purpose::kSupervision, false}, Noon(2025, 3, 5)));
}

TEST_CASE("a longer ban prolongs the listing") {
  const absl::Time decided = Noon(2025, 3, 3);
  REQUIRE(UntilOf(DefaultRule(), PlainCalendar(), decided, std::nullopt) == Date(2028, 3, 3));
  REQUIRE(UntilOf(DefaultRule(), PlainCalendar(), decided, Date(2026, 3, 3)) == Date(2028, 3, 3));
  REQUIRE(UntilOf(DefaultRule(), PlainCalendar(), decided, Date(2030, 3, 3)) == Date(2030, 3, 3));
}

TEST_CASE("a ban is counted from the decision on the penalty") {
  Story story;
  story.penalty().ban_months = 60;
  story.ToClosedWindow();
  REQUIRE_FALSE(BanEnd(story.get()).has_value());
  story.ToService();
  const Date decided = ToDate(story.get().Last(Act::kPenaltyDecided)->time);
  REQUIRE(BanEnd(story.get()) == Date(decided.year() + 5, decided.month(), decided.day()));
}

TEST_CASE("a listing needs a penalty, a heavier one, and a notice that announced it") {
  Story story;
  const auto check = [&] {
    return CheckListingDecision(story.get(), DefaultRule(), story.StepOf(Act::kListingDecided));
  };
  SECTION("without a penalty") {
    story.ToClosedWindow();
    REQUIRE(ReasonOf(check()) == Reason::kListingWithoutPenalty);
  }
  SECTION("with a lighter one") {
    story.penalty().heavier = false;
    story.ToDecision();
    REQUIRE(ReasonOf(check()) == Reason::kListingWithoutHeavierPenalty);
    REQUIRE(errors::BasisOf(check())->article == "第二条");
  }
  SECTION("that was not announced") {
    story.notice().listing_announced = false;
    story.ToDecision();
    REQUIRE(ReasonOf(check()) == Reason::kListingNotAnnounced);
  }
  SECTION("after service") {
    story.ToService();
    REQUIRE(ReasonOf(check()) == Reason::kListingTooLate);
  }
  SECTION("together with the penalty") {
    story.ToDecision();
    REQUIRE(check().ok());
  }
}

TEST_CASE("repair may be asked for in time, once, and when its conditions are met") {
  Entry entry = MakeEntry(true);
  const ListingRule rule = DefaultRule();
  const Date repairable = RepairableOn(entry, rule, PlainCalendar());
  REQUIRE(repairable == Date(2026, 3, 3));
  const RepairClaim claim = {true, true, true};
  const auto ask = [&](absl::Time now, RepairClaim made = {true, true, true},
                       RepairRecord record = {}) {
    return CheckRepairRequest(entry, rule, repairable, made, record, now);
  };
  REQUIRE(ReasonOf(ask(Noon(2026, 3, 2))) == Reason::kRepairTooEarly);
  REQUIRE(errors::BasisOf(ask(Noon(2026, 3, 2)))->article == "第十六条");
  REQUIRE(ask(Noon(2026, 3, 3), claim).ok());
  REQUIRE(ReasonOf(ask(Noon(2026, 3, 3), {false, true, true})) == Reason::kRepairConditionsUnmet);
  REQUIRE(ReasonOf(ask(Noon(2026, 3, 3), claim, {true, false})) == Reason::kRepairConditionsUnmet);
  REQUIRE(ReasonOf(ask(Noon(2026, 3, 3), claim, {false, true})) == Reason::kRepairConditionsUnmet);
  REQUIRE(ReasonOf(CheckRepairDecision(entry, Noon(2026, 3, 3), {})) == Reason::kRepairNotPending);
  Append(&entry, EntryAct::kRepairRequested, Noon(2026, 3, 3));
  REQUIRE(ReasonOf(ask(Noon(2026, 3, 4))) == Reason::kRepairPending);
  REQUIRE(CheckRepairDecision(entry, Noon(2026, 3, 4), {}).ok());
  // A heavier penalty, or a ban, found when the request is decided.
  REQUIRE(CheckRepairConditions(rule, claim, {}).ok());
  REQUIRE(ReasonOf(CheckRepairConditions(rule, claim, {true, false})) ==
          Reason::kRepairConditionsUnmet);
  Append(&entry, EntryAct::kRepairRefused, Noon(2026, 3, 5));
  REQUIRE(PendingRepair(entry) == nullptr);
  Append(&entry, EntryAct::kRepairRequested, Noon(2026, 6, 1));
  Append(&entry, EntryAct::kRepairGranted, Noon(2026, 6, 2));
  REQUIRE(ReasonOf(ask(Noon(2026, 6, 3))) == Reason::kEntryNotInForce);
  REQUIRE(ReasonOf(CheckRepairDecision(entry, Noon(2026, 6, 3), {})) == Reason::kEntryNotInForce);
}

}  // namespace
}  // namespace shian::sanction
