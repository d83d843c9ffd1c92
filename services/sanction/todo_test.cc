// What is due of leads, cases, entries and measures, from the act that starts a clock to the one
// that ends it.
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>

#include "services/sanction/testing_world.h"
#include "shian/common/v1/todo_service.grpc.pb.h"

namespace shian::sanction {
namespace {

using common::v1::Todo;
using testing::Cases;
using testing::DecideAll;
using testing::FileCase;
using testing::kAllowed;
using testing::Listings;
using testing::Morning;
using testing::NoticeOf;
using testing::RaiseLead;
using testing::ReasonOf;
using testing::TakeEffect;
using testing::World;

// By kind; of several of one kind the last.
std::map<std::string, Todo> Due(World& world) {
  common::v1::ListTodosRequest in;
  in.set_page_size(500);
  common::v1::ListTodosResponse out;
  const auto stub = common::v1::TodoService::NewStub(world.ChannelAs("ctl"));
  const grpc::Status status = stub->ListTodos(rpc::testing::Context().get(), in, &out);
  INFO(status.error_message());
  REQUIRE(status.ok());
  REQUIRE(out.next_page_token().empty());
  std::map<std::string, Todo> todos;
  for (const Todo& todo : out.todos()) todos[todo.kind()] = todo;
  return todos;
}

std::set<std::string> Kinds(World& world) {
  std::set<std::string> kinds;
  for (const auto& [kind, todo] : Due(world)) kinds.insert(kind);
  return kinds;
}

std::string ActsOf(const Todo& todo) {
  std::string acts;
  for (const auto& act : todo.next_acts()) {
    acts += act.method().substr(act.method().find('/') + 1) + " ";
  }
  return acts;
}

using Words = std::set<std::string>;

TEST_CASE("a case that is not decided in time climbs its rungs, and is done with its decision") {
  World world;
  const std::string name = FileCase(world, "华市监立〔2025〕1号");
  REQUIRE(Kinds(world) == Words{"sanction.case.decide"});
  Todo todo = Due(world)["sanction.case.decide"];
  REQUIRE(todo.matter() == name);
  REQUIRE(todo.officer() == "p1");
  REQUIRE(todo.organisation() == "410902");
  REQUIRE(todo.party_name() == testing::kName);
  REQUIRE(todo.deadline().legal_basis().article() == "第六十条");
  REQUIRE_FALSE(todo.deadline().explanation().empty());
  REQUIRE(ActsOf(todo) == "RecordLegalReview ExtendPeriod ");
  REQUIRE(todo.document().empty());
  REQUIRE_FALSE(todo.overdue());

  v1::RecordLegalReviewRequest review;
  review.set_name(name);
  review.set_text("同意");
  v1::RecordLegalReviewResponse reviewed;
  REQUIRE(ReasonOf(world.Act("p2", {"legal-reviewer"}, &Cases::RecordLegalReview, review,
                             &reviewed)) == kAllowed);
  todo = Due(world)["sanction.case.decide"];
  REQUIRE(ActsOf(todo) == "ServeNotice ExtendPeriod ");
  REQUIRE(todo.document() == "penalty-notice");
  v1::ServeNoticeResponse noticed;
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Cases::ServeNotice, NoticeOf(name), &noticed)) ==
          kAllowed);
  REQUIRE(Kinds(world) == Words{"sanction.case.decide", "sanction.case.statement"});
  REQUIRE(Due(world)["sanction.case.statement"].right());

  // 90 days from the third of March: a Sunday, so the Monday after it, or later.
  world.AdvanceTo(Morning(2025, 6, 6));
  REQUIRE(Kinds(world) == Words{"sanction.case.decide"});
  todo = Due(world)["sanction.case.decide"];
  REQUIRE(todo.overdue());
  REQUIRE(todo.rung() >= 1);
  REQUIRE(ActsOf(todo) == "ServeNotice RecordCollectiveDiscussion ");
  world.AdvanceTo(Morning(2025, 7, 1));
  world.AdvanceTo(Morning(2025, 7, 2));
  REQUIRE(world.Facts("shian.sanction.todo.escalated").size() == 3);
  REQUIRE(Due(world)["sanction.case.decide"].rung_post() == "deputy-head");

  v1::RecordCollectiveDiscussionRequest discuss;
  discuss.set_name(name);
  discuss.set_text("一致同意");
  v1::RecordCollectiveDiscussionResponse discussed;
  REQUIRE(ReasonOf(world.Act("h2", {"deputy-head"}, &Cases::RecordCollectiveDiscussion, discuss,
                             &discussed)) == kAllowed);
  REQUIRE(Due(world)["sanction.case.decide"].document() == "penalty-decision");
  v1::DecidePenaltyResponse decided;
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Cases::DecidePenalty, testing::PenaltyOf(name),
                             &decided)) == kAllowed);
  REQUIRE(Kinds(world) == Words{"sanction.case.serve", "sanction.case.publish"});
  REQUIRE(ActsOf(Due(world)["sanction.case.serve"]) == "DecideListing ServeDecision ");
}

TEST_CASE("a decision is served and published, its listing published, and its measures reported") {
  World world;
  std::string entry;
  const std::string name = DecideAll(world, &entry);
  REQUIRE(Kinds(world) ==
          Words{"sanction.case.serve", "sanction.case.publish", "sanction.listing.publish"});
  REQUIRE(Due(world)["sanction.listing.publish"].document() == "listing-decision");
  REQUIRE(ActsOf(Due(world)["sanction.listing.publish"]) == "GiveConsent ");
  TakeEffect(world, name, entry);
  // The party's code was given in another province than the bureau's.
  REQUIRE(Kinds(world) == Words{"sanction.case.execute", "sanction.measure.acknowledge",
                                "sanction.publicity.push"});
  REQUIRE(ActsOf(Due(world)["sanction.case.execute"]) == "RecordExecution ");
  v1::RecordExecutionRequest execute;
  execute.set_name(name);
  execute.set_text("罚款已缴纳");
  v1::RecordExecutionResponse executed;
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Cases::RecordExecution, execute, &executed)) ==
          kAllowed);
  REQUIRE(Kinds(world) == Words{"sanction.measure.acknowledge", "sanction.publicity.push"});
  const Todo todo = Due(world)["sanction.measure.acknowledge"];
  REQUIRE(ActsOf(todo) == "AcknowledgeMeasure ");
  REQUIRE_FALSE(todo.organisation().empty());

  // The work that watches takes out what has no clock left.
  world.AdvanceTo(Morning(2025, 3, 18));
  std::set<std::string> open;
  REQUIRE(world.edge()
              .store()
              .ReadNow([&](store::ReadTx& tx) -> absl::Status {
                store::OpenQuery query;
                query.region_to = ":";
                query.limit = 1000;
                auto matters = store::ListOpen(tx, query);
                if (!matters.ok()) return matters.status();
                for (const auto& matter : *matters) {
                  open.insert(matter.matter.substr(0, matter.matter.find('/')));
                }
                return absl::OkStatus();
              })
              .ok());
  REQUIRE(open == std::set<std::string>{"measures", "publicities"});

  world.AdvanceTo(Morning(2026, 3, 18));
  v1::RequestRepairRequest ask;
  ask.set_name(entry);
  ask.set_duty_performed(true);
  ask.set_harm_removed(true);
  ask.set_promise_made(true);
  ask.set_text("罚款已缴纳，整改完成");
  v1::RequestRepairResponse asked;
  REQUIRE(ReasonOf(world.Act("c1", {"clerk"}, &Listings::RequestRepair, ask, &asked)) == kAllowed);
  REQUIRE(Due(world)["sanction.listing.accept_repair"].document() == "repair-acceptance");
  REQUIRE(Due(world)["sanction.listing.decide_repair"].document() == "repair-decision");
  v1::DecideRepairRequest decide;
  decide.set_name(entry);
  decide.set_granted(true);
  decide.set_text("符合条件");
  v1::DecideRepairResponse decided;
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Listings::DecideRepair, decide, &decided)) ==
          kAllowed);
  // With the entry its measures end; the departments have yet to say so.
  REQUIRE(Kinds(world) == Words{"sanction.measure.lift", "sanction.publicity.push"});
}

TEST_CASE("a penalty that policy does not publish owes no publication") {
  World world;
  const std::string name = FileCase(world, "华市监立〔2025〕1号");
  v1::RecordLegalReviewRequest review;
  review.set_name(name);
  review.set_text("同意");
  v1::RecordLegalReviewResponse reviewed;
  REQUIRE(ReasonOf(world.Act("p2", {"legal-reviewer"}, &Cases::RecordLegalReview, review,
                             &reviewed)) == kAllowed);
  v1::ServeNoticeRequest notice = NoticeOf(name);
  notice.mutable_notice()->clear_proposed_kinds();
  notice.mutable_notice()->add_proposed_kinds(v1::PENALTY_KIND_WARNING);
  notice.mutable_notice()->set_proposed_fine_fen(0);
  notice.mutable_notice()->set_proposed_confiscation_fen(0);
  notice.mutable_notice()->set_proposed_aggravated(false);
  v1::ServeNoticeResponse noticed;
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Cases::ServeNotice, notice, &noticed)) ==
          kAllowed);
  world.AdvanceTo(Morning(2025, 3, 17));
  v1::RecordCollectiveDiscussionRequest discuss;
  discuss.set_name(name);
  discuss.set_text("一致同意");
  v1::RecordCollectiveDiscussionResponse discussed;
  REQUIRE(ReasonOf(world.Act("h2", {"deputy-head"}, &Cases::RecordCollectiveDiscussion, discuss,
                             &discussed)) == kAllowed);
  v1::DecidePenaltyRequest penalty = testing::PenaltyOf(name);
  penalty.mutable_penalty()->clear_kinds();
  penalty.mutable_penalty()->add_kinds(v1::PENALTY_KIND_WARNING);
  penalty.mutable_penalty()->set_fine_fen(0);
  penalty.mutable_penalty()->set_aggravated(false);
  v1::DecidePenaltyResponse decided;
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Cases::DecidePenalty, penalty, &decided)) ==
          kAllowed);
  REQUIRE(Kinds(world) == Words{"sanction.case.serve"});
  v1::ServeDecisionRequest serve;
  serve.set_name(name);
  serve.set_service_method("直接送达");
  v1::ServeDecisionResponse served;
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Cases::ServeDecision, serve, &served)) ==
          kAllowed);
  // Nor a push to the party's province.
  REQUIRE(Kinds(world).count("sanction.publicity.push") == 0);
}

TEST_CASE("a lead is due to be taken up, and belongs to the office of its division until then") {
  World world;
  RaiseLead(world);
  const auto ask = [&](const std::string& office) {
    common::v1::ListTodosRequest in;
    in.set_organisation(office);
    common::v1::ListTodosResponse out;
    const auto stub = common::v1::TodoService::NewStub(world.ChannelAs("ctl"));
    REQUIRE(stub->ListTodos(rpc::testing::Context().get(), in, &out).ok());
    return out;
  };
  REQUIRE(ask("410902").todos_size() == 1);
  REQUIRE(ask("410902").todos(0).kind() == "sanction.lead.file");
  REQUIRE(ask("410902").todos(0).document().empty());
  REQUIRE(ask("410900").todos_size() == 0);
}

}  // namespace
}  // namespace shian::sanction
