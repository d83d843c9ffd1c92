// CheckColdChain over mTLS: of a lot, a unit and a process; what is inherited, corrected, in doubt.
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "services/trace/service_testing.h"

namespace shian::trace {
namespace {

constexpr char kMilk[] = "urn:epc:class:lgtin:6901234.056789.MILK1";
constexpr char kCream[] = "urn:epc:class:lgtin:6901234.056789.CREAM1";
constexpr char kCake[] = "urn:epc:class:lgtin:6901234.056789.CAKE1";
constexpr char kPallet[] = "urn:epc:id:sscc:6901234.0000000001";
constexpr char kMilkLink[] = "https://id.gs1.org/01/06901234567892/10/MILK1";

std::string At(const std::string& place) {
  return absl::StrCat(R"(,"readPoint":{"id":")", place, R"("})");
}
std::string Lot(const std::string& list, const std::string& lot) {
  return absl::StrCat("\"", list, R"(":[{"epcClass":")", lot, R"("}])");
}

// The day of the events is over: no clock speaks of a time to come.
struct Evening : World {
  Evening() { Advance(absl::Hours(24)); }
};

// A sample every ten minutes from `hour` on, of one device.
std::string Sensors(int hour, const std::vector<std::string>& values,
                    const std::string& uom = "CEL", const std::string& device = "urn:x:logger:1") {
  std::vector<std::string> elements;
  for (size_t i = 0; i < values.size(); ++i) {
    const std::string time =
        absl::StrFormat("2025-03-03T%02d:%02d:00+08:00", hour + static_cast<int>(i) / 6,
                        static_cast<int>(i) % 6 * 10);
    elements.push_back(absl::StrCat(R"({"sensorMetadata":{"time":")", time, R"(","deviceID":")",
                                    device, R"("},"sensorReport":[{"type":"Temperature","value":)",
                                    values[i], R"(,"uom":")", uom, R"("}]})"));
  }
  return absl::StrCat(R"(,"sensorElementList":[)", absl::StrJoin(elements, ","), "]");
}

std::string Seen(const std::string& lot, const std::string& clock, const std::string& more) {
  return EventJson("ObjectEvent", clock,
                   R"("action":"OBSERVE","bizStep":"storing",)" + Lot("quantityList", lot) +
                       At(kSupplier) + more);
}
std::string Made(const std::string& from, const std::string& to, const std::string& clock,
                 const std::string& more = "") {
  return EventJson(
      "TransformationEvent", clock,
      Lot("inputQuantityList", from) + "," + Lot("outputQuantityList", to) + At(kSupplier) + more);
}
std::string Packed(const std::string& lot, const std::string& clock, const std::string& action,
                   const std::string& unit = kPallet) {
  return EventJson("AggregationEvent", clock,
                   R"("action":")" + action + R"(","parentID":")" + unit + "\"," +
                       Lot("childQuantityList", lot) + At(kSupplier));
}
std::string OfUnit(const std::string& clock, const std::string& more,
                   const std::string& unit = kPallet) {
  return EventJson("ObjectEvent", clock,
                   R"("action":"OBSERVE","epcList":[")" + unit + "\"]" + At(kSupplier) + more);
}

v1::CheckColdChainRequest Of(const std::string& epc) {
  v1::CheckColdChainRequest in;
  in.set_epc(epc);
  return in;
}
grpc::Status Ask(World& world, const v1::CheckColdChainRequest& in, v1::CheckColdChainResponse* out,
                 const std::string& token = "") {
  return world.cold->CheckColdChain(Context(token).get(), in, out);
}
v1::CheckColdChainResponse Check(World& world, const v1::CheckColdChainRequest& in) {
  v1::CheckColdChainResponse out;
  const grpc::Status status = Ask(world, in, &out);
  INFO(status.error_message());
  REQUIRE(status.ok());
  return out;
}
std::string Clock(const google::protobuf::Timestamp& time) {
  return FormatTime(rpc::FromProto(time)).substr(11, 5);
}
google::protobuf::Timestamp TimeOf(int hour, int minute = 0) {
  return rpc::ToProto(absl::FromCivil(absl::CivilMinute(2025, 3, 3, hour, minute), ChinaTime()));
}

TEST_CASE("a lot within its band, out of it, and by another band") {
  Evening world;
  world.Capture(Document(Seen(kMilk, "12:00:00", Sensors(8, {"4", "5.5", "10", "9.9"}))));
  const auto within = Check(world, Of(kMilk));
  CHECK(within.verdict() == v1::COLD_CHAIN_VERDICT_WITHIN);
  CHECK(within.samples() == 4);
  CHECK(within.samples_out() == 0);
  CHECK(Clock(within.first_time()) == "08:00");
  CHECK(Clock(within.last_time()) == "08:30");
  CHECK(within.band().key() == "any");
  CHECK(within.band().highest_millicelsius() == 10'000);
  CHECK_FALSE(within.band().has_lowest_millicelsius());
  CHECK(within.band().mark() == policy::v1::RULE_MARK_DESIGN);
  CHECK_FALSE(within.band().source_zh().empty());
  CHECK(within.band().policy() == "judgement.food");
  CHECK(within.band().policy_revision().size() == 64);
  CHECK(within.complete());
  CHECK(within.events() == 1);
  CHECK(within.event_sequence() == 1);

  auto frozen = Of(kMilkLink);
  frozen.set_band("frozen");
  const auto out = Check(world, frozen);
  CHECK(out.verdict() == v1::COLD_CHAIN_VERDICT_EXCURSION);
  CHECK(out.band().mark() == policy::v1::RULE_MARK_RECALLED);
  REQUIRE(out.excursions_size() == 1);
  const v1::ColdExcursion& excursion = out.excursions(0);
  CHECK(excursion.epc() == kMilkLink);
  CHECK(excursion.depth() == 0);
  CHECK(excursion.band() == "frozen");
  CHECK(excursion.device() == "urn:x:logger:1");
  CHECK(excursion.samples() == 4);
  CHECK(excursion.worst_millicelsius() == 10'000);
  CHECK(Clock(excursion.begin_time()) == "08:00");
  CHECK(Clock(excursion.end_time()) == "08:30");
  CHECK(Clock(excursion.worst_time()) == "08:20");
  CHECK(excursion.event().substr(0, 7) == "events/");
}

TEST_CASE("units of temperature are compared exactly") {
  Evening world;
  world.Capture(Document(
      absl::StrCat(Seen(kMilk, "12:00:00", Sensors(8, {"-0.4", "-0.4", "-0.4"}, "FAH")), ",",
                   Seen(kCream, "12:00:00", Sensors(8, {"255.16", "255.151", "255.2"}, "KEL")))));
  auto in = Of(kMilk);
  in.set_band("frozen");
  CHECK(Check(world, in).verdict() == v1::COLD_CHAIN_VERDICT_WITHIN);
  in = Of(kCream);
  in.set_band("frozen");
  CHECK(Check(world, in).excursions(0).worst_millicelsius() == -17'950);
}

TEST_CASE("an excursion is found however its samples were dealt out to events") {
  Evening world;
  // Sent out of order, and the middle one twice.
  world.Capture(Document(Seen(kMilk, "12:00:00", Sensors(10, {"12", "4"}))));
  CHECK(Check(world, Of(kMilk)).verdict() == v1::COLD_CHAIN_VERDICT_WITHIN);
  world.Capture(Document(Seen(kMilk, "12:01:00", Sensors(9, {"4", "4", "4", "11", "11", "11"}))));
  world.Capture(Document(Seen(kMilk, "12:02:00", Sensors(9, {"4", "4", "4", "11", "11", "11"}))));
  const auto out = Check(world, Of(kMilk));
  REQUIRE(out.excursions_size() == 1);
  CHECK(out.excursions(0).samples() == 4);
  CHECK(out.samples() == 8);
  CHECK(out.samples_out() == 4);
  CHECK(Clock(out.excursions(0).end_time()) == "10:00");
}

TEST_CASE("a gap is told, and a period leaves out what is not of it") {
  Evening world;
  world.Capture(Document(absl::StrCat(Seen(kMilk, "12:00:00", Sensors(6, {"4"})), ",",
                                      Seen(kMilk, "12:01:00", Sensors(9, {"4", "4"})))));
  const auto gap = Check(world, Of(kMilk));
  CHECK(gap.verdict() == v1::COLD_CHAIN_VERDICT_GAP);
  REQUIRE(gap.gaps_size() == 1);
  CHECK(gap.gap_count() == 1);
  CHECK(Clock(gap.gaps(0).begin_time()) == "06:00");
  CHECK(Clock(gap.gaps(0).end_time()) == "09:00");
  auto in = Of(kMilk);
  *in.mutable_from_time() = TimeOf(9);
  CHECK(Check(world, in).verdict() == v1::COLD_CHAIN_VERDICT_WITHIN);
  *in.mutable_to_time() = TimeOf(9, 10);
  CHECK(Check(world, in).samples() == 1);
  *in.mutable_to_time() = TimeOf(9);
  CHECK(Check(world, in).verdict() == v1::COLD_CHAIN_VERDICT_NOT_STATED);
}

TEST_CASE("a unit's readings are those of what it held then, and of nothing else") {
  Evening world;
  world.Capture(Document(
      absl::StrJoin({Packed(kMilk, "08:00:00", "ADD"), Packed(kMilk, "09:00:00", "DELETE"),
                     Packed(kCream, "10:00:00", "ADD"),
                     // One download of the logger, after all of it: too warm from 8 to 8:50 and
                     // from 9:30 to 9:50.
                     OfUnit("13:00:00", Sensors(8, {"11", "12", "13", "4", "4", "4", "4", "4", "4",
                                                    "15", "15", "15", "4", "4", "4"}))},
                    ",")));
  const auto milk = Check(world, Of(kMilk));
  CHECK(milk.samples() == 6);  // the one at 9:00 is of the time after
  REQUIRE(milk.excursions_size() == 1);
  CHECK(milk.excursions(0).worst_millicelsius() == 13'000);
  const auto cream = Check(world, Of(kCream));
  CHECK(cream.samples() == 3);
  CHECK(cream.verdict() == v1::COLD_CHAIN_VERDICT_WITHIN);
  // The unit has all of it, and passes on what each lot went through in it.
  const auto pallet = Check(world, Of(kPallet));
  CHECK(pallet.samples() == 15);
  CHECK(pallet.excursion_count() == 2);
  CHECK(pallet.inherited_count() == 1);
  CHECK(pallet.inherited(0).epc() == kMilkLink);
  CHECK(pallet.inherited_lots() == 2);
  // In a time in which it held the cream only.
  auto later = Of(kPallet);
  *later.mutable_from_time() = TimeOf(10);
  CHECK(Check(world, later).inherited_lots() == 1);
  CHECK(Check(world, later).verdict() == v1::COLD_CHAIN_VERDICT_WITHIN);
}

TEST_CASE("what lots went through is inherited over two tiers and through a container") {
  Evening world;
  world.Capture(Document(absl::StrJoin(
      {Packed(kMilk, "07:00:00", "ADD"), OfUnit("08:00:00", Sensors(7, {"11", "12", "13"})),
       // The pallet is used as it is; what its logger says later is no longer of this milk.
       EventJson("TransformationEvent", "09:00:00",
                 R"("inputEPCList":[")" + std::string(kPallet) + R"("],)" +
                     Lot("outputQuantityList", kCream) + At(kSupplier)),
       OfUnit("11:00:00", Sensors(10, {"20", "20", "20", "20"})), Made(kCream, kCake, "10:00:00"),
       Seen(kCake, "12:00:00", Sensors(11, {"4", "4"}))},
      ",")));
  const auto cake = Check(world, Of(kCake));
  CHECK(cake.verdict() == v1::COLD_CHAIN_VERDICT_INHERITED);
  CHECK(cake.excursion_count() == 0);
  REQUIRE(cake.inherited_size() == 1);
  CHECK(cake.inherited(0).epc() == kMilkLink);
  CHECK(cake.inherited(0).depth() == 2);
  CHECK(cake.inherited(0).worst_millicelsius() == 13'000);
  CHECK(cake.inherited(0).band() == "any");
  CHECK(cake.inherited_lots() == 2);
  CHECK(cake.edges() > 0);
  CHECK(Check(world, Of(kCream)).inherited(0).depth() == 1);
  // A lot does not inherit from what was made of it.
  CHECK(Check(world, Of(kMilk)).inherited_count() == 0);
}

TEST_CASE("an input counts up to its use") {
  Evening world;
  world.Capture(Document(absl::StrJoin(
      {Made(kMilk, kCream, "09:00:00"),
       Seen(kMilk, "12:00:00", Sensors(9, {"4", "11", "12", "13"}))},  // what was left of it
      ",")));
  CHECK(Check(world, Of(kMilk)).verdict() == v1::COLD_CHAIN_VERDICT_EXCURSION);
  const auto cream = Check(world, Of(kCream));
  CHECK(cream.verdict() == v1::COLD_CHAIN_VERDICT_NOT_STATED);
  CHECK(cream.inherited_lots() == 1);
}

TEST_CASE("a process has the readings of its events, and inherits from its inputs") {
  Evening world;
  const auto captured = world.Capture(Document(absl::StrJoin(
      {Seen(kMilk, "08:00:00", Sensors(7, {"11", "12", "13"})),
       Made(kMilk, kCream, "09:00:00",
            R"(,"transformationID":"urn:example:skim:1")" + Sensors(8, {"15", "16", "17"}))},
      ",")));
  v1::CheckColdChainRequest in;
  in.set_process("urn:example:skim:1");
  const auto skimming = Check(world, in);
  CHECK(skimming.verdict() == v1::COLD_CHAIN_VERDICT_EXCURSION);
  CHECK(skimming.excursions(0).worst_millicelsius() == 17'000);
  CHECK(skimming.excursions(0).epc().empty());
  REQUIRE(skimming.inherited_size() == 1);
  CHECK(skimming.inherited(0).epc() == kMilkLink);
  CHECK(skimming.inherited(0).depth() == 1);
  // What the process went through is told of the milk too: its event names it.
  CHECK(skimming.inherited(0).samples() == 6);
  in.set_process(captured.verdicts(1).row().name());
  CHECK(Check(world, in).excursions(0).worst_millicelsius() == 17'000);
}

TEST_CASE("a unit passes on nothing of what it held at other times") {
  Evening world;
  const auto captured = world.Capture(Document(absl::StrJoin(
      {Packed(kMilk, "07:00:00", "ADD"), OfUnit("08:00:00", Sensors(7, {"11", "12", "13"})),
       Packed(kMilk, "08:00:00", "DELETE"), OfUnit("10:00:00", Sensors(9, {"4", "4", "4"})),
       EventJson("TransformationEvent", "10:00:00",
                 R"("inputEPCList":[")" + std::string(kPallet) + R"("],)" +
                     Lot("outputQuantityList", kCream) + At(kSupplier))},
      ",")));
  v1::CheckColdChainRequest in;
  in.set_process(captured.verdicts(4).row().name());
  for (const auto& answer : {Check(world, in), Check(world, Of(kCream))}) {
    CHECK(answer.inherited_lots() == 1);
    CHECK(answer.inherited_count() == 0);
    CHECK(answer.verdict() == v1::COLD_CHAIN_VERDICT_NOT_STATED);
  }
}

TEST_CASE("readings that were declared wrong do not count, and count as known before") {
  Evening world;
  const std::string event = Seen(kMilk, "12:00:00", Sensors(8, {"11", "12", "13"}));
  world.Capture(Document(event));
  const absl::Time before = world.Now();
  world.Advance(absl::Hours(1));
  world.Capture(
      Document(Seen(kMilk, "12:00:00",
                    Sensors(8, {"11", "12", "13"}) +
                        R"(,"errorDeclaration":{"declarationTime":"2025-03-04T12:00:00+08:00"})")));
  v1::CheckColdChainResponse out;
  CHECK(Ask(world, Of(kMilk), &out).error_code() == grpc::StatusCode::NOT_FOUND);
  auto in = Of(kMilk);
  *in.mutable_known_at() = rpc::ToProto(before);
  CHECK(Check(world, in).verdict() == v1::COLD_CHAIN_VERDICT_EXCURSION);
  CHECK(Check(world, in).event_sequence() == 1);
}

TEST_CASE("values that cannot be read, and times that cannot be, are told and not guessed") {
  Evening world;
  world.Capture(Document(Seen(kMilk, "12:00:00", Sensors(8, {"4", "4"}))));
  world.Capture(Document(Seen(kMilk, "12:01:00", Sensors(9, {"4"}, "C"))));
  const auto unit = Check(world, Of(kMilk));
  CHECK(unit.verdict() == v1::COLD_CHAIN_VERDICT_UNREADABLE);
  CHECK(unit.unreadable_count() == 1);
  CHECK(unit.unreadable_events_size() == 1);
  REQUIRE(unit.unknown_uoms_size() == 1);
  CHECK(unit.unknown_uoms(0) == "C");
  CHECK(unit.samples() == 2);

  Evening ahead;
  const std::string sensors =
      R"(,"sensorElementList":[{"sensorMetadata":{"time":"2999-01-01T00:00:00+08:00"},)"
      R"("sensorReport":[{"type":"Temperature","value":50,"uom":"CEL"}]}])";
  ahead.Capture(Document(Seen(kMilk, "12:00:00", sensors)));
  const auto future = Check(ahead, Of(kMilk));
  CHECK(future.verdict() == v1::COLD_CHAIN_VERDICT_UNREADABLE);
  CHECK(future.future_count() == 1);
  CHECK(future.samples() == 0);
}

TEST_CASE("an answer that was cut short has no verdict and says why") {
  Evening world;
  world.Capture(Document(absl::StrJoin(
      {Seen(kMilk, "08:00:00", Sensors(7, {"11", "12", "13"})), Made(kMilk, kCream, "09:00:00"),
       Made(kCream, kCake, "10:00:00"), Seen(kCake, "12:00:00", Sensors(11, {"4"}))},
      ",")));
  auto in = Of(kCake);
  in.set_max_events(1);
  const auto few = Check(world, in);
  CHECK(few.verdict() == v1::COLD_CHAIN_VERDICT_UNSPECIFIED);
  CHECK_FALSE(few.complete());
  CHECK(few.stopped_by() == "max_events");
  CHECK(few.events() == 1);
  in = Of(kCake);
  in.set_max_edges(1);
  CHECK(Check(world, in).stopped_by() == "max_edges");
  in.set_max_edges(100);
  CHECK(Check(world, in).verdict() == v1::COLD_CHAIN_VERDICT_INHERITED);
}

TEST_CASE("who may ask is as for a balance, and the read is audited") {
  Evening world;
  registry::v1::OperatorChanged changed;
  changed.mutable_operator_()->set_name("operators/supplier");
  auto* site = changed.mutable_operator_()->add_sites();
  site->set_gln("6901234000016");
  site->set_region("420100");
  world.React(GenealogyReactions(), "shian.registry.operator.registered",
              changed.SerializeAsString());
  world.Capture(Document(Seen(kMilk, "12:00:00", Sensors(8, {"4"}))));
  v1::CheckColdChainResponse out;
  const std::string county = TokenFor(OfficerNamed("p1", {"handler"}));
  CHECK(errors::ReasonOf(rpc::FromGrpc(Ask(world, Of(kMilk), &out, county))) ==
        Reason::kRegionNotAllowed);
}

TEST_CASE("wrong questions about the cold chain are refused by field") {
  Evening world;
  world.Capture(Document(Seen(kMilk, "12:00:00", Sensors(8, {"4"}))));
  const auto field = [&](const v1::CheckColdChainRequest& in) {
    v1::CheckColdChainResponse out;
    const grpc::Status status = Ask(world, in, &out);
    REQUIRE(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
    return errors::ViolationsOf(rpc::FromGrpc(status)).front().first;
  };
  CHECK(field({}) == "epc");
  CHECK(field(Of("")) == "epc");
  CHECK(field(Of("no uri")) == "epc");
  auto in = Of(kMilk);
  in.set_band("tepid");
  CHECK(field(in) == "band");
  in.set_band(std::string(101, 'x'));
  CHECK(field(in) == "band");
  in = Of(kMilk);
  *in.mutable_from_time() = TimeOf(9);
  *in.mutable_to_time() = TimeOf(8);
  CHECK(field(in) == "to_time");
  in = Of(kMilk);
  in.mutable_from_time()->set_nanos(-1);
  CHECK(field(in) == "from_time");
  in = Of(kMilk);
  in.set_max_events(10'001);
  CHECK(field(in) == "max_events");
  in = Of(kMilk);
  in.set_max_edges(-1);
  CHECK(field(in) == "max_edges");
  in.clear_subject();
  in.set_max_edges(0);
  in.set_process("events/xyz");
  CHECK(field(in) == "process");
  v1::CheckColdChainResponse out;
  CHECK(Ask(world, Of("urn:epc:class:lgtin:6901234.056789.OTHER"), &out).error_code() ==
        grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace shian::trace
