// CheckBalance over mTLS: of a process, a lot and an operator; corrections, access, bounds.
#include "services/trace/service_testing.h"

namespace shian::trace {
namespace {

constexpr char kSupplierGln[] = "6901234000016";
constexpr char kPig[] = "urn:epc:class:lgtin:6909999.012345.PIG1";
constexpr char kCut[] = "urn:epc:class:lgtin:6901234.056789.C1";

std::string Quantities(const std::string& list, const std::string& lot, const std::string& rest) {
  return absl::StrCat("\"", list, R"(":[{"epcClass":")", lot, R"(")", rest, "}]");
}

std::string At(const std::string& place) {
  return absl::StrCat(R"(,"readPoint":{"id":")", place, R"("})");
}

// Received 100 kg, cut into 75 kg, of which 70 kg are shipped: at the supplier's.
std::string Received() {
  return EventJson("ObjectEvent", "07:00:00",
                   R"("action":"OBSERVE","bizStep":"receiving",)" +
                       Quantities("quantityList", kPig, R"(,"quantity":100,"uom":"KGM")") +
                       At(kSupplier));
}
std::string CutUp(const std::string& output, const std::string& more = "") {
  return EventJson("TransformationEvent", "08:00:00",
                   Quantities("inputQuantityList", kPig, R"(,"quantity":100,"uom":"KGM")") + "," +
                       Quantities("outputQuantityList", kCut, output) +
                       R"(,"transformationID":"urn:example:cut:1")" + At(kSupplier) + more);
}
std::string Shipped() {
  return EventJson("ObjectEvent", "10:00:00",
                   R"("action":"OBSERVE","bizStep":"shipping",)" +
                       Quantities("quantityList", kCut, R"(,"quantity":70000,"uom":"GRM")") +
                       At(kSupplier));
}
constexpr char kKilos75[] = R"(,"quantity":75,"uom":"KGM")";

std::string Cutting() {
  return Document(absl::StrCat(Received(), ",", CutUp(kKilos75), ",", Shipped()));
}

registry::v1::OperatorChanged SupplierRegistered(const std::string& region) {
  registry::v1::OperatorChanged changed;
  changed.mutable_operator_()->set_name("operators/supplier");
  auto* site = changed.mutable_operator_()->add_sites();
  site->set_gln(kSupplierGln);
  site->set_region(region);
  return changed;
}

void Register(World& world, const std::string& region) {
  world.React(GenealogyReactions(), "shian.registry.operator.registered",
              SupplierRegistered(region).SerializeAsString());
}

v1::CheckBalanceResponse Check(World& world, const v1::CheckBalanceRequest& in) {
  v1::CheckBalanceResponse out;
  const grpc::Status status = world.judgement->CheckBalance(Context().get(), in, &out);
  INFO(status.error_message());
  REQUIRE(status.ok());
  return out;
}

v1::CheckBalanceResponse OfProcess(World& world, const std::string& process) {
  v1::CheckBalanceRequest in;
  in.set_process(process);
  return Check(world, in);
}

v1::CheckBalanceResponse OfLot(World& world, const std::string& lot) {
  v1::CheckBalanceRequest in;
  in.set_lot(lot);
  return Check(world, in);
}

absl::Time Of2025(int hour) {
  return absl::FromCivil(absl::CivilHour(2025, 3, 3, hour), ChinaTime());
}

v1::CheckBalanceRequest OfSupplier(int from, int to) {
  v1::CheckBalanceRequest in;
  in.set_operator_("operators/supplier");
  *in.mutable_from_event_time() = rpc::ToProto(Of2025(from));
  *in.mutable_to_event_time() = rpc::ToProto(Of2025(to));
  return in;
}

grpc::Status Asked(World& world, const v1::CheckBalanceRequest& in, const std::string& token = "") {
  v1::CheckBalanceResponse out;
  return world.judgement->CheckBalance(Context(token).get(), in, &out);
}

TEST_CASE("a process is balanced by the yield of its kind, by either of its names") {
  World world;
  const auto captured = world.Capture(Cutting());
  const auto balance = OfProcess(world, "urn:example:cut:1");
  CHECK(balance.verdict() == v1::BALANCE_VERDICT_WITHIN);
  REQUIRE(balance.dimensions_size() == 1);
  const v1::DimensionBalance& mass = balance.dimensions(0);
  CHECK(mass.dimension() == policy::v1::MEASURE_DIMENSION_MASS);
  CHECK(mass.uom() == "KGM");
  CHECK(mass.input() == "100");
  CHECK(mass.output() == "75");
  CHECK(mass.residual() == "25");
  CHECK(mass.ratio_ppm() == "750000");
  CHECK(balance.rule().key() == "process.any");
  CHECK(balance.rule().policy() == "judgement.food");
  CHECK(balance.rule().policy_revision().size() == 64);
  CHECK(balance.rule().mark() == policy::v1::RULE_MARK_DESIGN);
  CHECK(balance.complete());
  CHECK(balance.events() == 1);
  const auto by_event = OfProcess(world, captured.verdicts(1).row().name());
  CHECK(by_event.dimensions(0).SerializeAsString() == mass.SerializeAsString());
}

TEST_CASE("a lot's balance counts what came and went, in any unit") {
  World world;
  world.Capture(Cutting());
  const auto pig = OfLot(world, kPig);
  CHECK(pig.verdict() == v1::BALANCE_VERDICT_WITHIN);
  CHECK(pig.dimensions(0).residual() == "0");
  const auto cut = OfLot(world, kCut);
  CHECK(cut.verdict() == v1::BALANCE_VERDICT_WITHIN);
  CHECK(cut.dimensions(0).residual() == "5");
  CHECK(cut.rule().key() == "lot.any");
  // Shipped once more: more went than ever came.
  world.Capture(
      Document(EventJson("ObjectEvent", "11:00:00",
                         R"("action":"OBSERVE","bizStep":"retail_selling",)" +
                             Quantities("quantityList", kCut, R"(,"quantity":5.5,"uom":"KGM")"))));
  CHECK(OfLot(world, kCut).verdict() == v1::BALANCE_VERDICT_OVER);
}

TEST_CASE("quantities that are missing or of another dimension are named, never guessed") {
  World world;
  const auto unstated = world.Capture(Document(CutUp("")));
  const auto missing = OfProcess(world, "urn:example:cut:1");
  CHECK(missing.verdict() == v1::BALANCE_VERDICT_NOT_STATED);
  CHECK(missing.unstated_count() == 1);
  REQUIRE(missing.unstated_events_size() == 1);
  CHECK(missing.unstated_events(0) == unstated.verdicts(0).row().name());

  World other;
  other.Capture(Document(CutUp(R"(,"quantity":60)")));
  const auto pieces = OfProcess(other, "urn:example:cut:1");
  CHECK(pieces.verdict() == v1::BALANCE_VERDICT_NOT_COMPARABLE);
  CHECK(pieces.not_comparable() == v1::NOT_COMPARABLE_DIMENSIONS);
  CHECK(pieces.dimensions_size() == 2);

  World crates;
  crates.Capture(Document(CutUp(R"(,"quantity":60,"uom":"CR")")));
  const auto unknown = OfProcess(crates, "urn:example:cut:1");
  CHECK(unknown.not_comparable() == v1::NOT_COMPARABLE_UNIT_UNKNOWN);
  REQUIRE(unknown.unknown_uoms_size() == 1);
  CHECK(unknown.unknown_uoms(0) == "CR");
}

TEST_CASE("a unit that was emptied whole leaves a lot's balance open") {
  World world;
  world.Capture(MeatChain());
  const std::string meat = "urn:epc:class:lgtin:6901234.056789.M1";
  CHECK(OfLot(world, meat).verdict() == v1::BALANCE_VERDICT_WITHIN);
  world.Capture(Document(EventJson(
      "AggregationEvent", "12:00:00",
      R"("action":"DELETE","parentID":"urn:epc:id:sscc:6901234.0000000001","bizStep":"unpacking")" +
          At(kCanteen))));
  const auto open = OfLot(world, meat);
  CHECK(open.verdict() == v1::BALANCE_VERDICT_NOT_STATED);
  CHECK(open.unstated_count() == 1);
}

TEST_CASE("an operator's balance is that of its places in the period") {
  World world;
  world.Capture(Cutting());
  CHECK(Asked(world, OfSupplier(0, 23)).error_code() == grpc::StatusCode::NOT_FOUND);
  Register(world, "410902");
  const auto day = Check(world, OfSupplier(0, 23));
  CHECK(day.events() == 3);
  CHECK(day.verdict() == v1::BALANCE_VERDICT_WITHIN);
  CHECK(day.dimensions(0).input() == "175");
  CHECK(day.dimensions(0).output() == "170");
  // From the opening on: it had not received what it used.
  CHECK(Check(world, OfSupplier(8, 23)).verdict() == v1::BALANCE_VERDICT_OVER);
  CHECK(Check(world, OfSupplier(0, 8)).verdict() == v1::BALANCE_VERDICT_NOT_STATED);
  v1::CheckBalanceRequest two = OfSupplier(0, 23);
  two.set_max_events(2);
  const auto cut_short = Check(world, two);
  CHECK_FALSE(cut_short.complete());
  CHECK(cut_short.stopped_by() == "max_events");
  CHECK(cut_short.events() == 2);
  CHECK(cut_short.verdict() == v1::BALANCE_VERDICT_UNSPECIFIED);
  CHECK(cut_short.dimensions_size() == 1);
}

TEST_CASE("what was declared wrong does not count, and counts as known before") {
  World world;
  world.Capture(Cutting());
  const absl::Time before = world.Now();
  world.Advance(absl::Hours(1));
  world.Capture(Document(
      CutUp(kKilos75, R"(,"errorDeclaration":{"declarationTime":"2025-03-04T12:00:00+08:00",)"
                      R"("reason":"did_not_occur"})")));
  v1::CheckBalanceRequest in;
  in.set_process("urn:example:cut:1");
  CHECK(Asked(world, in).error_code() == grpc::StatusCode::NOT_FOUND);
  CHECK(OfLot(world, kCut).verdict() == v1::BALANCE_VERDICT_NOT_STATED);
  *in.mutable_known_at() = rpc::ToProto(before);
  CHECK(Check(world, in).verdict() == v1::BALANCE_VERDICT_WITHIN);
}

TEST_CASE("a balance starts in the caller's region, as a trace does") {
  World world;
  world.Capture(Cutting());
  const std::string county = TokenFor(OfficerNamed("p1", {"handler"}));
  v1::CheckBalanceRequest process, lot;
  process.set_process("urn:example:cut:1");
  lot.set_lot(kCut);
  for (const auto& in : {process, lot}) CHECK(Asked(world, in, county).ok());
  Register(world, "110101");
  for (const auto& in : {process, lot, OfSupplier(0, 23)}) {
    CHECK(errors::ReasonOf(rpc::FromGrpc(Asked(world, in, county))) == Reason::kRegionNotAllowed);
    CHECK(Asked(world, in).ok());
  }
}

TEST_CASE("wrong questions are refused by field") {
  World world;
  const auto captured = world.Capture(Cutting());
  const auto field = [&](const v1::CheckBalanceRequest& in) {
    const grpc::Status status = Asked(world, in);
    REQUIRE(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
    return errors::ViolationsOf(rpc::FromGrpc(status)).front().first;
  };
  v1::CheckBalanceRequest in;
  CHECK(field(in) == "process");
  in.set_process("no uri");
  CHECK(field(in) == "process");
  in.set_process(captured.verdicts(0).row().name());
  CHECK(field(in) == "process");
  in.set_lot("no uri");
  CHECK(field(in) == "lot");
  in.set_lot(kPig);
  in.set_max_events(2'001);
  CHECK(field(in) == "max_events");
  in.set_max_events(-1);
  CHECK(field(in) == "max_events");
  v1::CheckBalanceRequest long_ago = OfSupplier(0, 1);
  long_ago.mutable_from_event_time()->set_seconds(0);
  CHECK(field(long_ago) == "to_event_time");
  CHECK(field(OfSupplier(2, 1)) == "to_event_time");
  v1::CheckBalanceRequest open = OfSupplier(0, 1);
  open.clear_to_event_time();
  CHECK(field(open) == "from_event_time");
  v1::CheckBalanceRequest lot = OfSupplier(0, 1);
  lot.set_lot(kPig);
  CHECK(field(lot) == "from_event_time");
  v1::CheckBalanceRequest nobody = OfSupplier(0, 1);
  nobody.set_operator_("supplier");
  CHECK(field(nobody) == "operator");
  lot = {};
  lot.set_lot("urn:epc:class:lgtin:6909999.012345.NONE");
  CHECK(Asked(world, lot).error_code() == grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace shian::trace
