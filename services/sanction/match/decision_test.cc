#include "services/sanction/match/decision.h"

#include <catch2/catch.hpp>

#include "libs/base/property.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"

namespace shian::sanction {
namespace {

const absl::Time kDecided = StartOfDay(Date(2025, 3, 3));
const Sides kSides = {"subject", "listed", "cn-name-2"};

MatchDecision Decided() {
  MatchDecision decision;
  DecisionEvent event;
  event.sequence = 1;
  event.recorded = kDecided;
  event.sides = kSides;
  decision.events = {event};
  decision.period.due.due = StartOfDay(Date(2026, 3, 4));
  return decision;
}

TEST_CASE("a decision stands between the sides that were compared, for its period") {
  const MatchDecision decision = Decided();
  CHECK(StandingOf(decision, kSides, kDecided).state == DecisionState::kInForce);
  CHECK(StandingOf(decision, kSides, decision.period.due.due).state == DecisionState::kInForce);
  CHECK(StandingOf(decision, kSides, StartOfDay(Date(2026, 3, 5))).state ==
        DecisionState::kExpired);
  const struct {
    Sides now;
    Lapse lapse;
  } changed[] = {{{"other", "listed", "cn-name-2"}, Lapse::kSubjectChanged},
                 {{"subject", "other", "cn-name-2"}, Lapse::kListedChanged},
                 {{"subject", "listed", "cn-name-3"}, Lapse::kMatcherChanged}};
  for (const auto& one : changed) {
    const Standing standing = StandingOf(decision, one.now, kDecided);
    CHECK(standing.state == DecisionState::kLapsed);
    CHECK(standing.lapse == one.lapse);
  }
}

TEST_CASE("a withdrawn decision can be made again, and the past is as it was") {
  MatchDecision decision = Decided();
  REQUIRE(CheckWithdraw(decision).ok());
  DecisionEvent withdrawn = decision.events.front();
  withdrawn.sequence = 2;
  withdrawn.act = DecisionAct::kWithdrawn;
  withdrawn.recorded = kDecided + absl::Hours(1);
  decision.events.push_back(withdrawn);
  CHECK(StandingOf(decision, kSides, kDecided).state == DecisionState::kWithdrawn);
  CHECK(errors::ReasonOf(CheckWithdraw(decision)) == errors::Reason::kMatchDecisionWithdrawn);
  CHECK(AsOf(decision, kDecided)->events.size() == 1);
  CHECK_FALSE(AsOf(decision, kDecided - absl::Hours(1)).has_value());
}

TEST_CASE("nothing is left to decide where the code did, or where nothing is alike") {
  using names::Band;
  using names::Comparison;
  CHECK(CheckDecide(Comparison::kConflicts, Band::kReview).ok());
  CHECK(errors::ReasonOf(CheckDecide(Comparison::kAgrees, Band::kSame)) ==
        errors::Reason::kMatchDecidedByCode);
  CHECK(errors::ReasonOf(CheckDecide(Comparison::kMissing, Band::kDifferent)) ==
        errors::Reason::kMatchUnlike);
}

TEST_CASE("a subject is the same in every way of writing, and another one with another part") {
  const Subject plain = {"", "河南省瑞丰源食品有限公司", ""};
  CHECK(KeyOf(plain) == KeyOf({"", "河南瑞豐源食品有限公司", ""}));
  CHECK(MaterialOf(plain) == MaterialOf(Subject{"", "河南省 瑞丰源食品有限公司", ""}));
  for (const char* other : {"河北省瑞丰源食品有限公司", "河南省瑞丰食品有限公司",
                            "河南省瑞丰源餐饮有限公司", "河南省瑞丰源食品有限公司岷县分公司"}) {
    CHECK(KeyOf(plain) != KeyOf({"", other, ""}));
  }
  const Subject coded = {"914403001922038216", plain.name, ""};
  CHECK(KeyOf(coded) == KeyOf({"914403001922038216", "旧名", ""}));
  CHECK(MaterialOf(coded) != MaterialOf(Subject{"914403001922038216", "旧名", ""}));
  CHECK(KeyOf(coded) != KeyOf(plain));
}

TEST_CASE("a listed party changes with its code and with each of its names") {
  const std::string now = MaterialOf("914403001922038216", {"旧名食品厂", "新名食品厂"});
  CHECK(now == MaterialOf("914403001922038216", {"旧名食品厂", "新名食品廠"}));
  CHECK(now == MaterialOf("914403001922038216", {"旧名食品厂", "新名食品厂", "新名食品廠"}));
  CHECK(now != MaterialOf("", {"旧名食品厂", "新名食品厂"}));
  CHECK(now != MaterialOf("914403001922038216", {"新名食品厂"}));
  CHECK(now != MaterialOf("914403001922038216", {"旧名食品厂", "新名食品厂", "更新食品厂"}));
}

}  // namespace
}  // namespace shian::sanction
