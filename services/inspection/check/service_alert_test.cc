// Alerts of trace, over the wire: filed once, settled by a visit, an officer or trace itself.
#include <catch2/catch.hpp>
#include <string>

#include "services/inspection/check/testing_alert.h"

namespace shian::inspection {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)

TEST_CASE("an alert is filed once, is due, and ends with the visit that names it") {
  World world;
  const trace::v1::FoundExcursion found = Excursion(world, "excursions/e1");
  TellFound(world, found);
  TellFound(world, found);
  TellFound(world, Excursion(world, "excursions/e2", kOther));
  REQUIRE(List(world, true, kFirm).size() == 1);
  REQUIRE(List(world, false).size() == 2);
  const v1::TraceAlert alert = Get(world, kAlert);
  CHECK(alert.alert() == "excursions/e1");
  CHECK(alert.kind() == v1::TRACE_ALERT_KIND_COLD_EXCURSION);
  CHECK(alert.state() == v1::TRACE_ALERT_STATE_OPEN);
  CHECK(alert.region() == kRegion);
  CHECK(alert.deadline().count() == 10);
  CHECK(alert.deadline().legal_basis().article() == "第四十二条");
  CHECK_FALSE(alert.deadline().has_done_time());

  REQUIRE(Due(world).size() == 2);
  const common::v1::Todo todo = Due(world)[0];
  CHECK(todo.matter() == kAlert);
  CHECK(todo.operator_() == kFirm);
  CHECK(todo.party_name() == "某餐馆");
  CHECK(todo.title() == "核查追溯预警");
  CHECK_FALSE(todo.right());
  REQUIRE(todo.next_acts_size() == 2);
  CHECK(todo.next_acts(0).method() == "shian.inspection.v1.CheckService/RecordCheck");
  CHECK(todo.next_acts(1).method() == "shian.inspection.v1.TraceAlertService/SettleTraceAlert");

  auto checks = world.StubAs<Checks>("ctl");
  v1::RecordCheckResponse recorded;
  const auto visit = [&](const std::vector<std::string>& alerts) {
    return world.Call(*checks, &Checks::Stub::RecordCheck, Visit(world, alerts), &recorded, "i1",
                      "inspector");
  };
  for (const char* wrong : {"alerts/91410902MA1FL00102-0001", "alerts/91410902MA1FL00101-0002",
                            "alerts/91410902MA1FL00101-1", "alerts/7", "excursions/e1"}) {
    INFO(wrong);
    const grpc::Status refused = visit({kAlert, wrong});
    CHECK(refused.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
    CHECK(refused.error_message().find("trace_alerts[1]") != std::string::npos);
  }
  CHECK(visit(std::vector<std::string>(51, kAlert)).error_code() ==
        grpc::StatusCode::INVALID_ARGUMENT);
  REQUIRE(world.Facts(kSettled).empty());
  REQUIRE(world.Facts("shian.inspection.check.recorded").empty());

  RequireOk(visit({kAlert, kAlert}));
  REQUIRE(recorded.check().trace_alerts_size() == 2);
  v1::GetCheckRequest get;
  get.set_name(recorded.check().name());
  v1::GetCheckResponse got;
  RequireOk(checks->GetCheck(Context().get(), get, &got));
  CHECK(got.check().trace_alerts(0) == kAlert);
  const v1::TraceAlert settled = Get(world, kAlert);
  CHECK(settled.state() == v1::TRACE_ALERT_STATE_SETTLED);
  CHECK(settled.finding() == v1::TRACE_ALERT_FINDING_CHECKED);
  CHECK(settled.check() == recorded.check().name());
  CHECK(settled.deadline().has_done_time());
  CHECK(List(world, true, kFirm).empty());
  REQUIRE(Due(world).size() == 1);
  CHECK(Due(world)[0].operator_() == kOther);

  const auto facts = world.Facts(kSettled);
  REQUIRE(facts.size() == 1);
  v1::TraceAlertSettled told;
  REQUIRE(told.ParseFromString(facts[0].change.payload));
  CHECK(facts[0].change.subject == kFirm);
  CHECK(told.alert() == "excursions/e1");
  CHECK(told.check() == recorded.check().name());
  CHECK(told.finding() == v1::TRACE_ALERT_FINDING_CHECKED);
  CHECK(facts[0].change.payload.find("i1") == std::string::npos);

  // A further visit may name it too and settles nothing again; trace's word comes too late.
  RequireOk(visit({kAlert}));
  CHECK(world.Facts(kSettled).size() == 1);
  TellWithdrawn(world, found);
  CHECK(Get(world, kAlert).state() == v1::TRACE_ALERT_STATE_SETTLED);
  CHECK(Get(world, kAlert).has_withdraw_time());
  CHECK(Get(world, kAlert).check() == settled.check());
}

TEST_CASE("an officer settles an alert without a visit, once") {
  World world;
  TellFound(world, Excursion(world, "excursions/e1"));
  v1::SettleTraceAlertResponse out;
  v1::SettleTraceAlertRequest order = Order(v1::TRACE_ALERT_FINDING_EXPLAINED);
  const auto stub = world.StubAs<Alerts>("ctl");
  CHECK(world.Call(*stub, &Alerts::Stub::SettleTraceAlert, order, &out).error_code() ==
        grpc::StatusCode::UNAUTHENTICATED);
  CHECK(ReasonOf(Settle(world, order, "sampler", &out)) == Reason::kStepNotAllowed);
  CHECK(ReasonOf(Settle(world, Order(v1::TRACE_ALERT_FINDING_CHECKED), "handler", &out)) ==
        Reason::kFieldInvalid);
  CHECK(ReasonOf(Settle(world, Order(v1::TRACE_ALERT_FINDING_UNSPECIFIED), "handler", &out)) ==
        Reason::kFieldInvalid);
  for (const std::string& reason : {std::string(), std::string(1001, 'x')}) {
    order.set_reason(reason);
    CHECK(ReasonOf(Settle(world, order, "handler", &out)) == Reason::kFieldInvalid);
  }
  order = Order(v1::TRACE_ALERT_FINDING_EXPLAINED);
  for (const char* name : {"alerts/91410902MA1FL00101-0002", "alerts/91410902MA1FL00101-1",
                           "alerts/91410902MA1FL00101-01", "alerts/x"}) {
    INFO(name);
    order.set_name(name);
    CHECK(ReasonOf(Settle(world, order, "handler", &out)) == Reason::kNotFound);
  }
  order.set_name(kAlert);
  order.set_etag("v0");
  CHECK(ReasonOf(Settle(world, order, "handler", &out)) == Reason::kEtagMismatch);
  order.set_etag(Get(world, kAlert).etag());

  // The same request again gives the first answer; another one comes too late.
  order.set_request_id(NewUuid7(absl::Now()));
  const std::string token = TokenFor(OfficerNamed("p-7", {"handler"}));
  RequireOk(stub->SettleTraceAlert(Context(token).get(), order, &out));
  v1::SettleTraceAlertResponse again;
  RequireOk(stub->SettleTraceAlert(Context(token).get(), order, &again));
  CHECK(again.alert().etag() == out.alert().etag());
  CHECK(ReasonOf(Settle(world, order, "handler", &out)) == Reason::kEtagMismatch);
  order.clear_etag();
  CHECK(ReasonOf(Settle(world, order, "handler", &out)) == Reason::kStepAlreadyDone);

  const v1::TraceAlert settled = Get(world, kAlert);
  CHECK(settled.finding() == v1::TRACE_ALERT_FINDING_EXPLAINED);
  CHECK(settled.reason() == "传感器故障");
  CHECK(settled.check().empty());
  CHECK(settled.officer().empty());
  CHECK(Get(world, kAlert, token).officer() == "p-7");
  CHECK(Due(world).empty());
  const auto facts = world.Facts(kSettled);
  REQUIRE(facts.size() == 1);
  for (const char* word : {"p-7", "传感器故障"}) {
    CHECK(facts[0].change.payload.find(word) == std::string::npos);
  }
}

TEST_CASE("what trace takes back before anybody looked into it is not due any more") {
  World world;
  trace::v1::ImbalanceFound found;
  trace::v1::FoundImbalance& imbalance = *found.mutable_imbalance();
  imbalance.set_name("imbalances/b1");
  imbalance.set_operator_(kFirm);
  imbalance.set_region(kRegion);
  imbalance.set_verdict(trace::v1::BALANCE_VERDICT_OVER);
  imbalance.set_process("urn:example:process:1");
  world.React(check::TraceReactions(), "shian.trace.balance.alerted", found);
  REQUIRE(Due(world).size() == 1);
  CHECK(Get(world, kAlert).kind() == v1::TRACE_ALERT_KIND_MASS_BALANCE_OVER);
  trace::v1::ImbalanceWithdrawn withdrawn;
  *withdrawn.mutable_imbalance() = imbalance;
  for (int i = 0; i < 2; ++i) {
    world.React(check::TraceReactions(), "shian.trace.balance.withdrawn", withdrawn);
    CHECK(Get(world, kAlert).state() == v1::TRACE_ALERT_STATE_WITHDRAWN);
    CHECK(Get(world, kAlert).etag() == "v2");
    // What comes twice by the feed is no new alert.
    world.React(check::TraceReactions(), "shian.trace.balance.alerted", found);
  }
  CHECK(Due(world).empty());
  CHECK(List(world, false).size() == 1);
  v1::SettleTraceAlertResponse out;
  CHECK(ReasonOf(Settle(world, Order(v1::TRACE_ALERT_FINDING_FOUNDED), "handler", &out)) ==
        Reason::kStepAlreadyDone);
  // A visit that went there nevertheless may name it.
  v1::RecordCheckResponse recorded;
  RequireOk(world.Call(*world.StubAs<Checks>("ctl"), &Checks::Stub::RecordCheck,
                       Visit(world, {kAlert}), &recorded, "i1", "inspector"));
  CHECK(Get(world, kAlert).state() == v1::TRACE_ALERT_STATE_WITHDRAWN);
  CHECK(world.Facts(kSettled).empty());
}

TEST_CASE("alerts without a name, of nobody, or of somebody who is not known yet") {
  World world;
  TellFound(world, Excursion(world, ""));
  const std::string first = Get(world, kAlert).alert();
  CHECK(first.find("/facts/") != std::string::npos);
  TellWithdrawn(world, Excursion(world, ""));  // of whichever: nothing is taken back
  TellWithdrawn(world, Excursion(world, "excursions/never-told"));
  CHECK(Get(world, kAlert).state() == v1::TRACE_ALERT_STATE_OPEN);
  TellFound(world, Excursion(world, "excursions/e0", ""));
  REQUIRE(Due(world).size() == 1);

  trace::v1::FoundExcursion stranger = Excursion(world, "excursions/e9", "operators/stranger");
  stranger.clear_region();
  TellFound(world, stranger);
  const v1::TraceAlert alert = Get(world, "alerts/stranger-0001");
  CHECK(alert.state() == v1::TRACE_ALERT_STATE_OPEN);
  CHECK(alert.region() == kRegion);  // ours, as long as nobody says another
  REQUIRE(Due(world).size() == 2);
  CHECK(Due(world)[1].party_name().empty());
  // What was found elsewhere is the business of that division, and no visit from here settles it.
  trace::v1::FoundExcursion away = Excursion(world, "excursions/away");
  away.set_region("410100");
  TellFound(world, away);
  CHECK(List(world, false).size() == 2);
  v1::RecordCheckResponse recorded;
  CHECK(ReasonOf(world.Call(*world.StubAs<Checks>("ctl"), &Checks::Stub::RecordCheck,
                            Visit(world, {kAlert, "alerts/91410902MA1FL00101-0002"}), &recorded,
                            "i1", "inspector")) == Reason::kRegionNotAllowed);
  CHECK(Get(world, kAlert).state() == v1::TRACE_ALERT_STATE_OPEN);
}

}  // namespace
}  // namespace shian::inspection
