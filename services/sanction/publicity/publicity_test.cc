#include "services/sanction/publicity/publicity.h"

#include <catch2/catch.hpp>

#include "services/sanction/case/testing.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::ReasonOf;
using testing::PlainCalendar;
using testing::Story;

RepairClass SeriousClass() {
  RepairClass one;
  one.title = "严重失信信息";
  one.any_kinds = true;
  one.after = calendar::Budget{1, calendar::Unit::kYears, calendar::LastDay::kNone};
  one.after_basis = {"信用修复管理办法", "第九条"};
  one.conditions = {{"duty_performed", "已履行义务", {"信用修复管理办法", "第十条"}},
                    {"promise_made", "已公开作出信用承诺", {"信用修复管理办法", "第十条"}}};
  one.barred = {PenaltyKind::kShutdown};
  one.basis = {"信用修复管理办法", "第八条"};
  return one;
}

// Published on the day of its service, public until 2028-03-01.
Publicity Published(const std::set<PenaltyKind>& kinds = {PenaltyKind::kFine}) {
  Story story;
  story.penalty().kinds = kinds;
  story.ToService();
  story.Record(Act::kPenaltyPublished);
  Publicity publicity;
  publicity.c = story.get();
  return publicity;
}

void Append(Publicity* publicity, PublicityAct act, absl::Time time) {
  PublicityEvent event;
  event.sequence = static_cast<int>(publicity->events.size()) + 1;
  event.act = act;
  event.time = event.recorded = time;
  publicity->events.push_back(event);
}

TEST_CASE("a penalty's publicity follows from its case, its repair and the calendar") {
  Publicity publicity = Published();
  const absl::Time published = publicity.c.Last(Act::kPenaltyPublished)->time;
  REQUIRE(StateAt(publicity, published - absl::Hours(1)) == PublicityState::kNotPublic);
  REQUIRE(StateAt(publicity, published) == PublicityState::kPublic);
  REQUIRE(StateAt(publicity, StartOfDay(Date(2028, 3, 2))) == PublicityState::kExpired);
  Append(&publicity, PublicityAct::kRepairGranted, published + absl::Hours(24 * 400));
  REQUIRE(StateAt(publicity, published + absl::Hours(24 * 399)) == PublicityState::kPublic);
  REQUIRE(StateAt(publicity, published + absl::Hours(24 * 401)) == PublicityState::kRepaired);
  const absl::Time now = published + absl::Hours(24 * 500);
  REQUIRE_FALSE(VisibleTo(publicity, {Purpose::kPublic, false}, now));
  REQUIRE_FALSE(VisibleTo(publicity, {Purpose::kSupervision, false}, now));
  REQUIRE(VisibleTo(publicity, {Purpose::kCourt, true}, now));
  // What was known before the repair.
  const auto before = AsOf(publicity, now, now - absl::Hours(24 * 200));
  REQUIRE(StateAt(*before, now) == PublicityState::kPublic);
}

TEST_CASE("the early end of publicity has its bars, its time and its conditions") {
  RepairTerms terms;
  const RepairClass one = SeriousClass();
  Publicity publicity = Published();
  const absl::Time decided = publicity.c.Last(Act::kPenaltyDecided)->time;
  const auto ask = [&](const Publicity& asked, RepairClaim claim, absl::Time now) {
    return CheckRepairRequest(asked, {terms, one, claim, {}, now}, PlainCalendar());
  };
  const RepairClaim claim = {true, true, true, false, true};
  const absl::Time later = decided + absl::Hours(24 * 366);
  REQUIRE(ReasonOf(ask(publicity, claim, decided + absl::Hours(24 * 300))) ==
          Reason::kRepairTooEarly);
  REQUIRE(ask(publicity, claim, later).ok());
  REQUIRE(ReasonOf(ask(Published({PenaltyKind::kFine, PenaltyKind::kShutdown}), claim, later)) ==
          Reason::kRepairConditionsUnmet);
  // A promise is a paper.
  REQUIRE(ReasonOf(ask(publicity, {true, true, true, false, false}, later)) ==
          Reason::kRepairConditionsUnmet);
  REQUIRE(ReasonOf(ask(publicity, {false, true, true, false, true}, later)) ==
          Reason::kRepairConditionsUnmet);

  // The path of a party in reorganisation: where the rule has it, and with the court's ruling.
  const RepairClaim insolvent = {false, true, true, true, true};
  REQUIRE(ReasonOf(ask(publicity, insolvent, decided + absl::Hours(24 * 30))) ==
          Reason::kRepairConditionsUnmet);
  terms.reorganisation = Reorganisation{{"duty_performed"}, true, {"信用修复管理办法", "第二十条"}};
  REQUIRE(ask(publicity, insolvent, decided + absl::Hours(24 * 30)).ok());
  REQUIRE(ReasonOf(ask(publicity, {false, true, true, true, false}, later)) ==
          Reason::kRepairConditionsUnmet);
  REQUIRE(ReasonOf(ask(Published({PenaltyKind::kShutdown}), insolvent, later)) ==
          Reason::kRepairConditionsUnmet);

  Append(&publicity, PublicityAct::kRepairRequested, later);
  REQUIRE(ReasonOf(ask(publicity, claim, later)) == Reason::kRepairPending);
  REQUIRE(CheckAct(publicity, PublicityAct::kRepairGranted, later, {}).ok());
  Append(&publicity, PublicityAct::kRepairRefused, later);
  REQUIRE(ReasonOf(CheckAct(publicity, PublicityAct::kRepairGranted, later, {})) ==
          Reason::kRepairNotPending);
}

TEST_CASE("the province of a party is in its code") {
  REQUIRE(ProvinceOf(OperatorId("914403001922038216")) == "44");
  REQUIRE(ProvinceOf(OperatorId("person-1")).empty());
}

}  // namespace
}  // namespace shian::sanction
