// The publicity of a penalty: its end, disputes, pushes to other provinces, withdrawal, and who
// still sees it then.
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <utility>

#include "services/sanction/publicity_testing.h"
#include "shian/sanction/v1/changes_publicity.pb.h"

namespace shian::sanction {
namespace {

using testing::AnnulmentOf;
using testing::Cases;
using testing::kAllowed;
using testing::kReference;
using testing::Morning;
using testing::World;
using testing::publicity::Act;
using testing::publicity::Asking;
using testing::publicity::Due;
using testing::publicity::Named;
using testing::publicity::Penalised;
using testing::publicity::Publicities;
using testing::publicity::PublicityOf;
using testing::publicity::Read;
using testing::publicity::Take;

TEST_CASE("what would be over already is published no more") {
  World world;
  world.AdvanceTo(Morning(2026, 4, 27));
  const std::string name = Penalised(world, false, Morning(2026, 5, 11));
  const auto publish = [&] {
    return Act(world, "c1", "clerk", &Cases::PublishPenalty,
               Named<v1::PublishPenaltyRequest>(name));
  };
  REQUIRE(Due(world).contains("sanction.case.publish"));
  world.AdvanceTo(Morning(2027, 5, 12));
  REQUIRE_FALSE(Due(world).contains("sanction.case.publish"));
  REQUIRE(publish() == "ENTRY_NOT_IN_FORCE");
}

TEST_CASE("a dispute that was right marks the penalty until it is set aside") {
  World world;
  const std::string case_name = Penalised(world, true);
  const std::string name = PublicityOf(case_name);
  const auto file = [&] {
    return Take(world, "c1", "clerk", &Publicities::FilePenaltyDispute,
                Named<v1::FilePenaltyDisputeRequest>(name));
  };
  auto decide = Named<v1::DecidePenaltyDisputeRequest>(name);
  decide.set_upheld(true);
  REQUIRE(file() == kAllowed);
  REQUIRE(Take(world, "h1", "head", &Publicities::DecidePenaltyDispute, decide) == kAllowed);
  v1::Publicity publicity;
  REQUIRE(Read(world, name, v1::PURPOSE_PUBLIC, &publicity) == v1::PUBLICITY_STATE_PUBLIC);
  REQUIRE(publicity.disputed());
  // Nobody waits for an answer, and what is disputed anew is answered anew.
  REQUIRE(Take(world, "h1", "head", &Publicities::DecidePenaltyDispute, decide) ==
          "STEP_OUT_OF_ORDER");
  REQUIRE(file() == kAllowed);
  REQUIRE(Act(world, "h1", "head", &Cases::AnnulPenalty, AnnulmentOf(case_name)) == kAllowed);
}

TEST_CASE("the public's own system asks neither for publicity nor for entries") {
  World world;
  const std::string name = PublicityOf(Penalised(world, true));
  v1::GetPublicityRequest in;
  in.set_name(name);
  in.set_purpose(v1::PURPOSE_COURT);
  in.set_reference(kReference);
  v1::GetPublicityResponse out;
  REQUIRE(world.Read(&Publicities::GetPublicity, in, &out, "public").error_code() ==
          grpc::StatusCode::PERMISSION_DENIED);
  v1::ListEntriesRequest list;
  list.set_purpose(v1::PURPOSE_COURT);
  list.set_reference(kReference);
  v1::ListEntriesResponse listed;
  REQUIRE(world.Read(&testing::Listings::ListEntries, list, &listed, "public").error_code() ==
          grpc::StatusCode::PERMISSION_DENIED);
}

TEST_CASE("publicity ends by itself with its period") {
  World world;
  const std::string name = PublicityOf(Penalised(world, true));
  world.AdvanceTo(Morning(2028, 3, 17));
  REQUIRE(Read(world, name, v1::PURPOSE_PUBLIC) == v1::PUBLICITY_STATE_PUBLIC);
  world.AdvanceTo(Morning(2028, 3, 18));
  REQUIRE(Read(world, name, v1::PURPOSE_PUBLIC) == v1::PUBLICITY_STATE_UNSPECIFIED);
  REQUIRE(Read(world, name, v1::PURPOSE_AUDIT) == v1::PUBLICITY_STATE_EXPIRED);
  const auto facts = world.Facts("shian.sanction.penalty.publicity_ended");
  REQUIRE(facts.size() == 1);
  v1::PenaltyPublicityEnded ended;
  REQUIRE(ended.ParseFromString(facts[0].change.payload));
  REQUIRE(ended.how() == v1::PUBLICITY_STATE_EXPIRED);
}

TEST_CASE("a dispute marks what is public until it is answered") {
  World world;
  const std::string case_name = Penalised(world, false);
  const std::string name = PublicityOf(case_name);
  const auto file = [&] {
    return Take(world, "c1", "clerk", &Publicities::FilePenaltyDispute,
                Named<v1::FilePenaltyDisputeRequest>(name));
  };
  REQUIRE(Read(world, name, v1::PURPOSE_PUBLIC) == v1::PUBLICITY_STATE_UNSPECIFIED);
  REQUIRE(Read(world, name, v1::PURPOSE_SUPERVISION) == v1::PUBLICITY_STATE_NOT_PUBLIC);
  REQUIRE(file() == "ENTRY_NOT_IN_FORCE");
  REQUIRE(Act(world, "c1", "clerk", &Cases::PublishPenalty,
              Named<v1::PublishPenaltyRequest>(case_name)) == kAllowed);
  const auto decide = [&](const char* person) {
    return Take(world, person, "head", &Publicities::DecidePenaltyDispute,
                Named<v1::DecidePenaltyDisputeRequest>(name));
  };
  REQUIRE(decide("h1") == "STEP_OUT_OF_ORDER");
  REQUIRE(file() == kAllowed);
  REQUIRE(file() == "STEP_ALREADY_DONE");
  v1::Publicity publicity;
  REQUIRE(Read(world, name, v1::PURPOSE_PUBLIC, &publicity) == v1::PUBLICITY_STATE_PUBLIC);
  REQUIRE(publicity.disputed());
  REQUIRE(Due(world).contains("sanction.publicity.dispute"));
  REQUIRE(decide("c1") == "STEPS_KEPT_APART");
  REQUIRE(decide("h1") == kAllowed);
  REQUIRE(Read(world, name, v1::PURPOSE_PUBLIC, &publicity) == v1::PUBLICITY_STATE_PUBLIC);
  REQUIRE_FALSE(publicity.disputed());
  REQUIRE_FALSE(Due(world).contains("sanction.publicity.dispute"));
}

TEST_CASE("a party of another province: pushed in ten days, published there in ten more") {
  World world;  // the party's code was given in Shenzhen, the bureau is in Henan
  const std::string name = PublicityOf(Penalised(world, false));
  REQUIRE(Due(world).contains("sanction.publicity.push"));
  const auto push = [&] {
    return Take(world, "c1", "clerk", &Publicities::RecordPush, Named<v1::RecordPushRequest>(name));
  };
  const auto co_publish = [&] {
    return Take(world, "c1", "clerk", &Publicities::RecordCoPublication,
                Named<v1::RecordCoPublicationRequest>(name));
  };
  REQUIRE(co_publish() == "STEP_OUT_OF_ORDER");
  REQUIRE(push() == kAllowed);
  REQUIRE(push() == "STEP_ALREADY_DONE");
  REQUIRE(Due(world).contains("sanction.publicity.co_publication"));
  REQUIRE(co_publish() == kAllowed);
  v1::Publicity publicity;
  REQUIRE(Read(world, name, v1::PURPOSE_SUPERVISION, &publicity) == v1::PUBLICITY_STATE_NOT_PUBLIC);
  REQUIRE(publicity.deadlines_size() == 2);
  REQUIRE_FALSE(Due(world).contains("sanction.publicity.co_publication"));
  REQUIRE(Take(world, "c1", "clerk", &Publicities::RecordWithdrawal,
               Named<v1::RecordWithdrawalRequest>(name)) == "STEP_OUT_OF_ORDER");
}

TEST_CASE("what was only pushed is withdrawn too, and goes no further") {
  World world;
  const std::string case_name = Penalised(world, false);
  const std::string name = PublicityOf(case_name);
  REQUIRE(Take(world, "c1", "clerk", &Publicities::RecordPush,
               Named<v1::RecordPushRequest>(name)) == kAllowed);
  REQUIRE(Act(world, "h1", "head", &Cases::AnnulPenalty, AnnulmentOf(case_name)) == kAllowed);
  REQUIRE(Due(world) == std::set<std::string>{"sanction.publicity.withdraw"});
  REQUIRE(Take(world, "c1", "clerk", &Publicities::RecordCoPublication,
               Named<v1::RecordCoPublicationRequest>(name)) == "CASE_ANNULLED");
  // What was never public here is not told to have ended.
  REQUIRE(world.Facts("shian.sanction.penalty.publicity_ended").empty());
}

TEST_CASE("what is repaired here is withdrawn where it was pushed, and goes no further") {
  World world;
  const std::string name = PublicityOf(Penalised(world, true));
  const auto record = [&](auto method, auto in) {
    return Take(world, "c1", "clerk", method, std::move(in));
  };
  const auto push = Named<v1::RecordPushRequest>(name);
  const auto co_publish = Named<v1::RecordCoPublicationRequest>(name);
  const auto withdraw = Named<v1::RecordWithdrawalRequest>(name);
  REQUIRE(record(&Publicities::RecordPush, push) == kAllowed);
  REQUIRE(record(&Publicities::RecordWithdrawal, withdraw) == "STEP_OUT_OF_ORDER");
  world.AdvanceTo(Morning(2026, 3, 18));
  REQUIRE(record(&Publicities::RequestPenaltyRepair, Asking(name, "FOOD")) == kAllowed);
  auto grant = Named<v1::DecidePenaltyRepairRequest>(name);
  grant.set_granted(true);
  REQUIRE(Take(world, "h1", "head", &Publicities::DecidePenaltyRepair, grant) == kAllowed);
  REQUIRE(Due(world).contains("sanction.publicity.withdraw"));
  REQUIRE_FALSE(Due(world).contains("sanction.publicity.co_publication"));
  REQUIRE(record(&Publicities::RecordCoPublication, co_publish) == "ENTRY_NOT_IN_FORCE");
  REQUIRE(record(&Publicities::RecordWithdrawal, withdraw) == kAllowed);
  REQUIRE(record(&Publicities::RecordWithdrawal, withdraw) == "STEP_ALREADY_DONE");
  REQUIRE_FALSE(Due(world).contains("sanction.publicity.withdraw"));
}

TEST_CASE("what has expired is neither pushed nor published elsewhere any more") {
  World world;
  const std::string name = PublicityOf(Penalised(world, true));
  REQUIRE(Due(world).contains("sanction.publicity.push"));
  world.AdvanceTo(Morning(2028, 3, 18));
  REQUIRE_FALSE(Due(world).contains("sanction.publicity.push"));
  REQUIRE(Take(world, "c1", "clerk", &Publicities::RecordPush,
               Named<v1::RecordPushRequest>(name)) == "ENTRY_NOT_IN_FORCE");
}

TEST_CASE("what was published is withdrawn in three days after an annulment") {
  World world;
  const std::string case_name = Penalised(world, true);
  const std::string name = PublicityOf(case_name);
  REQUIRE(Act(world, "h1", "head", &Cases::AnnulPenalty, AnnulmentOf(case_name)) == kAllowed);
  REQUIRE(Due(world) == std::set<std::string>{"sanction.publicity.withdraw"});
  REQUIRE(Read(world, name, v1::PURPOSE_PUBLIC) == v1::PUBLICITY_STATE_UNSPECIFIED);
  REQUIRE(Read(world, name, v1::PURPOSE_COURT) == v1::PUBLICITY_STATE_ANNULLED);
  REQUIRE(world.Facts("shian.sanction.penalty.publicity_ended").size() == 1);
  REQUIRE(Take(world, "c1", "clerk", &Publicities::RecordWithdrawal,
               Named<v1::RecordWithdrawalRequest>(name)) == kAllowed);
  REQUIRE(Due(world).empty());
}

}  // namespace
}  // namespace shian::sanction
