// How a recall is carried out, over the wire.
#include "services/trace/recall/service_conduct.h"

#include "services/trace/recall/testing.h"
#include "shian/trace/v1/recall_changes.pb.h"

namespace shian::trace {
namespace {

using testing::Conduct;
using testing::Story;

TEST_CASE("a plan is filed, must be changed, is filed anew and accepted; each past stays") {
  Story story;
  v1::FilePlanResponse filed;
  v1::FilePlanRequest bad = story.Plan();
  bad.mutable_content()->clear_harm();
  bad.mutable_content()->mutable_products(0)->set_quantity("0");
  bad.mutable_content()->mutable_products(0)->mutable_production_dates(0)->set_day(32);
  v1::FilePlanResponse none;
  const grpc::Status wrong = story.Do(&Conduct::FilePlan, bad, &none);
  CHECK(wrong.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(errors::ViolationsOf(rpc::FromGrpc(wrong)).size() == 3);
  CHECK(story.Refused(&Conduct::FilePlan, story.Plan(), "clerk") == Reason::kStepNotAllowed);
  REQUIRE(story.Do(&Conduct::FilePlan, story.Plan(), &filed).ok());
  CHECK(filed.plan().name() == story.name + "/plans/1");
  CHECK(filed.plan().content().products(0).quantity() == "30");
  const auto first = filed.plan().file_time();
  story.world.Advance(absl::Hours(1));
  v1::AssessPlanResponse assessed;
  const auto change = story.Assessment(1, v1::PLAN_VERDICT_MUST_BE_CHANGED);
  REQUIRE(story.Do(&Conduct::AssessPlan, change, &assessed).ok());
  CHECK(story.Refused(&Conduct::AssessPlan, change) == Reason::kRecallPlanNotOpen);
  REQUIRE(story.Do(&Conduct::FilePlan, story.Plan(), &filed).ok());
  CHECK(filed.plan().name() == story.name + "/plans/2");
  story.world.Advance(absl::Hours(1));
  const auto accept = story.Assessment(2, v1::PLAN_VERDICT_ACCEPTED);
  REQUIRE(story.Do(&Conduct::AssessPlan, accept, &assessed).ok());
  CHECK(assessed.plan().assessment().assessed_by().person() == "p1");
  CHECK(story.Refused(&Conduct::AssessPlan, story.Assessment(3, v1::PLAN_VERDICT_ACCEPTED)) ==
        Reason::kNotFound);

  v1::GetRecallPlanRequest get;
  get.set_parent(story.name);
  v1::GetRecallPlanResponse got;
  REQUIRE(story.world.conduct->GetRecallPlan(Context().get(), get, &got).ok());
  CHECK(got.plan().SerializeAsString() == assessed.plan().SerializeAsString());
  *get.mutable_as_of() = first;
  REQUIRE(story.world.conduct->GetRecallPlan(Context().get(), get, &got).ok());
  CHECK(got.plan().name() == story.name + "/plans/1");
  CHECK_FALSE(got.plan().has_assessment());
  CHECK(story.world.Facts("shian.trace.recall.planned").size() == 2);
  CHECK(story.world.Facts("shian.trace.recall.plan_assessed").size() == 2);
  for (const auto& fact : story.world.Facts("shian.trace.recall.planned")) {
    CHECK(fact.change.payload.find("张三") == std::string::npos);
  }

  // The operator's erasure takes whom its plans name.
  registry::v1::OperatorErased erased;
  erased.set_name(story.world.OnlyRecall().operator_());
  story.world.React(ErasureReactions(), "shian.registry.operator.erased",
                    erased.SerializeAsString());
  for (const bool past : {true, false}) {
    if (!past) get.clear_as_of();
    REQUIRE(story.world.conduct->GetRecallPlan(Context().get(), get, &got).ok());
    CHECK(got.plan().content().contact_name().empty());
    CHECK(got.plan().content().contact_details().empty());
  }
}

void Overturn(Story& story) {
  inspection::v1::SampleFinalised overturned;
  overturned.set_sample("samples/1");
  overturned.set_outcome(inspection::v1::SAMPLE_OUTCOME_OVERTURNED);
  story.world.React(RecallReactions(story.world.host->edge()), "shian.inspection.sample.finalised",
                    overturned.SerializeAsString());
}

TEST_CASE("an ordered recall whose ground falls away before it starts is corrected in public") {
  Story story;
  story.world.Advance(absl::Hours(49));
  v1::OrderRecallRequest order;
  order.set_name(story.name);
  order.set_reason("逾期未启动召回");
  v1::OrderRecallResponse ordered;
  REQUIRE(story.Do(&Conduct::OrderRecall, order, &ordered, "head", "p2").ok());
  Overturn(story);
  const auto cards = story.Cards();
  REQUIRE(cards.size() == 2);
  CHECK(cards.back().state() == v1::RECALL_STATE_WITHDRAWN);
}

TEST_CASE("a recall that nobody started is ordered, published, and still starts") {
  Story story;
  v1::OrderRecallRequest order;
  order.set_name(story.name);
  order.set_reason("逾期未启动召回");
  CHECK(story.Refused(&Conduct::OrderRecall, order, "head", "p2") == Reason::kRecallNotOverdue);
  CHECK(story.Due()["trace.recall.start"] == std::vector<std::string>{"FreezeScope"});
  story.world.Advance(absl::Hours(49));
  CHECK(story.Due()["trace.recall.start"] ==
        std::vector<std::string>{"OrderRecall", "FreezeScope"});
  CHECK(story.Refused(&Conduct::OrderRecall, order) == Reason::kStepNotAllowed);
  v1::OrderRecallResponse ordered;
  REQUIRE(story.Do(&Conduct::OrderRecall, order, &ordered, "head", "p2").ok());
  CHECK(ordered.recall().state() == v1::RECALL_STATE_PROPOSED);
  CHECK(ordered.recall().order().ordered_by().person() == "p2");
  CHECK(story.Refused(&Conduct::OrderRecall, order, "head", "p2") == Reason::kRecallNotOverdue);
  const auto facts = story.world.Facts("shian.trace.recall.ordered");
  REQUIRE(facts.size() == 1);
  v1::RecallOrdered told;
  REQUIRE(told.ParseFromString(facts[0].change.payload));
  CHECK(told.deadline().rule() == "recall.start_class_2");
  CHECK(story.world.Facts("shian.trace.recall.breached").size() == 1);
  auto cards = story.Cards();
  REQUIRE(cards.size() == 1);
  CHECK(cards[0].ordered());
  CHECK_FALSE(cards[0].has_finish_due_time());
  // Who ordered it does not carry it out.
  v1::Recall frozen;
  CHECK(errors::ReasonOf(rpc::FromGrpc(
            story.world.Freeze(story.name, TokenFor(OfficerNamed("p2", {"handler"})), &frozen))) ==
        Reason::kStepsKeptApart);
  story.Freeze();
  CHECK(story.world.OnlyRecall().order().reason() == "逾期未启动召回");
  cards = story.Cards();
  CHECK(cards.back().ordered());
  CHECK(cards.back().has_finish_due_time());
}

TEST_CASE("more time ends the clock later, explained and published, and breaches nothing before") {
  Story story;
  v1::ExtendRecallRequest extend;
  extend.set_name(story.name);
  extend.set_count(5);
  extend.set_reason("销售范围广");
  CHECK(story.Refused(&Conduct::ExtendRecall, extend, "head", "p2") == Reason::kStepOutOfOrder);
  story.Freeze();
  const auto before = story.world.OnlyRecall();
  CHECK(story.Due()["trace.recall.finish"] ==
        std::vector<std::string>{"ExtendRecall", "CompleteRecall"});
  CHECK(story.Refused(&Conduct::ExtendRecall, extend) == Reason::kStepNotAllowed);
  extend.set_count(11);
  CHECK(story.Refused(&Conduct::ExtendRecall, extend, "head", "p2") ==
        Reason::kRecallNotExtensible);
  extend.set_count(5);
  extend.set_etag("1");
  CHECK(story.Refused(&Conduct::ExtendRecall, extend, "head", "p2") == Reason::kEtagMismatch);
  extend.clear_etag();
  v1::ExtendRecallResponse extended;
  REQUIRE(story.Do(&Conduct::ExtendRecall, extend, &extended, "head", "p2").ok());
  const auto& clock = extended.recall().deadlines(1);
  CHECK(clock.count() == before.deadlines(1).count() + 5);
  CHECK(clock.due_time().seconds() > before.deadlines(1).due_time().seconds());
  CHECK(clock.explanation().find("经同意延长5个工作日") != std::string::npos);
  REQUIRE(extended.recall().extensions_size() == 1);
  CHECK(extended.recall().extensions(0).extended_by().person() == "p2");
  CHECK(story.Refused(&Conduct::ExtendRecall, extend, "head", "p2") ==
        Reason::kRecallNotExtensible);
  CHECK(story.Due()["trace.recall.finish"] == std::vector<std::string>{"CompleteRecall"});
  CHECK(story.world.Facts("shian.trace.recall.extended").size() == 1);
  const auto cards = story.Cards();
  CHECK(cards.back().extension_count() == 5);
  CHECK(cards.back().finish_due_time().seconds() == clock.due_time().seconds());

  // What it was before the extension is shown again.
  v1::GetRecallRequest get;
  get.set_name(story.name);
  *get.mutable_as_of() = before.freeze_time();
  v1::GetRecallResponse then;
  REQUIRE(story.world.recall->GetRecall(Context().get(), get, &then).ok());
  const std::string breached = "shian.trace.recall.breached";
  story.world.Advance(rpc::FromProto(before.deadlines(1).due_time()) - story.world.Now() +
                      absl::Hours(1));
  CHECK(story.world.Facts(breached).empty());
  story.world.Advance(rpc::FromProto(clock.due_time()) - story.world.Now() + absl::Hours(1));
  CHECK(story.world.Facts(breached).size() == 1);
}

TEST_CASE("goods are disposed of by the rule, a wrong row is taken back, and the effect counts") {
  Story story;
  auto destroyed = story.Disposal(policy::v1::RECALL_DISPOSAL_MEASURE_DESTRUCTION);
  CHECK(story.Refused(&Conduct::ReportDisposal, destroyed) == Reason::kStepOutOfOrder);
  story.Freeze();
  story.world.Advance(absl::Hours(2));
  destroyed = story.Disposal(policy::v1::RECALL_DISPOSAL_MEASURE_DESTRUCTION);
  CHECK(story.Refused(&Conduct::ReportDisposal, destroyed) == Reason::kRecallDisposalUnannounced);
  CHECK(story.Refused(&Conduct::ReportDisposal,
                      story.Disposal(policy::v1::RECALL_DISPOSAL_MEASURE_REMEDY)) ==
        Reason::kRecallMeasureNotAllowed);
  auto early = destroyed;
  *early.mutable_dispose_time() = rpc::ToProto(story.world.Now() - absl::Hours(3));
  v1::ReportDisposalResponse done;
  CHECK(story.Do(&Conduct::ReportDisposal, early, &done).error_code() ==
        grpc::StatusCode::INVALID_ARGUMENT);
  *destroyed.mutable_announce_time() = rpc::ToProto(story.world.Now() - absl::Hours(1));
  REQUIRE(story.Do(&Conduct::ReportDisposal, destroyed, &done).ok());
  const std::string first = done.disposal().name();
  CHECK(done.disposal().quantity() == "12.5");
  const auto recorded = done.disposal().record_time();
  story.world.Advance(absl::Hours(1));
  v1::ReportDisposalRequest back;
  back.set_parent(story.name);
  back.set_takes_back(first);
  CHECK(story.Do(&Conduct::ReportDisposal, back, &done).error_code() ==
        grpc::StatusCode::INVALID_ARGUMENT);
  back.set_remark("误报");
  REQUIRE(story.Do(&Conduct::ReportDisposal, back, &done).ok());
  CHECK(story.Refused(&Conduct::ReportDisposal, back) == Reason::kRecallDisposalTakenBack);
  back.set_takes_back(story.name + "/disposals/9");
  CHECK(story.Refused(&Conduct::ReportDisposal, back) == Reason::kNotFound);
  destroyed.set_quantity("10");
  REQUIRE(story.Do(&Conduct::ReportDisposal, destroyed, &done).ok());

  v1::ListDisposalsRequest list;
  list.set_parent(story.name);
  list.set_page_size(1);
  std::vector<v1::RecallDisposal> rows;
  do {
    v1::ListDisposalsResponse page;
    REQUIRE(story.world.conduct->ListDisposals(Context().get(), list, &page).ok());
    rows.insert(rows.end(), page.disposals().begin(), page.disposals().end());
    list.set_page_token(page.next_page_token());
  } while (!list.page_token().empty());
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].taken_back());
  CHECK(rows[1].takes_back() == first);
  *list.mutable_as_of() = recorded;
  v1::ListDisposalsResponse then;
  REQUIRE(story.world.conduct->ListDisposals(Context().get(), list, &then).ok());
  REQUIRE(then.disposals_size() == 1);
  CHECK_FALSE(then.disposals(0).taken_back());

  const auto notices = story.Notices();
  REQUIRE(notices.size() == 2);
  story.Acknowledge(notices[0].name(), "0.1");
  story.world.Advance(absl::Hours(1));
  story.Acknowledge(notices[1].name(), "0.2");
  story.world.Capture(Document(EventJson(
      "TransformationEvent", "11:00:00",
      absl::StrCat(R"("inputEPCList":[")", kMeat, R"("],"outputEPCList":["urn:x:lot:meal"])"))));
  v1::GetRecallEffectRequest ask;
  ask.set_name(story.name);
  v1::GetRecallEffectResponse effect;
  REQUIRE(story.world.conduct->GetRecallEffect(Context().get(), ask, &effect).ok());
  CHECK(effect.effect().notices_issued() == 2);
  CHECK(effect.effect().notices_acknowledged() == 2);
  CHECK(effect.effect().first_acknowledge_seconds() == 3 * 3600);
  CHECK(effect.effect().last_acknowledge_seconds() == 4 * 3600);
  REQUIRE(effect.effect().quantities_size() == 1);
  CHECK(effect.effect().quantities(0).recovered() == "0.3");
  CHECK(effect.effect().quantities(0).disposed() == "10");
  CHECK(effect.effect().lots_frozen() == 2);
  CHECK(effect.effect().lots_late() == 1);
  CHECK(effect.effect().lots_complete());
  *ask.mutable_known_at() = recorded;
  REQUIRE(story.world.conduct->GetRecallEffect(Context().get(), ask, &effect).ok());
  CHECK(effect.effect().notices_acknowledged() == 0);
  CHECK(effect.effect().lots_late() == 0);
  CHECK(effect.effect().quantities(0).disposed() == "12.5");
}

TEST_CASE("a recall is closed when nothing is missing, by another than who froze it") {
  Story story;
  story.Freeze();
  v1::CloseRecallRequest close;
  close.set_name(story.name);
  close.set_summary("已全部追回");
  const auto refused = [&](const std::string& person = "p2") {
    return story.Refused(&Conduct::CloseRecall, close, "section-chief", person);
  };
  CHECK(refused("p1") == Reason::kStepsKeptApart);
  CHECK(refused() == Reason::kRecallNotCompleted);
  v1::FilePlanResponse filed;
  REQUIRE(story.Do(&Conduct::FilePlan, story.Plan(), &filed).ok());
  const auto notices = story.Notices();
  story.Acknowledge(notices[1].name(), "1");
  story.Complete();
  CHECK(story.Due()["trace.recall.close"] == std::vector<std::string>{"CloseRecall"});
  v1::CloseRecallResponse closed;
  const grpc::Status missing =
      story.Do(&Conduct::CloseRecall, close, &closed, "section-chief", "p2");
  CHECK(errors::ReasonOf(rpc::FromGrpc(missing)) == Reason::kRecallClosingIncomplete);
  for (const char* part : {"召回计划", "000001", "处置"}) {
    CHECK(missing.error_message().find(part) != std::string::npos);
  }
  v1::AssessPlanResponse assessed;
  REQUIRE(story.Do(&Conduct::AssessPlan, story.Assessment(1, v1::PLAN_VERDICT_ACCEPTED), &assessed)
              .ok());
  CHECK(refused() == Reason::kRecallClosingIncomplete);
  v1::UnansweredNotice* unanswered = close.add_unanswered();
  unanswered->set_notice(story.name + "/notices/000009");
  unanswered->set_reason("已停业");
  close.set_no_disposal_reason("追回前已全部售出");
  CHECK(story.Do(&Conduct::CloseRecall, close, &closed, "section-chief", "p2").error_code() ==
        grpc::StatusCode::INVALID_ARGUMENT);
  unanswered->set_notice(notices[0].name());
  REQUIRE(story.Do(&Conduct::CloseRecall, close, &closed, "section-chief", "p2").ok());
  CHECK(closed.recall().state() == v1::RECALL_STATE_CLOSED);
  CHECK(closed.recall().closing().summary() == "已全部追回");
  CHECK(closed.recall().closing().closed_by().person() == "p2");
  CHECK(story.Notices()[0].unanswered_reason() == "已停业");
  CHECK(story.Cards().back().state() == v1::RECALL_STATE_CLOSED);
  CHECK(story.world.Facts("shian.trace.recall.closed").size() == 1);
  CHECK(story.Due().empty());
  CHECK(refused() == Reason::kRecallNotCompleted);
  CHECK(story.Refused(&Conduct::FilePlan, story.Plan()) == Reason::kRecallPlanNotTaken);

  // A closed recall is not withdrawn any more.
  Overturn(story);
  CHECK(story.world.OnlyRecall().state() == v1::RECALL_STATE_CLOSED);
}

}  // namespace
}  // namespace shian::trace
