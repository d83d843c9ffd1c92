// Decisions about matches, from the screening that asks for one to its end.
#include <catch2/catch.hpp>
#include <string>

#include "services/sanction/listing/store.h"
#include "services/sanction/match/service.h"
#include "services/sanction/party/reactions.h"
#include "services/sanction/party/store.h"
#include "services/sanction/saved/service_modules.h"
#include "services/sanction/testing_world.h"
#include "shian/registry/v1/changes.pb.h"
#include "shian/sanction/v1/match_service.grpc.pb.h"

namespace shian::sanction {
namespace {

using testing::kAllowed;
using testing::kOperator;
using testing::ReasonOf;
using testing::World;
using Matches = v1::MatchService::Stub;

// Of another trade by one word, so that a person must look.
constexpr char kNear[] = "河南省瑞丰原水产食品有限公司";

v1::Match Nearest(World& world, const char* system, const std::string& name = kNear,
                  absl::Time as_of = absl::InfinitePast()) {
  v1::ScreenRequest in;
  in.set_purpose(v1::PURPOSE_COURT);
  in.set_reference(testing::kReference);
  if (as_of != absl::InfinitePast()) *in.mutable_as_of() = rpc::ToProto(as_of);
  in.add_subjects()->set_client_ref("1");
  in.mutable_subjects(0)->set_name(name);
  v1::ScreenResponse out;
  REQUIRE(ReasonOf(world.Read(&v1::ScreeningService::Stub::Screen, in, &out, system)) == kAllowed);
  REQUIRE(out.results(0).matches_size() == 1);
  CHECK(out.results(0).hint() == out.results(0).matches(0).hint());
  return out.results(0).matches(0);
}

v1::DecideMatchRequest Decision(v1::MatchVerdict verdict, const std::string& name = kNear) {
  v1::DecideMatchRequest in;
  in.set_operator_(kOperator);
  in.set_request_id(NewUuid7(absl::Now()));
  in.mutable_subject()->set_name(name);
  in.set_verdict(verdict);
  in.set_reason("法定代表人和住所均不同");
  in.set_user("窗口王某");
  return in;
}

std::string Decide(World& world, v1::DecideMatchRequest in, v1::DecideMatchResponse* out,
                   const char* system = "housing-fund") {
  return ReasonOf(world.Read(&Matches::DecideMatch, in, out, system));
}

// A world in which the party is listed.
struct Listed {
  Listed() {
    std::string entry;
    const std::string name = testing::DecideAll(world, &entry);
    testing::TakeEffect(world, name, entry);
  }
  World world;
};

void Rename(World& world, const std::string& name, const std::string& type) {
  registry::v1::OperatorChanged changed;
  changed.mutable_operator_()->set_name(kOperator);
  changed.mutable_operator_()->set_title(name);
  changed.mutable_operator_()->set_code("914403001922038216");
  ledger::ReceivedChange change;
  change.type = type;
  change.payload = changed.SerializeAsString();
  if (type == "shian.registry.operator.erased") {
    registry::v1::OperatorErased erased;
    erased.set_name(kOperator);
    change.payload = erased.SerializeAsString();
  }
  rpc::Edge& edge = world.edge();
  change.time = edge.clock().Now();
  REQUIRE(edge.store()
              .WriteAndWait({.now = edge.clock().Now()},
                            [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                              const absl::Status status =
                                  PartyReactions(NotePartyChange, DropAsked).at(type)(tx, change);
                              if (!status.ok()) return status;
                              return std::string();
                            })
              .ok());
}

TEST_CASE("a decision moves the hint of the match, for its organisation alone") {
  Listed listed;
  World& world = listed.world;
  REQUIRE(Nearest(world, "housing-fund").band() == v1::BAND_REVIEW);
  CHECK(Nearest(world, "housing-fund").hint() == v1::MATCH_HINT_REVIEW);
  const absl::Time before = world.edge().clock().Now();
  world.AdvanceTo(before + absl::Hours(1));
  v1::DecideMatchResponse decided;
  REQUIRE(Decide(world, Decision(v1::MATCH_VERDICT_NOT_SAME), &decided) == kAllowed);
  CHECK(decided.decision().state() == v1::MATCH_DECISION_STATE_IN_FORCE);
  CHECK(decided.decision().has_expire_time());
  CHECK(decided.decision().user() == "窗口王某");
  const v1::Match match = Nearest(world, "housing-fund", "河南瑞丰原水产食品有限公司");
  CHECK(match.band() == v1::BAND_REVIEW);
  CHECK(match.hint() == v1::MATCH_HINT_UNLIKELY);
  CHECK(match.decision().name() == decided.decision().name());
  CHECK_FALSE(Nearest(world, "finance-bureau").has_decision());
  // Another subject is another matter, and so is the time before.
  CHECK_FALSE(Nearest(world, "housing-fund", "河南省瑞丰元水产食品有限公司").has_decision());
  CHECK_FALSE(Nearest(world, "housing-fund", kNear, before).has_decision());
  // The one after takes its place.
  v1::DecideMatchRequest again = Decision(v1::MATCH_VERDICT_SAME_PARTY);
  again.set_etag("d7");
  v1::DecideMatchResponse second;
  CHECK(Decide(world, again, &second) == "ETAG_MISMATCH");
  again.set_etag(decided.decision().etag());
  REQUIRE(Decide(world, again, &second) == kAllowed);
  CHECK(second.decision().name() == decided.decision().name());
  CHECK(Nearest(world, "housing-fund").hint() == v1::MATCH_HINT_LISTED);
}

TEST_CASE("a decision ends by time, by withdrawal and with a change of either side") {
  Listed listed;
  World& world = listed.world;
  v1::DecideMatchResponse decided;
  REQUIRE(Decide(world, Decision(v1::MATCH_VERDICT_NOT_SAME), &decided) == kAllowed);
  SECTION("time") {
    world.AdvanceTo(world.edge().clock().Now() + absl::Hours(24 * 367));
    const v1::Match match = Nearest(world, "housing-fund");
    CHECK(match.decision().state() == v1::MATCH_DECISION_STATE_EXPIRED);
    CHECK(match.hint() == v1::MATCH_HINT_REVIEW);
  }
  SECTION("withdrawal") {
    v1::WithdrawMatchDecisionRequest in;
    in.set_name(decided.decision().name());
    in.set_request_id(NewUuid7(absl::Now()));
    in.set_reason("核对有误");
    v1::WithdrawMatchDecisionResponse out;
    CHECK(ReasonOf(world.Read(&Matches::WithdrawMatchDecision, in, &out, "housing-fund")) ==
          "FIELD_INVALID");
    in.set_user("窗口李某");
    CHECK(ReasonOf(world.Read(&Matches::WithdrawMatchDecision, in, &out, "finance-bureau")) ==
          "NOT_FOUND");
    REQUIRE(ReasonOf(world.Read(&Matches::WithdrawMatchDecision, in, &out, "housing-fund")) ==
            kAllowed);
    CHECK(out.decision().withdraw_reason() == "核对有误");
    CHECK(Nearest(world, "housing-fund").hint() == v1::MATCH_HINT_REVIEW);
    in.set_request_id(NewUuid7(absl::Now()));
    CHECK(ReasonOf(world.Read(&Matches::WithdrawMatchDecision, in, &out, "housing-fund")) ==
          "MATCH_DECISION_WITHDRAWN");
  }
  SECTION("the listed party's new name") {
    Rename(world, "河南省瑞丰源水产品加工有限公司", "shian.registry.operator.changed");
    const v1::Match match = Nearest(world, "housing-fund");
    CHECK(match.decision().state() == v1::MATCH_DECISION_STATE_LAPSED);
    CHECK(match.decision().lapse() == v1::MATCH_LAPSE_LISTED_CHANGED);
    CHECK(match.hint() == v1::MATCH_HINT_REVIEW);
  }
  SECTION("another way of writing the same name") {
    Rename(world, "河南省瑞豐源水产食品有限公司", "shian.registry.operator.changed");
    CHECK(Nearest(world, "housing-fund").hint() == v1::MATCH_HINT_UNLIKELY);
  }
  SECTION("erasure") {
    Rename(world, "", "shian.registry.operator.erased");
    v1::GetMatchDecisionRequest in;
    in.set_name(decided.decision().name());
    v1::GetMatchDecisionResponse out;
    CHECK(ReasonOf(world.Read(&Matches::GetMatchDecision, in, &out, "housing-fund")) ==
          "NOT_FOUND");
  }
}

TEST_CASE("the subject's side of a decision lapses by its code's new name") {
  Listed listed;
  World& world = listed.world;
  v1::DecideMatchRequest in = Decision(v1::MATCH_VERDICT_NOT_SAME);
  in.mutable_subject()->set_code("91330100799655058B");
  v1::DecideMatchResponse decided;
  REQUIRE(Decide(world, in, &decided) == kAllowed);
  v1::ScreenRequest ask;
  ask.set_purpose(v1::PURPOSE_LICENSING);
  for (const char* name : {kNear, "河南省瑞丰元水产食品有限公司"}) {
    v1::ScreenSubject* subject = ask.add_subjects();
    subject->set_client_ref(name);
    subject->set_code("91330100799655058B");
    subject->set_name(name);
  }
  v1::ScreenResponse out;
  REQUIRE(ReasonOf(world.Read(&v1::ScreeningService::Stub::Screen, ask, &out, "housing-fund")) ==
          kAllowed);
  CHECK(out.results(0).matches(0).hint() == v1::MATCH_HINT_UNLIKELY);
  CHECK(out.results(1).matches(0).decision().lapse() == v1::MATCH_LAPSE_SUBJECT_CHANGED);
  CHECK(out.results(1).matches(0).hint() == v1::MATCH_HINT_REVIEW);
}

TEST_CASE("what nobody need decide is refused, and officers sign with their token") {
  World world;
  v1::DecideMatchResponse out;
  CHECK(Decide(world, Decision(v1::MATCH_VERDICT_NOT_SAME), &out) == "NOT_FOUND");
  Listed listed;
  v1::DecideMatchRequest same = Decision(v1::MATCH_VERDICT_NOT_SAME);
  same.mutable_subject()->set_code("914403001922038216");
  CHECK(Decide(listed.world, same, &out) == "MATCH_DECIDED_BY_CODE");
  CHECK(Decide(listed.world, Decision(v1::MATCH_VERDICT_SAME_PARTY, "北京云海科技有限公司"),
               &out) == "MATCH_UNLIKE");
  v1::DecideMatchRequest wrong = Decision(v1::MATCH_VERDICT_UNSPECIFIED);
  CHECK(Decide(listed.world, wrong, &out) == "FIELD_INVALID");
  v1::DecideMatchRequest by_officer = Decision(v1::MATCH_VERDICT_NOT_SAME);
  CHECK(ReasonOf(listed.world.Act("p1", {"handler"}, &Matches::DecideMatch, by_officer, &out)) ==
        "FIELD_INVALID");
  by_officer.clear_user();
  by_officer.set_request_id(NewUuid7(absl::Now()));
  REQUIRE(ReasonOf(listed.world.Act("p1", {"handler"}, &Matches::DecideMatch, by_officer, &out)) ==
          kAllowed);
  CHECK(out.decision().officer().person() == "p1");
  v1::ListMatchDecisionsRequest list;
  v1::ListMatchDecisionsResponse listed_out;
  REQUIRE(listed.world.Read(&Matches::ListMatchDecisions, list, &listed_out).ok());
  CHECK(listed_out.decisions_size() == 1);
  REQUIRE(listed.world.Read(&Matches::ListMatchDecisions, list, &listed_out, "housing-fund").ok());
  CHECK(listed_out.decisions_size() == 0);
}

}  // namespace
}  // namespace shian::sanction
