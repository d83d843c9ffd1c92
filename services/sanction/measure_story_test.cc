// Orders to departments from the publication to the confirmed lifting, with an objection on the
// way.
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "services/sanction/testing_world.h"
#include "shian/common/v1/todo_service.grpc.pb.h"
#include "shian/ledger/v1/feed_service.grpc.pb.h"

namespace shian::sanction {
namespace {

using testing::Cases;
using testing::DecideAll;
using testing::kAllowed;
using testing::Listings;
using testing::Measures;
using testing::Morning;
using testing::ReasonOf;
using testing::TakeEffect;
using testing::World;

constexpr char kFinance[] = "finance-bureau";

std::vector<v1::Measure> MeasuresOf(World& world, const char* system) {
  v1::ListMeasuresRequest in;
  v1::ListMeasuresResponse out;
  REQUIRE(ReasonOf(world.Read(&Measures::ListMeasures, in, &out, system)) == kAllowed);
  return {out.measures().begin(), out.measures().end()};
}

// Calls as a department's system, with a request id of its own.
template <class In, class Out>
std::string As(World& world, const char* system,
               grpc::Status (Measures::*method)(grpc::ClientContext*, const In&, Out*), In in,
               Out* out) {
  in.set_request_id(NewUuid7(absl::Now()));
  return ReasonOf(world.Read(method, in, out, system));
}

std::string Acknowledge(World& world, const std::string& name, v1::Measure* measure) {
  v1::AcknowledgeMeasureRequest in;
  in.set_name(name);
  v1::AcknowledgeMeasureResponse out;
  const std::string reason = As(world, kFinance, &Measures::AcknowledgeMeasure, in, &out);
  *measure = out.measure();
  return reason;
}

std::string Report(World& world, const std::string& name, v1::MeasureOutcome outcome,
                   v1::Measure* measure) {
  v1::ReportMeasureOutcomeRequest in;
  in.set_name(name);
  in.set_outcome(outcome);
  v1::ReportMeasureOutcomeResponse out;
  const std::string reason = As(world, kFinance, &Measures::ReportMeasureOutcome, in, &out);
  *measure = out.measure();
  return reason;
}

std::string Object(World& world, const std::string& name, v1::Measure* measure) {
  v1::ObjectToMeasureRequest in;
  in.set_name(name);
  in.set_reasons("该主体在本部门没有财政性资金项目");
  v1::ObjectToMeasureResponse out;
  const std::string reason = As(world, kFinance, &Measures::ObjectToMeasure, in, &out);
  *measure = out.measure();
  return reason;
}

std::string AnswerAs(World& world, const char* post, const std::string& name, bool upheld,
                     v1::Measure* measure) {
  v1::DecideMeasureObjectionRequest in;
  in.set_name(name);
  in.set_upheld(upheld);
  in.set_text("经核查");
  v1::DecideMeasureObjectionResponse out;
  const std::string reason =
      ReasonOf(world.Act("h1", {post}, &Measures::DecideMeasureObjection, in, &out));
  *measure = out.measure();
  return reason;
}

// How many are due of each kind, as the office sees them.
std::map<std::string, int> Due(World& world, const std::string& organisation) {
  common::v1::ListTodosRequest in;
  in.set_organisation(organisation);
  in.set_page_size(500);
  common::v1::ListTodosResponse out;
  const auto stub = common::v1::TodoService::NewStub(world.ChannelAs("ctl"));
  REQUIRE(stub->ListTodos(rpc::testing::Context().get(), in, &out).ok());
  std::map<std::string, int> due;
  for (const auto& todo : out.todos()) ++due[todo.kind()];
  return due;
}

std::vector<std::string> TypesOf(World& world) {
  std::vector<std::string> types;
  for (const auto& fact : world.Facts("shian.sanction.measure.finance-bureau.")) {
    types.push_back(fact.change.type.substr(fact.change.type.rfind('.') + 1));
  }
  return types;
}

v1::MeasureStatistics StatisticsOf(World& world, const std::string& item, int year, int month) {
  v1::GetMeasureStatisticsRequest in;
  for (common::v1::Date* date : {in.mutable_from(), in.mutable_to()}) {
    date->set_year(year);
    date->set_month(month);
    date->set_day(date == &in.from() ? 1 : 28);
  }
  v1::GetMeasureStatisticsResponse out;
  REQUIRE(ReasonOf(world.Read(&Measures::GetMeasureStatistics, in, &out, kFinance)) == kAllowed);
  for (const auto& row : out.rows()) {
    REQUIRE(row.system() == kFinance);
    if (row.item() == item) return row;
  }
  return {};
}

// Grants the repair of an entry whose year is over.
void Repair(World& world, const std::string& entry) {
  v1::RequestRepairRequest ask;
  ask.set_name(entry);
  ask.set_duty_performed(true);
  ask.set_harm_removed(true);
  ask.set_promise_made(true);
  ask.set_text("罚款已缴纳，整改完成");
  v1::RequestRepairResponse asked;
  REQUIRE(ReasonOf(world.Act("c1", {"clerk"}, &Listings::RequestRepair, ask, &asked)) == kAllowed);
  v1::DecideRepairRequest decide;
  decide.set_name(entry);
  decide.set_granted(true);
  decide.set_text("符合条件");
  v1::DecideRepairResponse decided;
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Listings::DecideRepair, decide, &decided)) ==
          kAllowed);
}

TEST_CASE("a department acknowledges one order, objects to another, and confirms the lifting") {
  World world;
  std::string entry;
  const std::string name = DecideAll(world, &entry);
  TakeEffect(world, name, entry);
  const std::vector<v1::Measure> own = MeasuresOf(world, kFinance);
  REQUIRE(own.size() == 2);
  REQUIRE(own[0].list() == "SAMR_SERIOUS");
  REQUIRE_FALSE(own[0].has_start_time());  // it begins with the acknowledgement
  REQUIRE(TypesOf(world) == std::vector<std::string>{"ordered", "ordered"});
  const std::string first = own[0].name(), second = own[1].name();

  v1::Measure measure;
  REQUIRE(Object(world, second, &measure) == "MEASURE_NOT_ACKNOWLEDGED");
  world.AdvanceTo(Morning(2025, 3, 20));
  REQUIRE(Acknowledge(world, first, &measure) == kAllowed);
  REQUIRE(measure.has_start_time());
  REQUIRE(Acknowledge(world, second, &measure) == kAllowed);
  REQUIRE(Report(world, first, v1::MEASURE_OUTCOME_APPLIED, &measure) == kAllowed);
  REQUIRE(Object(world, first, &measure) == "STEP_ALREADY_DONE");

  REQUIRE(Object(world, second, &measure) == kAllowed);
  REQUIRE(measure.state() == v1::MEASURE_STATE_OBJECTED);
  REQUIRE(Due(world, "410902")["sanction.measure.objection"] == 1);
  REQUIRE(Report(world, second, v1::MEASURE_OUTCOME_APPLIED, &measure) == "OBJECTION_PENDING");
  world.AdvanceTo(Morning(2025, 4, 1));
  REQUIRE(AnswerAs(world, "clerk", second, false, &measure) == "STEP_NOT_ALLOWED");
  REQUIRE(AnswerAs(world, "head", second, false, &measure) == kAllowed);
  REQUIRE(measure.state() == v1::MEASURE_STATE_ACKNOWLEDGED);
  REQUIRE(measure.objection().answer() == "经核查");
  REQUIRE(measure.objection().actor().person() == "h1");
  // The days of the objection do not count: twenty working days from the answer, not from March.
  REQUIRE(measure.deadlines(1).due_time().seconds() > absl::ToUnixSeconds(Morning(2025, 4, 25)));
  REQUIRE(AnswerAs(world, "head", second, true, &measure) == "OBJECTION_UNKNOWN");
  REQUIRE(Due(world, kFinance)["sanction.measure.report"] == 1);
  REQUIRE(Due(world, "410902").count("sanction.measure.objection") == 0);

  // March is over, and stays what it was.
  const v1::MeasureStatistics march = StatisticsOf(world, own[1].item(), 2025, 3);
  REQUIRE(march.ordered() == 1);
  REQUIRE(march.acknowledged() == 1);
  REQUIRE(march.response().median_seconds() == 3 * 24 * 3600);
  REQUIRE(march.objected() == 1);
  REQUIRE(march.open() == 1);

  world.AdvanceTo(Morning(2026, 3, 18));
  Repair(world, entry);
  for (const v1::Measure& one : MeasuresOf(world, kFinance)) {
    REQUIRE(one.state() == v1::MEASURE_STATE_LIFTING);
    REQUIRE(one.end_cause() == v1::MEASURE_END_CAUSE_LISTING_ENDED);
  }
  REQUIRE(TypesOf(world) == std::vector<std::string>{"ordered", "ordered", "lifted", "lifted"});
  REQUIRE(Due(world, kFinance) == std::map<std::string, int>{{"sanction.measure.lift", 2}});
  REQUIRE(Report(world, first, v1::MEASURE_OUTCOME_APPLIED, &measure) == "MEASURE_ENDED");
  REQUIRE(Report(world, first, v1::MEASURE_OUTCOME_LIFTED, &measure) == kAllowed);
  REQUIRE(measure.state() == v1::MEASURE_STATE_ENDED);
  REQUIRE(measure.has_confirm_time());
  REQUIRE(Due(world, kFinance) == std::map<std::string, int>{{"sanction.measure.lift", 1}});
  // Three working days later the other one climbs its rungs.
  world.AdvanceTo(Morning(2026, 4, 10));
  REQUIRE(world.Facts("shian.sanction.todo.escalated").size() >= 3);
  REQUIRE(StatisticsOf(world, own[1].item(), 2025, 3).SerializeAsString() ==
          march.SerializeAsString());
}

TEST_CASE("an objection that is upheld takes its order back, and that is told") {
  World world;
  std::string entry;
  const std::string name = DecideAll(world, &entry);
  TakeEffect(world, name, entry);
  const std::string first = MeasuresOf(world, kFinance)[0].name();
  v1::Measure measure;
  REQUIRE(Acknowledge(world, first, &measure) == kAllowed);
  REQUIRE(Object(world, first, &measure) == kAllowed);
  REQUIRE(AnswerAs(world, "head", first, true, &measure) == kAllowed);
  REQUIRE(measure.state() == v1::MEASURE_STATE_WITHDRAWN);
  REQUIRE(measure.end_cause() == v1::MEASURE_END_CAUSE_WITHDRAWN);
  REQUIRE(TypesOf(world) == std::vector<std::string>{"ordered", "ordered", "lifted"});
  REQUIRE(Due(world, kFinance) == std::map<std::string, int>{{"sanction.measure.acknowledge", 1}});
}

TEST_CASE("an objection that is open when the entry ends leaves nothing but the lifting") {
  World world;
  std::string entry;
  const std::string name = DecideAll(world, &entry);
  TakeEffect(world, name, entry);
  const std::string first = MeasuresOf(world, kFinance)[0].name();
  v1::Measure measure;
  REQUIRE(Acknowledge(world, first, &measure) == kAllowed);
  REQUIRE(Object(world, first, &measure) == kAllowed);
  v1::AnnulPenaltyResponse annulled;
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Cases::AnnulPenalty, testing::AnnulmentOf(name),
                             &annulled)) == kAllowed);
  REQUIRE(AnswerAs(world, "head", first, true, &measure) == "MEASURE_ENDED");
  REQUIRE(Due(world, "410902").count("sanction.measure.objection") == 0);
  REQUIRE(Due(world, kFinance) == std::map<std::string, int>{{"sanction.measure.lift", 2}});
  for (const v1::Measure& one : MeasuresOf(world, kFinance)) {
    REQUIRE(one.end_cause() == v1::MEASURE_END_CAUSE_ANNULLED);
  }
}

TEST_CASE("an entry that expires lifts its measures by itself, once") {
  World world;
  std::string entry;
  const std::string name = DecideAll(world, &entry);
  TakeEffect(world, name, entry);
  world.AdvanceTo(Morning(2028, 3, 20));
  REQUIRE(MeasuresOf(world, kFinance)[0].state() == v1::MEASURE_STATE_LIFTING);
  REQUIRE(TypesOf(world) == std::vector<std::string>{"ordered", "ordered", "lifted", "lifted"});
  world.AdvanceTo(Morning(2028, 3, 21));
  REQUIRE(TypesOf(world).size() == 4);
}

TEST_CASE("the catalogue shows what is not in use, and none of it is ordered") {
  World world;
  std::string entry;
  const std::string name = DecideAll(world, &entry);
  TakeEffect(world, name, entry);
  v1::ListMeasureItemsRequest in;
  in.set_catalogue("measure.joint");
  v1::ListMeasureItemsResponse out;
  REQUIRE(ReasonOf(world.Read(&Measures::ListMeasureItems, in, &out)) == kAllowed);
  std::map<std::string, v1::MeasureItem> items;
  for (const v1::MeasureItem& item : out.items()) items[item.item()] = item;
  REQUIRE_FALSE(items.at("school-meal-exclusion").active());
  REQUIRE_FALSE(items.at("school-meal-exclusion").inactive_reason().empty());
  REQUIRE(items.at("procurement-ban").active());
  v1::ListMeasuresRequest all;
  all.set_page_size(500);
  v1::ListMeasuresResponse ordered;
  REQUIRE(ReasonOf(world.Read(&Measures::ListMeasures, all, &ordered)) == kAllowed);
  REQUIRE(ordered.measures_size() > 0);
  for (const v1::Measure& measure : ordered.measures()) {
    REQUIRE(items.at(measure.item()).active());
    // The licence was not revoked, so nobody is put out of the market.
    REQUIRE(measure.item() != "market-exit");
  }
  in.set_catalogue("deadline.measure");
  REQUIRE(ReasonOf(world.Read(&Measures::ListMeasureItems, in, &out)) == "NOT_FOUND");
}

}  // namespace
}  // namespace shian::sanction
