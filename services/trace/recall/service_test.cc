#include "services/trace/recall/service.h"

#include <map>

#include "services/trace/service_testing.h"

namespace shian::trace {
namespace {

TEST_CASE("a failed sample proposes a recall, an officer freezes it, holders answer") {
  World world;
  world.Capture(MeatChain());
  const auto reactions = RecallReactions(world.host->edge());
  const std::string payload = Notified(world.Now()).SerializeAsString();
  world.React(reactions, "shian.inspection.sample.notified", payload);
  world.React(reactions, "shian.inspection.sample.notified", payload);  // once only
  world.React(GenealogyReactions(), "shian.registry.operator.registered",
              CanteenRegistered().SerializeAsString());
  const v1::Recall proposed = world.OnlyRecall();
  world.Advance(absl::Hours(1));
  CHECK(proposed.state() == v1::RECALL_STATE_PROPOSED);
  CHECK(proposed.recall_class() == v1::RECALL_CLASS_TWO);
  CHECK(proposed.lot() == kMeat);
  REQUIRE(proposed.deadlines_size() == 1);
  CHECK(proposed.deadlines(0).unit() == common::v1::PERIOD_UNIT_HOURS);

  v1::Recall frozen;
  CHECK(world.Freeze(proposed.name(), "", &frozen).error_code() ==
        grpc::StatusCode::UNAUTHENTICATED);
  CHECK(errors::ReasonOf(rpc::FromGrpc(world.Freeze(
            proposed.name(), TokenFor(OfficerNamed("p1", {"legal-reviewer"})), &frozen))) ==
        Reason::kStepNotAllowed);
  const std::string token = TokenFor(OfficerNamed("p1", {"handler"}));
  const grpc::Status done = world.Freeze(proposed.name(), token, &frozen);
  INFO(done.error_message());
  REQUIRE(done.ok());
  CHECK(frozen.lot_count() == 2);
  CHECK(frozen.holder_count() == 2);
  CHECK(frozen.deadlines_size() == 2);
  CHECK(errors::ReasonOf(rpc::FromGrpc(world.Freeze(proposed.name(), token, &frozen))) ==
        Reason::kRecallNotProposed);

  world.Capture(Document(EventJson(
      "TransformationEvent", "11:00:00",
      absl::StrCat(R"("inputEPCList":[")", kMeat, R"("],"outputEPCList":["urn:x:lot:meal"])"))));
  v1::ListRecallLotsRequest lots;
  lots.set_parent(proposed.name());
  lots.set_page_size(1);
  std::map<std::string, bool> late;
  do {
    v1::ListRecallLotsResponse page;
    REQUIRE(world.recall->ListRecallLots(Context().get(), lots, &page).ok());
    for (const auto& lot : page.lots()) late[lot.epc()] = lot.late();
    lots.set_page_token(page.next_page_token());
  } while (!lots.page_token().empty());
  CHECK(late == std::map<std::string, bool>{{kMeat, false},
                                            {"https://id.gs1.org/00/069012340000000016", false},
                                            {"urn:x:lot:meal", true}});

  v1::ListRecallNoticesRequest list;
  list.set_parent(proposed.name());
  v1::ListRecallNoticesResponse notices;
  REQUIRE(world.recall->ListRecallNotices(Context().get(), list, &notices).ok());
  REQUIRE(notices.notices_size() == 2);
  const v1::RecallNotice& canteen = notices.notices(1);
  CHECK(canteen.operator_() == "operators/canteen");
  CHECK(canteen.last_holder());
  world.Advance(absl::Hours(1));
  v1::AcknowledgeNoticeRequest answer;
  answer.set_request_id(NewUuid7(absl::Now()));
  answer.set_name(canteen.name());
  answer.set_recovered_quantity("12.50");
  answer.set_recovered_uom("KGM");
  v1::AcknowledgeNoticeResponse acknowledged;
  REQUIRE(world.recall->AcknowledgeNotice(Context().get(), answer, &acknowledged).ok());
  CHECK(acknowledged.notice().recovered_quantity() == "12.5");
  CHECK(world.OnlyRecall().acknowledged_count() == 1);

  // A second answer states new quantities; the first stays true of its time.
  const auto answered = acknowledged.notice().acknowledge_time();
  world.Advance(absl::Hours(1));
  answer.set_request_id(NewUuid7(absl::Now()));
  answer.set_recovered_quantity("20");
  REQUIRE(world.recall->AcknowledgeNotice(Context().get(), answer, &acknowledged).ok());
  CHECK(world.OnlyRecall().acknowledged_count() == 1);
  const auto quantity = [&](const google::protobuf::Timestamp* as_of) {
    if (as_of != nullptr) *list.mutable_as_of() = *as_of;
    v1::ListRecallNoticesResponse out;
    REQUIRE(world.recall->ListRecallNotices(Context().get(), list, &out).ok());
    list.clear_as_of();
    return out.notices_size() < 2 ? "none" : out.notices(1).recovered_quantity();
  };
  CHECK(quantity(nullptr) == "20");
  CHECK(quantity(&answered) == "12.5");
  const v1::Recall under_way = world.OnlyRecall();
  CHECK(quantity(&under_way.freeze_time()) == "");
  CHECK(quantity(&proposed.propose_time()) == "none");

  inspection::v1::SampleFinalised overturned;
  overturned.set_sample("samples/1");
  overturned.set_outcome(inspection::v1::SAMPLE_OUTCOME_OVERTURNED);
  world.React(reactions, "shian.inspection.sample.finalised", overturned.SerializeAsString());
  CHECK(world.OnlyRecall().state() == v1::RECALL_STATE_WITHDRAWN);
  CHECK(world.Facts("shian.trace.recall.breached").empty());

  // Each past of the recall is what was recorded by then, the filter on its state too.
  v1::ListRecallsRequest past;
  const auto count = [&](v1::RecallState state) {
    past.set_state(state);
    v1::ListRecallsResponse out;
    REQUIRE(world.recall->ListRecalls(Context().get(), past, &out).ok());
    return out.recalls_size();
  };
  *past.mutable_known_at() = answered;
  CHECK(count(v1::RECALL_STATE_FROZEN) == 1);
  CHECK(count(v1::RECALL_STATE_WITHDRAWN) == 0);
  *past.mutable_known_at() = proposed.propose_time();
  CHECK(count(v1::RECALL_STATE_FROZEN) == 0);
  CHECK(count(v1::RECALL_STATE_PROPOSED) == 1);
  v1::GetRecallRequest get;
  get.set_name(proposed.name());
  *get.mutable_as_of() = proposed.propose_time();
  v1::GetRecallResponse then;
  REQUIRE(world.recall->GetRecall(Context().get(), get, &then).ok());
  CHECK(then.recall().SerializeAsString() == proposed.SerializeAsString());
  get.mutable_as_of()->set_seconds(get.as_of().seconds() - 1);
  CHECK(world.recall->GetRecall(Context().get(), get, &then).error_code() ==
        grpc::StatusCode::NOT_FOUND);
  get.mutable_as_of()->set_seconds(int64_t{1} << 62);
  CHECK(world.recall->GetRecall(Context().get(), get, &then).error_code() ==
        grpc::StatusCode::INVALID_ARGUMENT);

  registry::v1::OperatorErased erased;
  erased.set_name("operators/canteen");
  world.React(ErasureReactions(), "shian.registry.operator.erased", erased.SerializeAsString());
}

TEST_CASE("a duty whose clock ran out is told once, and dated when it ran out") {
  World world;
  world.Capture(MeatChain());
  const auto reactions = RecallReactions(world.host->edge());
  world.React(reactions, "shian.inspection.sample.notified",
              Notified(world.Now()).SerializeAsString());
  const v1::Recall proposed = world.OnlyRecall();
  const auto start = proposed.deadlines(0).due_time();
  const std::string breached = "shian.trace.recall.breached";
  world.Advance(rpc::FromProto(start) - world.Now());
  CHECK(world.Facts(breached).empty());
  world.Advance(absl::Microseconds(1));
  world.Advance(absl::Hours(1));
  auto facts = world.Facts(breached);
  REQUIRE(facts.size() == 1);
  v1::RecallBreached told;
  REQUIRE(told.ParseFromString(facts[0].change.payload));
  CHECK(told.recall() == proposed.name());
  CHECK(told.operator_() == proposed.operator_());
  CHECK(told.duty() == v1::RECALL_DUTY_START);
  CHECK(told.due_time().seconds() == start.seconds());
  CHECK(told.deadline().legal_basis().article() == "第十三条");
  CHECK(told.deadline().policy_revision().size() == 64);
  CHECK(facts[0].change.time == rpc::FromProto(start));

  // The second clock runs from the freeze until the recall is completed.
  const std::string token = TokenFor(OfficerNamed("p1", {"handler"}));
  v1::CompleteRecallRequest complete;
  complete.set_request_id(NewUuid7(absl::Now()));
  complete.set_name(proposed.name());
  v1::CompleteRecallResponse completed;
  CHECK(errors::ReasonOf(rpc::FromGrpc(world.recall->CompleteRecall(
            Context(token).get(), complete, &completed))) == Reason::kRecallNotFrozen);
  v1::Recall frozen;
  REQUIRE(world.Freeze(proposed.name(), token, &frozen).ok());
  REQUIRE(frozen.deadlines_size() == 2);
  world.Advance(absl::Hours(24 * 60));
  facts = world.Facts(breached);
  REQUIRE(facts.size() == 2);
  REQUIRE(told.ParseFromString(facts[1].change.payload));
  CHECK(told.duty() == v1::RECALL_DUTY_FINISH);
  CHECK(told.deadline().legal_basis().article() == "第十八条");
  REQUIRE(world.recall->CompleteRecall(Context(token).get(), complete, &completed).ok());
  CHECK(completed.recall().state() == v1::RECALL_STATE_COMPLETED);
  CHECK(completed.recall().deadlines(1).has_done_time());
  world.Advance(absl::Hours(24));
  CHECK(world.Facts(breached).size() == 2);
}

TEST_CASE("a recall completed in time breaches nothing") {
  World world;
  world.Capture(MeatChain());
  world.React(RecallReactions(world.host->edge()), "shian.inspection.sample.notified",
              Notified(world.Now()).SerializeAsString());
  const std::string token = TokenFor(OfficerNamed("p1", {"handler"}));
  v1::Recall frozen;
  REQUIRE(world.Freeze(world.OnlyRecall().name(), token, &frozen).ok());
  world.Advance(absl::Hours(24));
  v1::CompleteRecallRequest complete;
  complete.set_request_id(NewUuid7(absl::Now()));
  complete.set_name(frozen.name());
  v1::CompleteRecallResponse completed;
  REQUIRE(world.recall->CompleteRecall(Context(token).get(), complete, &completed).ok());
  world.Advance(absl::Hours(24 * 60));
  CHECK(world.Facts("shian.trace.recall.breached").empty());
}

}  // namespace
}  // namespace shian::trace
