// GetCompleteness over mTLS: who records, which lots are complete, and what was left out.
#include "services/trace/service_testing.h"

namespace shian::trace {
namespace {

std::string LotAt(const std::string& time, const std::string& step, const std::string& lot,
                  const std::string& place, const std::string& more = "") {
  return EventJson(
      "ObjectEvent", time,
      absl::StrCat(R"("action":"OBSERVE","bizStep":")", step,
                   R"(","quantityList":[{"epcClass":"urn:epc:class:lgtin:)", lot,
                   R"(","quantity":5,"uom":"KGM"}],"readPoint":{"id":")", place, R"("})", more));
}

void Register(World& world, const std::string& name, const std::string& gln,
              const std::string& region) {
  registry::v1::OperatorChanged changed;
  changed.mutable_operator_()->set_name(name);
  auto* site = changed.mutable_operator_()->add_sites();
  site->set_gln(gln);
  site->set_region(region);
  world.React(GenealogyReactions(), "shian.registry.operator.registered",
              changed.SerializeAsString());
}

void RegisterBoth(World& world) {
  Register(world, "operators/supplier", "6901234000016", "410902");
  Register(world, "operators/canteen", "9520000000011", "410922");
}

v1::GetCompletenessRequest OfDay(const std::string& region, int from = 0, int to = 23) {
  v1::GetCompletenessRequest in;
  in.set_region(region);
  in.add_operators("operators/supplier");
  in.add_operators("operators/canteen");
  const auto at = [](int hour) {
    return rpc::ToProto(absl::FromCivil(absl::CivilHour(2025, 3, 3, hour), ChinaTime()));
  };
  *in.mutable_from_event_time() = at(from);
  *in.mutable_to_event_time() = at(to);
  return in;
}

v1::GetCompletenessResponse Get(World& world, const v1::GetCompletenessRequest& in) {
  v1::GetCompletenessResponse out;
  const grpc::Status status = world.judgement->GetCompleteness(Context().get(), in, &out);
  INFO(status.error_message());
  REQUIRE(status.ok());
  return out;
}

// Two lots come to the supplier's, of which one goes on.
std::string Day() {
  return Document(absl::StrCat(LotAt("07:00:00", "receiving", "6909999.012345.A", kSupplier), ",",
                               LotAt("08:00:00", "receiving", "6909999.012345.B", kSupplier), ",",
                               LotAt("09:00:00", "storing", "6909999.012345.C", kSupplier), ",",
                               LotAt("10:00:00", "shipping", "6909999.012345.A", kSupplier)));
}

TEST_CASE("both rates follow their formulas") {
  World world;
  RegisterBoth(world);
  world.Capture(Day());
  const auto out = Get(world, OfDay("410000"));
  CHECK(out.complete());
  CHECK(out.events() == 4);
  CHECK(out.subjects().total() == 2);
  CHECK(out.subjects().complete() == 1);
  CHECK(out.subjects().rate_ppm() == 500'000);
  CHECK(out.subjects().target_ppm() == 850'000);
  CHECK_FALSE(out.subjects().met());
  REQUIRE(out.subjects().missing_size() == 1);
  CHECK(out.subjects().missing(0) == "operators/canteen");
  // What is only stored has neither come nor gone.
  CHECK(out.items().total() == 2);
  CHECK(out.items().complete() == 1);
  CHECK(out.items().target_ppm() == 900'000);
  REQUIRE(out.items().missing_size() == 1);
  CHECK(out.items().missing(0) == "https://id.gs1.org/01/06909999123452/10/B");
  CHECK(out.policy() == "judgement.food");
  CHECK(out.target_mark() == policy::v1::RULE_MARK_RECALLED);
  world.Capture(Document(LotAt("11:00:00", "receiving", "6909999.012345.A", kCanteen)));
  CHECK(Get(world, OfDay("410000")).subjects().met());
}

TEST_CASE("division, period, goods and corrections narrow what counts") {
  World world;
  RegisterBoth(world);
  world.Capture(Day());
  CHECK(Get(world, OfDay("410922")).events() == 0);
  CHECK(Get(world, OfDay("410902")).subjects().complete() == 1);
  const auto none = Get(world, OfDay("410000", 0, 1));
  CHECK(none.subjects().rate_ppm() == 0);
  CHECK_FALSE(none.items().has_rate_ppm());
  CHECK_FALSE(none.items().met());
  auto other = OfDay("410000");
  other.add_gtin_prefixes("0690123");
  CHECK(Get(world, other).items().total() == 0);
  other.add_gtin_prefixes("0690999");
  CHECK(Get(world, other).items().total() == 2);
  const absl::Time before = world.Now();
  world.Advance(absl::Hours(1));
  world.Capture(
      Document(LotAt("10:00:00", "shipping", "6909999.012345.A", kSupplier,
                     R"(,"errorDeclaration":{"declarationTime":"2025-03-04T12:00:00+08:00",)"
                     R"("reason":"did_not_occur"})")));
  CHECK(Get(world, OfDay("410000")).items().complete() == 0);
  auto then = OfDay("410000");
  *then.mutable_known_at() = rpc::ToProto(before);
  CHECK(Get(world, then).items().complete() == 1);
}

TEST_CASE("completeness keeps to the caller's division, and refuses wrong questions by field") {
  World world;
  v1::GetCompletenessResponse out;
  const std::string county = TokenFor(OfficerNamed("p1", {"handler"}));
  CHECK(errors::ReasonOf(rpc::FromGrpc(world.judgement->GetCompleteness(
            Context(county).get(), OfDay("410000"), &out))) == Reason::kRegionNotAllowed);
  CHECK(world.judgement->GetCompleteness(Context(county).get(), OfDay("410902"), &out).ok());
  const auto field = [&](const v1::GetCompletenessRequest& in) {
    const grpc::Status status = world.judgement->GetCompleteness(Context().get(), in, &out);
    REQUIRE(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
    return errors::ViolationsOf(rpc::FromGrpc(status)).front().first;
  };
  auto in = OfDay("41");
  CHECK(field(in) == "region");
  in = OfDay("410000");
  in.clear_operators();
  CHECK(field(in) == "operators");
  in = OfDay("410000");
  in.add_operators("operators/canteen");
  CHECK(field(in) == "operators");
  in.set_operators(2, "canteen");
  CHECK(field(in) == "operators[2]");
  in = OfDay("410000");
  in.add_gtin_prefixes("x");
  CHECK(field(in) == "gtin_prefixes[0]");
  in = OfDay("410000", 2, 1);
  CHECK(field(in) == "to_event_time");
  in.clear_to_event_time();
  CHECK(field(in) == "from_event_time");
}

}  // namespace
}  // namespace shian::trace
