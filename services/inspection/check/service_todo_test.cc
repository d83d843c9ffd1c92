// Alerts of trace as something due, at once and in the end.
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <thread>

#include "services/inspection/check/store.h"
#include "services/inspection/check/store_alert.h"
#include "services/inspection/check/testing_alert.h"

namespace shian::inspection {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)

TEST_CASE("an alert that came before any rule is due without an end") {
  World world;
  check::Alert alert;
  alert.operator_id = std::string(kFirm).substr(10);
  alert.number = 1;
  alert.alert = "excursions/old";
  alert.region = kRegion;
  alert.received = StartOfDay(Date(2020, 1, 2));
  store::WriteContext context;
  context.now = world.Now();
  const auto written = world.host->edge().store().WriteAndWait(
      context, [alert](store::WriteTx& tx) -> absl::StatusOr<std::string> {
        check::Alert copy = alert;
        RETURN_IF_ERROR(check::PutAlert(tx, copy));
        return std::string();
      });
  REQUIRE(written.ok());
  world.Advance(absl::Hours(24 * 60));
  REQUIRE(Due(world).size() == 1);
  CHECK(Due(world)[0].deadline().pending_calendar());
  CHECK_FALSE(Due(world)[0].deadline().explanation().empty());
  CHECK_FALSE(Due(world)[0].overdue());
  CHECK_FALSE(Get(world, kAlert).has_deadline());
  CHECK(world.Facts("shian.inspection.todo.escalated").empty());
}

TEST_CASE("an alert that nobody looks into climbs each rung once") {
  World world;
  TellFound(world, Excursion(world, "excursions/e1"));
  const auto rungs = [&] {
    std::map<int, int> count;
    for (const auto& fact : world.Facts("shian.inspection.todo.escalated")) {
      common::v1::TodoEscalated told;
      REQUIRE(told.ParseFromString(fact.change.payload));
      CHECK(told.matter() == kAlert);
      CHECK(told.kind() == kKind);
      ++count[told.rung()];
    }
    return count;
  };
  world.Advance(absl::Hours(24 * 7));
  CHECK_FALSE(Due(world)[0].overdue());
  CHECK(rungs().empty());
  for (int i = 0; i < 2; ++i) {
    world.Advance(absl::Hours(24 * 40));
    REQUIRE(Due(world)[0].overdue());
    CHECK(Due(world)[0].rung() == 3);
    CHECK(rungs() == std::map<int, int>{{1, 1}, {2, 1}, {3, 1}});
  }
  v1::SettleTraceAlertResponse out;
  RequireOk(Settle(world, Order(v1::TRACE_ALERT_FINDING_UNFOUNDED), "section-chief", &out));
  CHECK(Due(world).empty());
}

TEST_CASE("an erasure empties the words of alerts and of facts about them") {
  World world;
  TellFound(world, Excursion(world, "excursions/e1"));
  TellFound(world, Excursion(world, "excursions/e2"));
  v1::SettleTraceAlertResponse out;
  RequireOk(Settle(world, Order(v1::TRACE_ALERT_FINDING_FOUNDED), "handler", &out));
  registry::v1::OperatorErased erased;
  erased.set_name(kFirm);
  world.React(frame::RegistryReactions({check::EraseRemarks, check::EraseAlertTexts}),
              "shian.registry.operator.erased", erased);
  const auto alerts = List(world, false);
  REQUIRE(alerts.size() == 2);
  for (const v1::TraceAlert& alert : alerts) {
    CHECK(alert.subject().empty());
    CHECK(alert.place().empty());
    CHECK(alert.summary().empty());
    CHECK(alert.reason().empty());
  }
  CHECK(alerts[0].finding() == v1::TRACE_ALERT_FINDING_FOUNDED);
  REQUIRE(world.Facts(kSettled).size() == 1);
  CHECK(world.Facts(kSettled)[0].erased);
}

TEST_CASE("of several who settle an alert at once one does") {
  World world;
  TellFound(world, Excursion(world, "excursions/e1"));
  constexpr size_t kEach = 3;
  std::vector<grpc::Status> settled(kEach), visited(kEach);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < kEach; ++i) {
    threads.emplace_back([&, i] {
      v1::SettleTraceAlertResponse out;
      settled[i] = Settle(world, Order(v1::TRACE_ALERT_FINDING_EXPLAINED), "handler", &out);
    });
    threads.emplace_back([&, i] {
      v1::RecordCheckResponse out;
      visited[i] = world.Call(*world.StubAs<Checks>("ctl"), &Checks::Stub::RecordCheck,
                              Visit(world, {kAlert}), &out, "i1", "inspector");
    });
  }
  for (std::thread& thread : threads) thread.join();
  const bool by_visit = !Get(world, kAlert).check().empty();
  int done = 0;
  for (const grpc::Status& status : settled) {
    if (status.ok()) {
      ++done;
    } else {
      CHECK(ReasonOf(status) == Reason::kStepAlreadyDone);
    }
  }
  CHECK(done == (by_visit ? 0 : 1));
  for (const grpc::Status& status : visited) RequireOk(status);
  CHECK(world.Facts(kSettled).size() == 1);
  CHECK(Get(world, kAlert).etag() == "v2");
}

}  // namespace
}  // namespace shian::inspection
