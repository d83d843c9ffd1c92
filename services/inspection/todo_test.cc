// What is due of samples, over the wire.
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>

#include "services/inspection/service_testing.h"
#include "shian/common/v1/todo_service.grpc.pb.h"

namespace shian::inspection {
namespace {

using common::v1::Todo;
using Samples = v1::SamplingService;
using Words = std::set<std::string>;

std::map<std::string, Todo> Due(World& world) {
  common::v1::ListTodosRequest in;
  common::v1::ListTodosResponse out;
  RequireOk(world.StubAs<common::v1::TodoService>("ctl")->ListTodos(Context().get(), in, &out));
  std::map<std::string, Todo> todos;
  for (const Todo& todo : out.todos()) todos[todo.kind()] = todo;
  return todos;
}

Words Kinds(World& world) {
  Words kinds;
  for (const auto& [kind, todo] : Due(world)) kinds.insert(kind.substr(kind.rfind('.') + 1));
  return kinds;
}

std::string Take(World& world, Samples::Stub& ctl) {
  v1::PlanSampleRequest plan;
  plan.set_operator_("operators/91410902MA1FL00101");
  plan.set_kind(v1::SAMPLE_KIND_SUPERVISION);
  plan.set_authority_level(policy::v1::REGION_LEVEL_PROVINCE);
  plan.set_food_category("33");
  plan.set_plan("省级抽检");
  plan.set_laboratory("laboratories/lab-a");
  v1::PlanSampleResponse planned;
  RequireOk(world.Call(ctl, &Samples::Stub::PlanSample, plan, &planned, "chief", "section-chief"));
  REQUIRE(Kinds(world).empty());
  v1::RecordTakingRequest take;
  take.set_name(planned.sample().name());
  take.mutable_product()->set_product_name("猪肉");
  take.mutable_taking()->add_samplers("inspectors/i1");
  take.mutable_taking()->add_samplers("inspectors/i2");
  take.mutable_taking()->set_notice_shown(true);
  take.mutable_taking()->set_price_fen(100);
  take.mutable_taking()->set_test_seal("T");
  take.mutable_taking()->set_backup_seal("B");
  v1::RecordTakingResponse taken;
  RequireOk(world.Call(ctl, &Samples::Stub::RecordTaking, take, &taken, "i1", "sampler"));
  return planned.sample().name();
}

void Deliver(World& world, Samples::Stub& ctl, const std::string& name) {
  v1::RecordDeliveryRequest deliver;
  deliver.set_name(name);
  deliver.set_carrier(v1::CARRIER_SAMPLER);
  deliver.set_seal("T");
  deliver.set_seal_intact(true);
  v1::RecordDeliveryResponse delivered;
  RequireOk(world.Call(ctl, &Samples::Stub::RecordDelivery, deliver, &delivered, "i1", "sampler"));
  v1::RecordReceptionRequest receive;
  receive.set_name(name);
  receive.set_accepted(true);
  v1::RecordReceptionResponse received;
  RequireOk(world.Call(*world.StubAs<Samples>("laboratory-a"), &Samples::Stub::RecordReception,
                       receive, &received));
}

TEST_CASE("a sample's duties are due in their order, and windows only while they are open") {
  World world;
  auto ctl = world.StubAs<Samples>("ctl");
  const std::string name = Take(world, *ctl);
  REQUIRE(Kinds(world) == Words{"deliver", "objection"});
  Todo todo = Due(world)["inspection.sampling.deliver"];
  REQUIRE(todo.matter() == name);
  REQUIRE(todo.operator_() == "operators/91410902MA1FL00101");
  REQUIRE(todo.party_name() == "某餐馆");
  REQUIRE(todo.officer() == "i1");
  REQUIRE(todo.next_acts_size() == 1);
  REQUIRE(todo.next_acts(0).method() == "shian.inspection.v1.SamplingService/RecordDelivery");
  REQUIRE(Due(world)["inspection.sampling.objection"].right());

  world.Advance(absl::Hours(24 * 20));
  REQUIRE(Kinds(world) == Words{"deliver"});
  todo = Due(world)["inspection.sampling.deliver"];
  REQUIRE(todo.overdue());
  REQUIRE(todo.rung() == 3);
  REQUIRE(todo.deadline().legal_basis().article() == "第二十条");

  Deliver(world, *ctl, name);
  REQUIRE(Kinds(world) == Words{"report"});
  REQUIRE_FALSE(Due(world)["inspection.sampling.report"].overdue());
}

}  // namespace
}  // namespace shian::inspection
