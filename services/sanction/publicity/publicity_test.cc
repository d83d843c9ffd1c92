#include "services/sanction/publicity/publicity.h"

#include <catch2/catch.hpp>
#include <stdexcept>

#include "services/sanction/case/testing.h"
#include "services/sanction/listing/papers.h"
#include "services/sanction/publicity/field.h"
#include "services/sanction/publicity/standing.h"

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
  // Given out by the State Administration itself: "100000" is no province.
  REQUIRE(ProvinceOf(OperatorId("91100000100003962T")).empty());
}

Case WithFacts(const std::string& violation) {
  Publicity publicity = Published();
  Event event;
  event.sequence = static_cast<int>(publicity.c.events.size()) + 1;
  event.act = Act::kFactsStated;
  event.detail.facts.emplace();
  event.detail.facts->violation = violation;
  publicity.c.events.push_back(event);
  return publicity.c;
}

TEST_CASE("the field is stated once, in the case or in the first request") {
  Publicity publicity = Published();
  REQUIRE(StatedField(publicity.c).empty());
  REQUIRE(CheckField(publicity, "OTHER").ok());
  Append(&publicity, PublicityAct::kRepairRequested, absl::UnixEpoch());
  publicity.events.back().field = "OTHER";
  REQUIRE(CheckField(publicity, "OTHER").ok());
  REQUIRE(ReasonOf(CheckField(publicity, "FOOD")) == Reason::kFieldInvalid);
  // What the case states is above what a request said.
  publicity.c = WithFacts("special-equipment.unlicensed");
  REQUIRE(StatedField(publicity.c) == "SPECIAL_EQUIPMENT");
  REQUIRE(CheckField(publicity, "SPECIAL_EQUIPMENT").ok());
  REQUIRE(ReasonOf(CheckField(publicity, "OTHER")) == Reason::kFieldInvalid);
  REQUIRE(StatedField(WithFacts("weights.short")).empty());
}

TEST_CASE("penalties are of one kind by violation, else by cause or article") {
  REQUIRE(IsSameKind(WithFacts("food.over_limit"), WithFacts("food.over_limit")));
  REQUIRE_FALSE(IsSameKind(WithFacts("food.over_limit"), WithFacts("food.label")));
  Case a = Published().c;
  Case b = a;
  a.cause = b.cause = "经营兽药残留超标食品";
  REQUIRE(IsSameKind(a, b));
  REQUIRE(IsSameKind(a, WithFacts("food.over_limit")) == !a.penalty()->bases.empty());
  b.cause = "虚假广告";
  const auto bases_of = [](Case* c) -> std::vector<errors::Basis>& {
    for (Event& event : c->events) {
      if (event.penalty) return event.penalty->bases;
    }
    throw std::logic_error("no penalty");
  };
  bases_of(&a) = {{"食品安全法", "第一百二十四条"}};
  bases_of(&b) = {{"广告法", "第五十五条"}};
  REQUIRE_FALSE(IsSameKind(a, b));
  bases_of(&b).push_back({"食品安全法", "第一百二十四条"});
  REQUIRE(IsSameKind(a, b));
}

TEST_CASE("the records speak against repair") {
  RepairTerms terms;
  RepairClass one = SeriousClass();
  one.after.reset();
  one.conditions = {{"bans_expired", "限制期限已经届满", {}},
                    {"not_on_serious_list", "未在名单中", {}},
                    {"no_same_kind", "未再受同类处罚", {}}};
  const Publicity publicity = Published();
  const absl::Time now = publicity.c.Last(Act::kPenaltyPublished)->time + absl::Hours(24);
  const auto ask = [&](const RepairRecord& record) {
    return CheckRepairRequest(publicity, {terms, one, {}, record, now}, PlainCalendar());
  };
  REQUIRE(ask({}).ok());
  RepairRecord record;
  record.ban_running = true;
  REQUIRE(ReasonOf(ask(record)) == Reason::kRepairConditionsUnmet);
  record = {};
  record.on_serious_list = true;
  REQUIRE(ReasonOf(ask(record)) == Reason::kRepairConditionsUnmet);
  record = {};
  record.same_kind_again = true;
  REQUIRE(ReasonOf(ask(record)) == Reason::kRepairConditionsUnmet);
}

TEST_CASE("one file is not two papers") {
  const Document promise = {std::string(64, 'a'), "", "", 0};
  const Document ruling = {std::string(64, 'b'), "", "", 0};
  const RepairClaim both = {true, true, true, true, false};
  REQUIRE_FALSE(IsDocumented({true, true, true, false, false}, {}));
  REQUIRE(IsDocumented({true, true, true, false, false}, {promise}));
  REQUIRE_FALSE(IsDocumented(both, {promise}));
  REQUIRE_FALSE(IsDocumented(both, {promise, promise}));
  REQUIRE(IsDocumented(both, {promise, ruling}));
}

TEST_CASE("what is over is spread no further, and its withdrawal may be owed twice") {
  Publicity publicity = Published();
  const absl::Time now = publicity.c.Last(Act::kPenaltyPublished)->time + absl::Hours(24);
  Append(&publicity, PublicityAct::kPushDue, now);
  REQUIRE(CheckAct(publicity, PublicityAct::kPushed, now, {}).ok());
  REQUIRE(ReasonOf(CheckAct(publicity, PublicityAct::kPushed, StartOfDay(Date(2028, 3, 2)), {})) ==
          Reason::kEntryNotInForce);
  Append(&publicity, PublicityAct::kPushed, now);
  Append(&publicity, PublicityAct::kRepairGranted, now);
  REQUIRE(ReasonOf(CheckAct(publicity, PublicityAct::kCoPublished, now, {})) ==
          Reason::kEntryNotInForce);
  for (int time = 0; time < 2; ++time) {
    Append(&publicity, PublicityAct::kWithdrawalDue, now);
    REQUIRE(CheckAct(publicity, PublicityAct::kWithdrawn, now, {}).ok());
    Append(&publicity, PublicityAct::kWithdrawn, now);
    REQUIRE(ReasonOf(CheckAct(publicity, PublicityAct::kWithdrawn, now, {})) ==
            Reason::kStepAlreadyDone);
  }
}

}  // namespace
}  // namespace shian::sanction
