// The publicity of a penalty: repair by the rule of the day, disputes, pushes to other provinces,
// withdrawal after an annulment, its end, and who still sees it then.
#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "services/sanction/testing_world.h"
#include "shian/common/v1/todo_service.grpc.pb.h"
#include "shian/sanction/v1/changes_publicity.pb.h"
#include "shian/sanction/v1/document_service.grpc.pb.h"
#include "shian/sanction/v1/publicity_service.grpc.pb.h"

namespace shian::sanction {
namespace {

using testing::AnnulmentOf;
using testing::Cases;
using testing::kAllowed;
using testing::kReference;
using testing::Morning;
using testing::ReasonOf;
using testing::World;

using Publicities = v1::PublicityService::Stub;

template <class In, class Out>
std::string Act(World& world, const char* person, const char* post,
                grpc::Status (Cases::*method)(grpc::ClientContext*, const In&, Out*), In in) {
  Out out;
  return ReasonOf(world.Act(person, {post}, method, in, &out));
}

template <class In>
In Named(const std::string& name) {
  In in;
  in.set_name(name);
  if constexpr (requires { in.set_text("同意"); }) in.set_text("同意");
  return in;
}

// A penalty without a listing, served on the 17th of March 2025 and, when asked for, published.
std::string Penalised(World& world, bool publish) {
  const std::string name = testing::FileCase(world, "华市监立〔2025〕1号");
  REQUIRE(Act(world, "p2", "legal-reviewer", &Cases::RecordLegalReview,
              Named<v1::RecordLegalReviewRequest>(name)) == kAllowed);
  REQUIRE(Act(world, "p1", "handler", &Cases::ServeNotice, testing::NoticeOf(name)) == kAllowed);
  world.AdvanceTo(Morning(2025, 3, 17));
  REQUIRE(Act(world, "h2", "deputy-head", &Cases::RecordCollectiveDiscussion,
              Named<v1::RecordCollectiveDiscussionRequest>(name)) == kAllowed);
  REQUIRE(Act(world, "h1", "head", &Cases::DecidePenalty, testing::PenaltyOf(name)) == kAllowed);
  auto serve = Named<v1::ServeDecisionRequest>(name);
  serve.set_service_method("直接送达");
  REQUIRE(Act(world, "p1", "handler", &Cases::ServeDecision, serve) == kAllowed);
  if (publish) {
    REQUIRE(Act(world, "c1", "clerk", &Cases::PublishPenalty,
                Named<v1::PublishPenaltyRequest>(name)) == kAllowed);
  }
  return name;
}

std::string PublicityOf(const std::string& case_name) {
  std::string name = case_name;
  return name.replace(name.find("/cases/"), 7, "/publicities/");
}

// UNSPECIFIED when it is not found.
v1::PublicityState Read(World& world, const std::string& name, v1::Purpose purpose,
                        v1::Publicity* publicity = nullptr, const char* system = "ctl") {
  v1::GetPublicityRequest in;
  in.set_name(name);
  in.set_purpose(purpose);
  in.set_reference(kReference);
  v1::GetPublicityResponse out;
  const grpc::Status status = world.Read(&Publicities::GetPublicity, in, &out, system);
  if (status.error_code() == grpc::StatusCode::NOT_FOUND) return v1::PUBLICITY_STATE_UNSPECIFIED;
  REQUIRE(ReasonOf(status) == kAllowed);
  if (publicity != nullptr) *publicity = out.publicity();
  return out.publicity().state();
}

template <class In, class Out>
std::string Take(World& world, const char* person, const char* post,
                 grpc::Status (Publicities::*method)(grpc::ClientContext*, const In&, Out*),
                 In in) {
  Out out;
  return ReasonOf(world.Act(person, {post}, method, in, &out));
}

v1::RequestPenaltyRepairRequest Asking(const std::string& name, const char* field) {
  auto in = Named<v1::RequestPenaltyRepairRequest>(name);
  in.set_duty_performed(true);
  in.set_harm_removed(true);
  in.set_field(field);
  return in;
}

// The reason for which the document is not issued.
std::string Issue(World& world, const std::string& matter, const char* kind,
                  const char* materials = nullptr) {
  v1::IssueDocumentRequest in;
  in.set_matter(matter);
  in.set_kind(kind);
  if (materials != nullptr) {
    in.add_fields()->set_key("materials");
    in.mutable_fields(0)->set_value(materials);
  }
  v1::IssueDocumentResponse out;
  return ReasonOf(
      world.Act("p1", {"handler"}, &v1::DocumentService::Stub::IssueDocument, in, &out));
}

std::set<std::string> Due(World& world) {
  common::v1::ListTodosRequest in;
  in.set_page_size(500);
  common::v1::ListTodosResponse out;
  const auto stub = common::v1::TodoService::NewStub(world.ChannelAs("ctl"));
  REQUIRE(stub->ListTodos(rpc::testing::Context().get(), in, &out).ok());
  std::set<std::string> kinds;
  for (const auto& todo : out.todos()) kinds.insert(todo.kind());
  return kinds;
}

TEST_CASE("a published penalty is repaired by the rule of the day, and then forgotten") {
  World world;
  const std::string name = PublicityOf(Penalised(world, true));
  v1::Publicity publicity;
  REQUIRE(Read(world, name, v1::PURPOSE_PUBLIC, &publicity, "public") ==
          v1::PUBLICITY_STATE_PUBLIC);
  REQUIRE(publicity.repair_rule().class_title() == "食品、药品、特种设备领域行政处罚");
  REQUIRE_FALSE(publicity.repair_rule().provincial_revision().empty());  // Henan's
  REQUIRE(publicity.repairable_date().year() == 2026);
  REQUIRE(publicity.until_date().year() == 2028);

  const auto ask = [&](const char* field) {
    return Take(world, "c1", "clerk", &Publicities::RequestPenaltyRepair, Asking(name, field));
  };
  REQUIRE(ask("SHOES") == "FIELD_INVALID");
  REQUIRE(ask("FOOD") == "REPAIR_TOO_EARLY");
  world.AdvanceTo(Morning(2025, 9, 18));
  REQUIRE(ask("FOOD") == "REPAIR_TOO_EARLY");  // a year for food, else six months
  auto undone = Asking(name, "OTHER");
  undone.set_duty_performed(false);
  REQUIRE(Take(world, "c1", "clerk", &Publicities::RequestPenaltyRepair, undone) ==
          "REPAIR_CONDITIONS_UNMET");
  const auto decide = [&](const char* person, bool granted) {
    auto in = Named<v1::DecidePenaltyRepairRequest>(name);
    in.set_granted(granted);
    return Take(world, person, "head", &Publicities::DecidePenaltyRepair, in);
  };
  REQUIRE(decide("h1", true) == "REPAIR_NOT_PENDING");
  REQUIRE(Issue(world, name, "penalty-repair-acceptance", "申请书") == "DOCUMENT_NOT_OFFERED");
  REQUIRE(ask("OTHER") == kAllowed);
  REQUIRE(Issue(world, name, "penalty-repair-acceptance", "申请书") == kAllowed);
  REQUIRE(Issue(world, name, "repair-acceptance", "申请书") == "FIELD_INVALID");
  REQUIRE(Issue(world, name, "penalty-repair-decision") == "DOCUMENT_NOT_OFFERED");
  REQUIRE(ask("OTHER") == "REPAIR_PENDING");
  REQUIRE(Due(world).contains("sanction.publicity.accept_repair"));
  REQUIRE(Take(world, "c1", "clerk", &Publicities::AcceptPenaltyRepair,
               Named<v1::AcceptPenaltyRepairRequest>(name)) == kAllowed);
  REQUIRE_FALSE(Due(world).contains("sanction.publicity.accept_repair"));
  REQUIRE(Due(world).contains("sanction.publicity.decide_repair"));
  REQUIRE(decide("c1", true) == "STEPS_KEPT_APART");
  REQUIRE(decide("h1", false) == kAllowed);
  REQUIRE(Issue(world, name, "penalty-repair-decision") == kAllowed);
  REQUIRE(Read(world, name, v1::PURPOSE_PUBLIC) == v1::PUBLICITY_STATE_PUBLIC);

  world.AdvanceTo(Morning(2026, 3, 18));
  REQUIRE(ask("FOOD") == kAllowed);
  REQUIRE(Issue(world, name, "penalty-repair-decision") == "DOCUMENT_NOT_OFFERED");
  REQUIRE(decide("h1", true) == kAllowed);
  REQUIRE(Issue(world, name, "penalty-repair-decision") == kAllowed);
  for (const v1::Purpose purpose :
       {v1::PURPOSE_PUBLIC, v1::PURPOSE_LICENSING, v1::PURPOSE_SUPERVISION}) {
    REQUIRE(Read(world, name, purpose) == v1::PUBLICITY_STATE_UNSPECIFIED);
  }
  REQUIRE(Read(world, name, v1::PURPOSE_COURT) == v1::PUBLICITY_STATE_REPAIRED);
  REQUIRE(world.Facts("shian.sanction.penalty.publicity_ended").size() == 1);
  // What was told once is not told again when its time would have been over.
  world.AdvanceTo(Morning(2028, 4, 1));
  REQUIRE(world.Facts("shian.sanction.penalty.publicity_ended").size() == 1);
}

TEST_CASE("from April 2026 the classes of Order 36 apply, with a promise on paper") {
  World world;
  const std::string name = PublicityOf(Penalised(world, true));
  world.AdvanceTo(Morning(2026, 4, 2));
  v1::Publicity publicity;
  REQUIRE(Read(world, name, v1::PURPOSE_PUBLIC, &publicity) == v1::PUBLICITY_STATE_PUBLIC);
  REQUIRE(publicity.repair_rule().class_title() == "一般失信信息");
  auto in = Asking(name, "FOOD");
  in.set_promise_made(true);
  REQUIRE(Take(world, "c1", "clerk", &Publicities::RequestPenaltyRepair, in) ==
          "REPAIR_CONDITIONS_UNMET");
  in.set_reorganisation(true);
  REQUIRE(Take(world, "c1", "clerk", &Publicities::RequestPenaltyRepair, in) ==
          "REPAIR_CONDITIONS_UNMET");
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
