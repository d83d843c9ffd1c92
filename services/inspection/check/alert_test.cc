// Alerts without store and wire: what they are, and what trace's findings become.
#include "services/inspection/check/alert.h"

#include <catch2/catch.hpp>

#include "libs/errors/errors.h"
#include "services/inspection/check/convert_alert.h"

namespace shian::inspection::check {
namespace {

trace::v1::FoundImbalance Imbalance(trace::v1::BalanceVerdict verdict) {
  trace::v1::FoundImbalance found;
  found.set_name("imbalances/7");
  found.set_process("urn:example:process:1");
  found.set_verdict(verdict);
  found.set_operator_("operators/91410902MA1FL00101");
  trace::v1::DimensionBalance* sums = found.add_dimensions();
  sums->set_uom("KGM");
  sums->set_input("100");
  sums->set_output("120.5");
  found.mutable_rule()->set_title_zh("冷鲜肉分割");
  return found;
}

TEST_CASE("an alert is open until it is settled or withdrawn, and what was settled stays so") {
  Alert alert;
  REQUIRE(StateOf(alert) == AlertState::kOpen);
  REQUIRE(CheckOpen(alert).ok());
  alert.withdrawn = absl::UnixEpoch();
  REQUIRE(StateOf(alert) == AlertState::kWithdrawn);
  REQUIRE(errors::ReasonOf(CheckOpen(alert)) == errors::Reason::kStepAlreadyDone);
  alert.settled.emplace();
  REQUIRE(StateOf(alert) == AlertState::kSettled);
  alert.withdrawn.reset();
  REQUIRE(StateOf(alert) == AlertState::kSettled);
  REQUIRE(errors::ReasonOf(CheckOpen(alert)) == errors::Reason::kStepAlreadyDone);
}

TEST_CASE("an erasure takes the words and leaves what was found") {
  Alert alert = ToAlert(Imbalance(trace::v1::BALANCE_VERDICT_OVER));
  alert.place = "https://id.gs1.org/414/6901234056785";
  alert.settled =
      Settlement{AlertFinding::kFounded, absl::UnixEpoch(), "", "张某说", "p", "o", "c"};
  EraseTexts(alert);
  REQUIRE(alert.subject.empty());
  REQUIRE(alert.place.empty());
  REQUIRE(alert.summary.empty());
  REQUIRE(alert.settled->reason.empty());
  REQUIRE(alert.settled->finding == AlertFinding::kFounded);
  REQUIRE(alert.settled->person == "p");
  REQUIRE(alert.alert == "imbalances/7");
}

TEST_CASE("what an excursion says, to the digit") {
  const struct {
    int64_t milli;
    const char* text;
  } cases[] = {{0, "0℃"},      {-9500, "-9.5℃"}, {8, "0.008℃"},      {-8, "-0.008℃"},
               {8200, "8.2℃"}, {12000, "12℃"},   {-18050, "-18.05℃"}};
  for (const auto& one : cases) {
    trace::v1::FoundExcursion found;
    found.mutable_excursion()->set_band("frozen");
    found.mutable_excursion()->set_worst_millicelsius(one.milli);
    found.mutable_excursion()->set_epc("urn:example:lot:1");
    const Alert alert = ToAlert(found);
    INFO(alert.summary);
    REQUIRE(alert.kind == AlertKind::kColdExcursion);
    REQUIRE(alert.subject == "urn:example:lot:1");
    REQUIRE(alert.summary.find(std::string("为") + one.text) != std::string::npos);
    REQUIRE(alert.summary.find("frozen") != std::string::npos);
  }
}

TEST_CASE("what an imbalance says, over and short") {
  const Alert over = ToAlert(Imbalance(trace::v1::BALANCE_VERDICT_OVER));
  REQUIRE(over.kind == AlertKind::kBalanceOver);
  REQUIRE(over.operator_id == "91410902MA1FL00101");
  REQUIRE(over.subject == "urn:example:process:1");
  REQUIRE(over.summary == "物料平衡超出；收入100KGM，付出120.5KGM（规则：冷鲜肉分割）");
  trace::v1::FoundImbalance lot = Imbalance(trace::v1::BALANCE_VERDICT_SHORT);
  lot.set_lot("urn:example:lot:1");
  const Alert shortage = ToAlert(lot);
  REQUIRE(shortage.kind == AlertKind::kBalanceShort);
  REQUIRE(shortage.subject == "urn:example:lot:1");
}

TEST_CASE("who settled an alert and why is in no fact") {
  Alert alert = ToAlert(Imbalance(trace::v1::BALANCE_VERDICT_OVER));
  alert.settled = Settlement{
      AlertFinding::kFounded, absl::UnixEpoch(), "checks/7-0001", "张某说", "WHO", "WHERE", "CARD"};
  const std::string told = ToSettled(alert).SerializeAsString();
  for (const char* word : {"张某说", "WHO", "WHERE", "CARD"}) {
    REQUIRE(told.find(word) == std::string::npos);
  }
  REQUIRE(told.find("checks/7-0001") != std::string::npos);
  REQUIRE(ToSettled(alert).finding() == v1::TRACE_ALERT_FINDING_FOUNDED);
}

}  // namespace
}  // namespace shian::inspection::check
