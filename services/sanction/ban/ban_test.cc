#include "services/sanction/ban/ban.h"

#include <catch2/catch.hpp>
#include <optional>
#include <random>
#include <vector>

#include "libs/base/testing.h"
#include "services/sanction/case/testing.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using testing::Story;

const errors::Basis kBasis = {"食品安全法", "第一百三十五条第一款"};

BanGround Revocation() {
  BanGround ground;
  ground.key = "revocation";
  ground.title = "食品生产经营许可证被吊销";
  ground.kinds = {PenaltyKind::kLicenceRevocation};
  ground.roles = {BanRole::kOperator, BanRole::kLegalRepresentative, BanRole::kSupervisor};
  ground.bars = {Bar::kLicence, Bar::kManagement, Bar::kSafety};
  ground.period = calendar::Budget{5, calendar::Unit::kYears, calendar::LastDay::kNone};
  ground.basis = kBasis;
  return ground;
}

BanGround ByJudgment() {
  BanGround ground = Revocation();
  ground.by_judgment = true;
  ground.kinds.clear();
  ground.period.reset();
  return ground;
}

Ban Proposed(const BanGround& ground, Date from) {
  Ban ban;
  ban.op = OperatorId("914403001922038216");
  ban.id = BanId("b1");
  ban.case_id = CaseId("c1");
  ban.bars = ground.bars;
  ban.basis = ground.basis;
  ban.from = from;
  ban.until = LastDay(ground, from);
  BanEvent event;
  event.sequence = 1;
  event.time = event.recorded = StartOfDay(from);
  ban.events.push_back(event);
  return ban;
}

void Append(Ban* ban, BanAct act, absl::Time recorded) {
  BanEvent event;
  event.sequence = static_cast<int>(ban->events.size()) + 1;
  event.act = act;
  event.time = event.recorded = recorded;
  ban->events.push_back(event);
}

Ban Imposed(Date from) {
  Ban ban = Proposed(Revocation(), from);
  Append(&ban, BanAct::kImposed, StartOfDay(from + 3));
  return ban;
}

TEST_CASE("what bars nobody is refused with the article") {
  Story story;
  const BanGround ground = Revocation();
  const auto judge = [&](BanRole role = BanRole::kLegalRepresentative, bool person = false) {
    return CheckGround(ground, &story.get(), role, person);
  };
  REQUIRE(errors::ReasonOf(judge()) == Reason::kPenaltyNotDecided);
  story.penalty().kinds = {PenaltyKind::kFine};
  SECTION("a fine is no revocation") {
    story.ToService();
    REQUIRE(errors::ReasonOf(judge()) == Reason::kBanBasisMissing);
    REQUIRE(errors::BasisOf(judge()) == kBasis);
  }
  SECTION("a revocation bars once it is served, until it is set aside") {
    story.penalty().kinds.insert(PenaltyKind::kLicenceRevocation);
    story.ToDecision();
    REQUIRE(errors::ReasonOf(judge()) == Reason::kDecisionNotServed);
    story.Record(Act::kDecisionServed);
    REQUIRE(judge().ok());
    // A firm cannot be barred from a post, and a role that the ground does not name is not.
    REQUIRE(errors::ReasonOf(judge(BanRole::kOperator)) == Reason::kBanRoleNotAllowed);
    REQUIRE(judge(BanRole::kOperator, true).ok());
    REQUIRE(errors::ReasonOf(judge(BanRole::kResponsible)) == Reason::kBanRoleNotAllowed);
    // A judgment is not a penalty.
    REQUIRE(errors::ReasonOf(CheckGround(ByJudgment(), &story.get(), BanRole::kSupervisor,
                                         false)) == Reason::kBanRoleNotAllowed);
    story.Record(Act::kAnnulled);
    REQUIRE(errors::ReasonOf(judge()) == Reason::kCaseAnnulled);
  }
}

TEST_CASE("a ban holds from the day of its decision to its last day, or for life") {
  const Ban ban = Imposed(Date(2026, 3, 2));
  REQUIRE(ban.until == Date(2031, 3, 2));
  REQUIRE(StateOn(ban, Date(2026, 3, 1)) == BanState::kProposed);
  REQUIRE(StateOn(ban, Date(2026, 3, 2)) == BanState::kInForce);
  REQUIRE(StateOn(ban, Date(2031, 3, 2)) == BanState::kInForce);
  REQUIRE(StateOn(ban, Date(2031, 3, 3)) == BanState::kEnded);
  // A leap day has no fellow five years later.
  REQUIRE(LastDay(Revocation(), Date(2028, 2, 29)) == Date(2033, 2, 28));
  Ban life = Proposed(ByJudgment(), Date(2026, 3, 2));
  REQUIRE_FALSE(life.until.has_value());
  REQUIRE(StateOn(life, Date(2026, 3, 2)) == BanState::kProposed);
  Append(&life, BanAct::kImposed, StartOfDay(Date(2026, 4, 1)));
  REQUIRE(StateOn(life, Date(2099, 1, 1)) == BanState::kInForce);
}

TEST_CASE("of several bans all bars hold, and the longest is named") {
  Ban first = Imposed(Date(2026, 3, 2));
  Ban second = Imposed(Date(2027, 3, 2));
  second.bars = {Bar::kSafety};
  second.basis = {"食品安全法", "第一百三十五条第二款"};
  second.until.reset();
  const Barring both = BarringOn({first, second}, Date(2028, 1, 1));
  REQUIRE(both.bars == first.bars);
  REQUIRE_FALSE(both.until.has_value());
  REQUIRE(both.basis == second.basis);
  const Barring later = BarringOn({first, second}, Date(2032, 1, 1));
  REQUIRE(later.bars == std::set<Bar>{Bar::kSafety});
  REQUIRE(BarringOn({first}, Date(2032, 1, 1)).bars.empty());
}

// One random walk of acts, each only where the domain allows it.
void Walk(std::mt19937_64& random) {
  const Date from(2026, 3, 2);
  Ban ban = Proposed(Revocation(), from);
  if (random() % 2 == 0) ban.judgment = Judgment{"（2026）豫0902刑初12号", "法院", from};
  absl::Time now = StartOfDay(from);
  std::optional<absl::Time> annulled;
  bool imposed = false;
  for (size_t steps = random() % 6; steps > 0; --steps) {
    now += absl::Hours(1 + random() % 99);
    const BanAct act = random() % 3 == 0 ? BanAct::kAnnulled : BanAct::kImposed;
    const absl::Status allowed =
        act == BanAct::kImposed ? CheckImposition(ban, kBasis) : CheckAnnulment(ban, kBasis);
    if (!allowed.ok()) {
      REQUIRE(errors::BasisOf(allowed) == kBasis);
      continue;
    }
    REQUIRE_FALSE(annulled.has_value());
    // One that rests on a penalty falls with it, by no officer's act.
    const bool lawful = act == BanAct::kImposed ? !imposed : !imposed || ban.judgment;
    REQUIRE(lawful);
    imposed |= act == BanAct::kImposed;
    if (act == BanAct::kAnnulled) annulled = now;
    Append(&ban, act, now);
  }
  for (const int day : {-1, 0, 1, 400, 1825, 1826, 1827, 9999}) {
    const Date on = from + day;
    const bool barred = !BarringOn({ban}, on).bars.empty();
    REQUIRE(barred == (imposed && !annulled && on >= from && on <= *ban.until));
  }
  if (!annulled) return;
  const auto before = KnownBy(ban, *annulled - absl::Microseconds(1));
  REQUIRE(before.has_value());
  REQUIRE((StateOn(*before, from) == BanState::kInForce) == imposed);
}

// Nobody is barred but by an imposed ban that stands; what was set aside bars on no day, but was
// believed by whoever asked before.
TEST_CASE("no sequence of acts bars without an imposition, or after an annulment") {
  std::mt19937_64 random(shian::testing::Seed());
  for (int walk = shian::testing::Rounds(500); walk > 0; --walk) Walk(random);
}

}  // namespace
}  // namespace shian::sanction
