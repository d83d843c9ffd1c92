// A lead that is prolonged and declined: who may, when, how often, and what each reader then sees.
#include <catch2/catch.hpp>

#include "services/sanction/testing_world.h"

namespace shian::sanction {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)

std::string Extend(World& world, const std::string& lead, const char* post, v1::Lead* out) {
  v1::ExtendLeadRequest in;
  in.set_name(lead);
  in.set_text("涉及外省企业，协查未回");
  v1::ExtendLeadResponse reply;
  const grpc::Status status = world.Act("p9", {post}, &Leads::ExtendLead, in, &reply);
  *out = reply.lead();
  return ReasonOf(status);
}

std::string Decline(World& world, const std::string& lead, const char* post, v1::Lead* out) {
  v1::DeclineLeadRequest in;
  in.set_name(lead);
  in.set_text("违法行为轻微并及时改正，没有造成危害后果");
  v1::DeclineLeadResponse reply;
  const grpc::Status status = world.Act("p9", {post}, &Leads::DeclineLead, in, &reply);
  *out = reply.lead();
  return ReasonOf(status);
}

v1::Lead LeadAt(World& world, const std::string& name, absl::Time as_of) {
  v1::GetLeadRequest in;
  in.set_name(name);
  *in.mutable_as_of() = rpc::ToProto(as_of);
  v1::GetLeadResponse out;
  REQUIRE(world.Read(&Leads::GetLead, in, &out).ok());
  return out.lead();
}

Date LastDay(const v1::Lead& lead) {
  return ToDate(rpc::FromProto(lead.filing_deadline().due_time()));
}

int OpenLeads(World& world) {
  v1::ListLeadsRequest in;
  in.set_open_only(true);
  v1::ListLeadsResponse out;
  REQUIRE(world.Read(&Leads::ListLeads, in, &out).ok());
  return out.leads_size();
}

TEST_CASE("the check of a lead is prolonged once, by the head, before it is over") {
  World world;
  world.AdvanceTo(Morning(2026, 3, 2));
  const std::string lead = RaiseLead(world);
  const absl::Time before = world.edge().clock().Now();
  const v1::Lead found = LeadAt(world, lead, before);
  REQUIRE(found.state() == v1::LEAD_STATE_OPEN);
  // 15 working days from Monday 2 March, which does not count itself.
  REQUIRE(LastDay(found) == Date(2026, 3, 23));

  v1::Lead after;
  REQUIRE(Extend(world, lead, "handler", &after) == "STEP_NOT_ALLOWED");
  world.AdvanceTo(Morning(2026, 3, 20));
  REQUIRE(Extend(world, lead, "head", &after) == kAllowed);
  // 15 more; 6 April is the holiday of Qingming.
  REQUIRE(LastDay(after) == Date(2026, 4, 14));
  REQUIRE(after.events_size() == 1);
  REQUIRE(after.events(0).act() == v1::LEAD_ACT_EXTENDED);
  REQUIRE(after.events(0).text() == "涉及外省企业，协查未回");
  REQUIRE(Extend(world, lead, "head", &after) == "EXTENSION_NOT_ALLOWED");
  // As it was then.
  REQUIRE(LastDay(LeadAt(world, lead, before)) == Date(2026, 3, 23));
  REQUIRE(LeadAt(world, lead, before).events_size() == 0);

  const std::string late = RaiseLead(world);
  world.AdvanceTo(Morning(2026, 5, 11));
  REQUIRE(Extend(world, late, "head", &after) == "EXTENSION_NOT_ALLOWED");
}

TEST_CASE("a lead on which no case is filed is over, was open before, and carries no case") {
  World world;
  world.AdvanceTo(Morning(2026, 3, 2));
  const std::string lead = RaiseLead(world);
  const absl::Time before = world.edge().clock().Now();
  REQUIRE(OpenLeads(world) == 1);
  world.AdvanceTo(Morning(2026, 3, 9));
  v1::Lead after;
  REQUIRE(Decline(world, lead, "handler", &after) == "STEP_NOT_ALLOWED");
  REQUIRE(Decline(world, lead, "deputy-head", &after) == kAllowed);
  REQUIRE(after.state() == v1::LEAD_STATE_DECLINED);
  REQUIRE(after.case_().empty());
  REQUIRE(OpenLeads(world) == 0);
  REQUIRE(LeadAt(world, lead, before).state() == v1::LEAD_STATE_OPEN);
  REQUIRE(Decline(world, lead, "head", &after) == "STEP_ALREADY_DONE");
  REQUIRE(Extend(world, lead, "head", &after) == "STEP_ALREADY_DONE");

  const auto facts = world.Facts("shian.sanction.lead.");
  REQUIRE(facts.size() == 1);
  REQUIRE(facts.front().change.type == "shian.sanction.lead.declined");
  REQUIRE(facts.front().change.subject == lead);

  v1::FileCaseRequest in;
  in.set_operator_(kOperator);
  in.set_number("濮华市监案〔2026〕9号");
  in.set_cause("经营不合格食品");
  in.set_region("410902");
  in.add_leads(lead);
  v1::FileCaseResponse out;
  const grpc::Status status = world.Act("p1", {"handler"}, &Cases::FileCase, in, &out);
  REQUIRE(ReasonOf(status) == "STEP_ALREADY_DONE");
}

}  // namespace
}  // namespace shian::sanction
