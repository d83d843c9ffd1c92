// RefuseHandOver and ListRefusals over mTLS: recorded once, told, listed, erased.
#include "services/trace/service_testing.h"
#include "shian/trace/v1/cold_changes.pb.h"

namespace shian::trace {
namespace {

constexpr char kMeatUrn[] = "urn:epc:class:lgtin:6901234.056789.M1";
constexpr char kPalletUrn[] = "urn:epc:id:sscc:6901234.0000000001";
constexpr char kPallet[] = "https://id.gs1.org/00/069012340000000016";

void Register(World& world, const std::string& name, const std::vector<std::string>& glns,
              const std::vector<std::string>& regions) {
  registry::v1::OperatorChanged changed;
  changed.mutable_operator_()->set_name(name);
  for (size_t i = 0; i < glns.size(); ++i) {
    auto* site = changed.mutable_operator_()->add_sites();
    site->set_gln(glns[i]);
    site->set_region(regions[i]);
  }
  world.React(GenealogyReactions(), "shian.registry.operator.registered",
              changed.SerializeAsString());
}

v1::RefuseHandOverRequest Warm() {
  v1::RefuseHandOverRequest in;
  in.set_request_id(NewUuid7(absl::Now()));
  in.set_place(kCanteen);
  in.add_epcs(kMeatUrn);
  in.add_epcs(kPalletUrn);
  in.set_ground(v1::REFUSAL_GROUND_TEMPERATURE);
  in.set_remark("表面已解冻");
  in.mutable_measured()->set_value("-9.50");
  in.mutable_measured()->set_uom("CEL");
  in.set_vehicle("冷藏车3号");
  return in;
}

grpc::Status Refuse(World& world, const v1::RefuseHandOverRequest& in,
                    v1::RefuseHandOverResponse* out, const std::string& token = "") {
  return world.cold->RefuseHandOver(Context(token).get(), in, out);
}
v1::HandOverRefusal Refused(World& world, const v1::RefuseHandOverRequest& in) {
  v1::RefuseHandOverResponse out;
  const grpc::Status status = Refuse(world, in, &out);
  INFO(status.error_message());
  REQUIRE(status.ok());
  return out.refusal();
}
v1::ListRefusalsResponse List(World& world, const v1::ListRefusalsRequest& in) {
  v1::ListRefusalsResponse out;
  const grpc::Status status = world.cold->ListRefusals(Context().get(), in, &out);
  INFO(status.error_message());
  REQUIRE(status.ok());
  return out;
}
std::string Names(const v1::ListRefusalsResponse& out) {
  std::string names;
  for (const auto& refusal : out.refusals()) absl::StrAppend(&names, refusal.name(), " ");
  return names;
}

struct Canteen : World {
  Canteen() { trace::Register(*this, "operators/canteen", {"9520000000011"}, {"410902"}); }
};

TEST_CASE("a refusal is recorded once, told without words or vehicle, and shown with its lot") {
  Canteen world;
  const auto in = Warm();
  const v1::HandOverRefusal refusal = Refused(world, in);
  CHECK(refusal.name().substr(0, 9) == "refusals/");
  CHECK(refusal.operator_() == "operators/canteen");
  CHECK(refusal.place() == "https://id.gs1.org/414/9520000000011");
  CHECK(refusal.region() == "410902");
  REQUIRE(refusal.epcs_size() == 2);
  CHECK(refusal.epcs(0) == kMeat);
  CHECK(refusal.epcs(1) == kPallet);
  CHECK(refusal.measured().value() == "-9.5");
  CHECK(refusal.measured().uom() == "CEL");
  CHECK(refusal.remark() == "表面已解冻");
  CHECK(refusal.vehicle() == "冷藏车3号");
  CHECK(refusal.recorded_by() == "ctl");
  CHECK(rpc::FromProto(refusal.refuse_time()) == rpc::FromProto(refusal.record_time()));

  const v1::HandOverRefusal again = Refused(world, in);
  CHECK(again.SerializeAsString() == refusal.SerializeAsString());
  CHECK(List(world, {}).refusals_size() == 1);
  auto other = in;
  other.set_vehicle("冷藏车4号");
  v1::RefuseHandOverResponse out;
  CHECK(errors::ReasonOf(rpc::FromGrpc(Refuse(world, other, &out))) == Reason::kRequestIdReused);

  const auto facts = world.Facts("shian.trace.cold.refused");
  REQUIRE(facts.size() == 1);
  CHECK(facts.front().change.subject == "operators/canteen/" + refusal.name());
  CHECK(facts.front().change.region == "410902");
  v1::HandOverRefused told;
  REQUIRE(told.ParseFromString(facts.front().change.payload));
  CHECK(told.refusal() == refusal.name());
  CHECK(told.epcs_size() == 2);
  CHECK(told.ground() == v1::REFUSAL_GROUND_TEMPERATURE);
  CHECK(told.measured().value() == "-9.5");
  CHECK(facts.front().change.payload.find("冷藏车") == std::string::npos);
  CHECK(facts.front().change.payload.find("解冻") == std::string::npos);

  world.Capture(MeatChain());
  v1::CheckColdChainRequest check;
  check.set_epc(kMeatUrn);
  v1::CheckColdChainResponse answer;
  REQUIRE(world.cold->CheckColdChain(Context().get(), check, &answer).ok());
  REQUIRE(answer.refusals_size() == 1);
  CHECK(answer.refusals(0).SerializeAsString() == refusal.SerializeAsString());
}

TEST_CASE("what was refused later was not known before") {
  Canteen world;
  world.Capture(MeatChain());
  const absl::Time before = world.Now();
  world.Advance(absl::Hours(1));
  Refused(world, Warm());
  v1::CheckColdChainRequest check;
  check.set_epc(kMeatUrn);
  *check.mutable_known_at() = rpc::ToProto(before);
  v1::CheckColdChainResponse answer;
  REQUIRE(world.cold->CheckColdChain(Context().get(), check, &answer).ok());
  CHECK(answer.refusals_size() == 0);
  v1::ListRefusalsRequest in;
  *in.mutable_known_at() = rpc::ToProto(before);
  CHECK(List(world, in).refusals_size() == 0);
  CHECK(List(world, {}).refusals_size() == 1);
}

TEST_CASE("an operator refuses by its name, where it has a place in the caller's division") {
  World world;
  auto in = Warm();
  in.set_operator_("operators/chain");
  v1::RefuseHandOverResponse out;
  CHECK(Refuse(world, in, &out).error_code() == grpc::StatusCode::NOT_FOUND);
  Register(world, "operators/chain", {"6901234000016", "9520000000011"}, {"420100", "410902"});
  const std::string county = TokenFor(OfficerNamed("p1", {"handler"}));
  REQUIRE(Refuse(world, in, &out, county).ok());
  CHECK(out.refusal().region() == "410902");
  CHECK(out.refusal().place().empty());
  in.set_request_id(NewUuid7(absl::Now()));
  in.set_place(kSupplier);
  CHECK(errors::ReasonOf(rpc::FromGrpc(Refuse(world, in, &out, county))) ==
        Reason::kRegionNotAllowed);
  in.set_place("urn:epc:id:sgln:6909999.00002.0");
  CHECK(Refuse(world, in, &out).error_code() == grpc::StatusCode::NOT_FOUND);
  CHECK(world.Facts("shian.trace.cold.refused").size() == 1);
}

TEST_CASE("refusals are listed by division, time and identifier, in pages") {
  Canteen world;
  Register(world, "operators/supplier", {"6901234000016"}, {"410922"});
  std::vector<std::string> names;
  for (int i = 0; i < 5; ++i) {
    auto in = Warm();
    if (i % 2 == 1) in.set_place(kSupplier);
    if (i == 4) in.mutable_epcs()->RemoveLast();
    *in.mutable_refuse_time() = rpc::ToProto(world.Now() - absl::Hours(10 - i));
    names.push_back(Refused(world, in).name() + " ");
  }
  const std::string all = names[0] + names[1] + names[2] + names[3] + names[4];
  v1::ListRefusalsRequest in;
  CHECK(Names(List(world, in)) == all);
  in.set_region("410902");
  CHECK(Names(List(world, in)) == names[0] + names[2] + names[4]);
  in.set_region("410900");
  CHECK(Names(List(world, in)) == all);
  in.set_epc(kPalletUrn);
  CHECK(Names(List(world, in)) == names[0] + names[1] + names[2] + names[3]);
  in.set_region("410922");
  CHECK(Names(List(world, in)) == names[1] + names[3]);
  in.set_region("");
  in.set_epc("");
  *in.mutable_from_time() = rpc::ToProto(world.Now() - absl::Hours(9));
  *in.mutable_to_time() = rpc::ToProto(world.Now() - absl::Hours(6));
  CHECK(Names(List(world, in)) == names[1] + names[2] + names[3]);
  for (const char* epc : {"", kMeatUrn}) {
    v1::ListRefusalsRequest page;
    page.set_epc(epc);
    page.set_page_size(2);
    std::string listed;
    int pages = 0;
    do {
      const auto out = List(world, page);
      CHECK(out.refusals_size() <= 2);
      listed += Names(out);
      page.set_page_token(out.next_page_token());
      REQUIRE(++pages < 5);
    } while (!page.page_token().empty());
    CHECK(listed == all);
  }
  v1::ListRefusalsResponse out;
  in.set_region("420000");
  const std::string county = TokenFor(OfficerNamed("p1", {"handler"}));
  CHECK(errors::ReasonOf(rpc::FromGrpc(world.cold->ListRefusals(
            Context(county).get(), in, &out))) == Reason::kRegionNotAllowed);
}

TEST_CASE("an operator's erasure empties words and vehicle, and leaves the record") {
  Canteen world;
  const auto refusal = Refused(world, Warm());
  registry::v1::OperatorErased erased;
  erased.set_name("operators/canteen");
  world.React(WithRefusals(ErasureReactions()), "shian.registry.operator.erased",
              erased.SerializeAsString());
  const auto left = List(world, {});
  REQUIRE(left.refusals_size() == 1);
  CHECK(left.refusals(0).name() == refusal.name());
  CHECK(left.refusals(0).remark().empty());
  CHECK(left.refusals(0).vehicle().empty());
  CHECK(left.refusals(0).measured().value() == "-9.5");
}

TEST_CASE("wrong refusals are refused by field, and nothing is recorded") {
  Canteen world;
  const auto field = [&](v1::RefuseHandOverRequest in) {
    in.set_request_id(NewUuid7(absl::Now()));
    v1::RefuseHandOverResponse out;
    const grpc::Status status = Refuse(world, in, &out);
    INFO(status.error_message());
    REQUIRE(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
    return errors::ViolationsOf(rpc::FromGrpc(status)).front().first;
  };
  auto in = Warm();
  in.clear_refuser();
  CHECK(field(in) == "place");
  in.set_place("no uri");
  CHECK(field(in) == "place");
  in.set_operator_("canteen");
  CHECK(field(in) == "operator");
  in = Warm();
  in.clear_epcs();
  CHECK(field(in) == "epcs");
  for (int i = 0; i < 51; ++i) in.add_epcs(absl::StrCat(kMeatUrn, i));
  CHECK(field(in) == "epcs");
  in = Warm();
  in.add_epcs(kMeat);  // the same in another form
  CHECK(field(in) == "epcs[2]");
  in = Warm();
  in.set_epcs(1, std::string("urn:x:\0y", 8));
  CHECK(field(in) == "epcs[1]");
  in = Warm();
  *in.mutable_refuse_time() = rpc::ToProto(world.Now() + absl::Seconds(1));
  CHECK(field(in) == "refuse_time");
  in = Warm();
  in.clear_ground();
  CHECK(field(in) == "ground");
  in.set_ground(static_cast<v1::RefusalGround>(77));
  CHECK(field(in) == "ground");
  in = Warm();
  in.set_ground(v1::REFUSAL_GROUND_OTHER);
  in.set_remark(" \n ");
  CHECK(field(in) == "remark");
  in.set_remark(std::string(501, 'x'));
  CHECK(field(in) == "remark");
  in = Warm();
  in.clear_measured();
  CHECK(field(in) == "measured");
  for (const char* value : {"", "warm", "1e6", "NaN", "4,5", "-"}) {
    in.mutable_measured()->set_value(value);
    in.mutable_measured()->set_uom("CEL");
    CHECK(field(in) == "measured.value");
  }
  in = Warm();
  in.mutable_measured()->set_uom("RAN");
  CHECK(field(in) == "measured.uom");
  in = Warm();
  in.set_vehicle("a\nb");
  CHECK(field(in) == "vehicle");
  CHECK(List(world, {}).refusals_size() == 0);
}

TEST_CASE("wrong questions for refusals are refused by field") {
  World world;
  const auto field = [&](const v1::ListRefusalsRequest& in) {
    v1::ListRefusalsResponse out;
    const grpc::Status status = world.cold->ListRefusals(Context().get(), in, &out);
    REQUIRE(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
    const auto wrong = errors::ViolationsOf(rpc::FromGrpc(status));
    return wrong.empty() ? std::string() : wrong.front().first;
  };
  v1::ListRefusalsRequest in;
  in.set_region("41");
  CHECK(field(in) == "region");
  in.set_region("");
  in.set_epc("no uri");
  CHECK(field(in) == "epc");
  in.set_epc("");
  in.mutable_known_at()->set_seconds(-62'000'000'000'000);
  CHECK(field(in) == "known_at");
  in.clear_known_at();
  in.set_page_token("x");
  CHECK(field(in).empty());
}

}  // namespace
}  // namespace shian::trace
