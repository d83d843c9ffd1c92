// Excursions that are told behind the captures, and ListExcursions over mTLS.
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "services/trace/service_testing.h"
#include "shian/trace/v1/cold_changes.pb.h"

namespace shian::trace {
namespace {

constexpr char kMilk[] = "urn:epc:class:lgtin:6901234.056789.MILK1";
constexpr char kMilkLink[] = "https://id.gs1.org/01/06901234567892/10/MILK1";
constexpr char kPallet[] = "urn:epc:id:sscc:6901234.0000000001";

std::string At(const std::string& place) {
  return absl::StrCat(R"(,"readPoint":{"id":")", place, R"("})");
}

// A sample every ten minutes from `hour` on.
std::string Sensors(int hour, const std::vector<int>& values) {
  std::vector<std::string> elements;
  for (size_t i = 0; i < values.size(); ++i) {
    const std::string time =
        absl::StrFormat("2025-03-03T%02d:%02d:00+08:00", hour + static_cast<int>(i) / 6,
                        static_cast<int>(i) % 6 * 10);
    elements.push_back(absl::StrCat(R"({"sensorMetadata":{"time":")", time,
                                    R"(","deviceID":"urn:x:logger:1"},"sensorReport":[{"type":)",
                                    R"("Temperature","value":)", values[i], R"(,"uom":"CEL"}]})"));
  }
  return absl::StrCat(R"(,"sensorElementList":[)", absl::StrJoin(elements, ","), "]");
}
std::string Seen(const std::string& clock, const std::string& more, const std::string& lot = kMilk,
                 const std::string& place = kSupplier) {
  return EventJson("ObjectEvent", clock,
                   R"("action":"OBSERVE","bizStep":"storing","quantityList":[{"epcClass":")" + lot +
                       "\"}]" + At(place) + more);
}

// As a bureau enters them: the milk is chilled food.
const std::string& WithPrefixes() {
  static const ChangedPolicies& policies =
      *new ChangedPolicies("judgement/food.txtpb", "key: \"chilled\"",
                           "key: \"chilled\" gtin_prefixes: \"0690123456789\"");
  static const std::string& path = *new std::string(policies.path());
  return path;
}

// The day of the events is over: no clock speaks of a time to come.
struct Registered : World {
  explicit Registered(const std::string& policies = WithPrefixes()) : World(policies) {
    Advance(absl::Hours(24));
    Register("operators/supplier", "6901234000016", "410902");
    Register("operators/canteen", "9520000000011", "410922");
  }
  // Captured, and looked at.
  void Take(const std::string& events) {
    Capture(Document(events));
    Advance(absl::Minutes(1));
  }
  size_t Told() { return Facts("shian.trace.cold.excursion").size(); }
  size_t Withdrawn() { return Facts("shian.trace.cold.excursion_withdrawn").size(); }
};

v1::ListExcursionsResponse List(World& world, const v1::ListExcursionsRequest& in) {
  v1::ListExcursionsResponse out;
  const grpc::Status status = world.cold->ListExcursions(Context().get(), in, &out);
  INFO(status.error_message());
  REQUIRE(status.ok());
  return out;
}
std::string Clock(const google::protobuf::Timestamp& time) {
  return FormatTime(rpc::FromProto(time)).substr(11, 5);
}

TEST_CASE("an excursion is told once, with where it was, and listed") {
  Registered world;
  world.Take(Seen("09:00:00", Sensors(8, {4, 11, 12, 13, 4})));
  const auto facts = world.Facts("shian.trace.cold.excursion");
  REQUIRE(facts.size() == 1);
  CHECK(facts.front().change.subject == "operators/supplier");
  CHECK(facts.front().change.region == "410902");
  v1::ColdExcursionFound told;
  REQUIRE(told.ParseFromString(facts.front().change.payload));
  const v1::FoundExcursion& found = told.excursion();
  CHECK(found.excursion().epc() == kMilkLink);
  CHECK(found.excursion().device() == "urn:x:logger:1");
  CHECK(found.excursion().samples() == 3);
  CHECK(found.excursion().worst_millicelsius() == 13'000);
  CHECK(found.excursion().band() == "chilled");
  CHECK(found.excursion().event().substr(0, 7) == "events/");
  CHECK(Clock(found.excursion().begin_time()) == "08:10");
  CHECK(found.operator_() == "operators/supplier");
  CHECK(found.place() == "https://id.gs1.org/414/6901234000016");
  CHECK(found.policy() == "judgement.food");
  CHECK(found.policy_revision().size() == 64);
  CHECK_FALSE(found.has_withdraw_time());
  CHECK(found.name().substr(0, 11) == "excursions/");
  CHECK(found.name().size() == 43);

  const auto listed = List(world, {});
  REQUIRE(listed.excursions_size() == 1);
  CHECK(listed.excursions(0).SerializeAsString() == found.SerializeAsString());
  CHECK(listed.looked_to() == 1);
  // The same again, and what has nothing to do with it.
  world.Take(Seen("09:01:00", Sensors(8, {4, 11, 12, 13, 4})));
  world.Take(Seen("09:02:00", ""));
  CHECK(world.Told() == 1);
  CHECK(List(world, {}).excursions_size() == 1);
  CHECK(List(world, {}).looked_to() == 3);
}

TEST_CASE("samples of several events make one excursion, which grows and is told once") {
  Registered world;
  world.Take(Seen("08:00:00", Sensors(8, {11})));
  world.Take(Seen("08:20:00", Sensors(9, {15})));
  CHECK(world.Told() == 1);  // an hour lies between the two
  const std::string name = List(world, {}).excursions(0).name();
  world.Take(Seen("08:30:00", Sensors(7, {12, 4, 4, 4, 11})));
  CHECK(world.Told() == 1);
  const auto listed = List(world, {});
  REQUIRE(listed.excursions_size() == 1);
  CHECK(Clock(listed.excursions(0).excursion().begin_time()) == "07:40");
  CHECK(Clock(listed.excursions(0).excursion().end_time()) == "09:00");
  CHECK(listed.excursions(0).excursion().samples() == 3);
  CHECK(listed.excursions(0).excursion().worst_millicelsius() == 15'000);
  // It began earlier, and is the same one.
  CHECK(listed.excursions(0).name() == name);
}

TEST_CASE("of goods that no band names excursions are judged, and not told") {
  Registered world("");
  world.Take(Seen("09:00:00", Sensors(8, {11, 12, 13})));
  CHECK(world.Told() == 0);
  CHECK(List(world, {}).excursions_size() == 0);
  CHECK(List(world, {}).looked_to() == 1);
  v1::CheckColdChainRequest in;
  in.set_epc(kMilk);
  v1::CheckColdChainResponse out;
  REQUIRE(world.cold->CheckColdChain(Context().get(), in, &out).ok());
  CHECK(out.verdict() == v1::COLD_CHAIN_VERDICT_EXCURSION);
  CHECK(out.band().key() == "any");
}

TEST_CASE("sensors are found behind many events without any") {
  Registered world;
  for (int hour = 0; hour < 3; ++hour) {
    std::vector<std::string> events;
    for (int i = 0; i < 400; ++i) {
      events.push_back(Seen(absl::StrFormat("%02d:%02d:%02d", hour, i / 60, i % 60), "",
                            kMilk + std::string("2")));
    }
    world.Capture(Document(absl::StrJoin(events, ",")));
  }
  world.Advance(absl::Minutes(1));
  CHECK(List(world, {}).looked_to() == 1'200);
  world.Take(Seen("09:00:00", Sensors(8, {11, 12, 13})));
  CHECK(world.Told() == 1);
  CHECK(List(world, {}).looked_to() == 1'201);
}

TEST_CASE("sensors are found however their name is written") {
  Registered world;
  std::string sensors = Sensors(8, {11, 12, 13});
  const std::string name = "sensorElementList";
  sensors.replace(sensors.find(name), name.size(), "\\u0073ensorElement\\u004Cist");
  world.Take(Seen("09:00:00", sensors));
  CHECK(world.Told() == 1);
}

TEST_CASE("what a unit went through is told of what it held") {
  Registered world;
  world.Take(absl::StrJoin(
      {EventJson("AggregationEvent", "07:00:00",
                 R"("action":"ADD","parentID":")" + std::string(kPallet) +
                     R"(","childQuantityList":[{"epcClass":")" + kMilk + "\"}]" + At(kSupplier)),
       EventJson("ObjectEvent", "09:00:00",
                 R"("action":"OBSERVE","epcList":[")" + std::string(kPallet) + "\"]" +
                     At(kCanteen) + Sensors(8, {11, 12, 13}))},
      ","));
  const auto listed = List(world, {});
  REQUIRE(listed.excursions_size() == 1);
  CHECK(listed.excursions(0).excursion().epc() == kMilkLink);
  // It was still there when it became warm.
  CHECK(listed.excursions(0).operator_() == "operators/supplier");
}

TEST_CASE("an excursion whose event was declared wrong is withdrawn, told, and can come back") {
  Registered world;
  world.Take(Seen("09:00:00", Sensors(8, {11, 12, 13})));
  world.Take(Seen("09:00:00", Sensors(8, {11, 12, 13}) +
                                  R"(,"errorDeclaration":{"declarationTime":)"
                                  R"("2025-03-04T12:00:00+08:00"})"));
  REQUIRE(world.Withdrawn() == 1);
  v1::ColdExcursionWithdrawn told;
  REQUIRE(told.ParseFromString(
      world.Facts("shian.trace.cold.excursion_withdrawn").front().change.payload));
  CHECK(List(world, {}).excursions_size() == 0);
  v1::ListExcursionsRequest in;
  in.set_withdrawn(true);
  const auto listed = List(world, in);
  REQUIRE(listed.excursions_size() == 1);
  CHECK(listed.excursions(0).has_withdraw_time());
  CHECK(told.excursion().name() == listed.excursions(0).name());
  world.Take(Seen("09:05:00", Sensors(8, {11, 12, 13})));
  CHECK(world.Told() == 2);
  REQUIRE(List(world, {}).excursions_size() == 1);
  CHECK(List(world, {}).excursions(0).name() != told.excursion().name());
}

TEST_CASE("goods at no registered place are nobody's business") {
  World world(WithPrefixes());
  world.Advance(absl::Hours(24));
  world.Capture(Document(Seen("09:00:00", Sensors(8, {11, 12, 13}))));
  world.Advance(absl::Minutes(1));
  CHECK(world.Facts("shian.trace.cold.excursion").empty());
  CHECK(List(world, {}).excursions_size() == 0);
}

TEST_CASE("excursions are listed by division, operator and time, in pages") {
  Registered world;
  std::vector<std::string> events;
  for (int i = 0; i < 5; ++i) {
    events.push_back(Seen("20:00:00", Sensors(8 + i, {11, 12, 13}), absl::StrCat(kMilk, i),
                          i % 2 == 0 ? kSupplier : kCanteen));
  }
  world.Take(absl::StrJoin(events, ","));
  const auto count = [&](const v1::ListExcursionsRequest& in) {
    return List(world, in).excursions_size();
  };
  v1::ListExcursionsRequest in;
  CHECK(count(in) == 5);
  in.set_region("410902");
  CHECK(count(in) == 3);
  in.set_region("410900");
  CHECK(count(in) == 5);
  in.set_operator_("operators/canteen");
  CHECK(count(in) == 2);
  in = {};
  *in.mutable_from_time() =
      rpc::ToProto(absl::FromCivil(absl::CivilHour(2025, 3, 3, 9), ChinaTime()));
  *in.mutable_to_time() =
      rpc::ToProto(absl::FromCivil(absl::CivilHour(2025, 3, 3, 11), ChinaTime()));
  CHECK(count(in) == 2);
  in = {};
  in.set_page_size(2);
  std::set<std::string> lots;
  int pages = 0;
  do {
    const auto out = List(world, in);
    for (const auto& each : out.excursions()) CHECK(lots.insert(each.excursion().epc()).second);
    in.set_page_token(out.next_page_token());
    REQUIRE(++pages < 5);
  } while (!in.page_token().empty());
  CHECK(lots.size() == 5);
  v1::ListExcursionsResponse out;
  in = {};
  in.set_region("420000");
  const std::string county = TokenFor(OfficerNamed("p1", {"handler"}));
  CHECK(errors::ReasonOf(rpc::FromGrpc(world.cold->ListExcursions(
            Context(county).get(), in, &out))) == Reason::kRegionNotAllowed);
  const auto field = [&] {
    const grpc::Status status = world.cold->ListExcursions(Context().get(), in, &out);
    REQUIRE(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
    return errors::ViolationsOf(rpc::FromGrpc(status)).front().first;
  };
  in.set_region("x");
  CHECK(field() == "region");
  in = {};
  in.set_operator_("canteen");
  CHECK(field() == "operator");
  in = {};
  in.mutable_to_time()->set_nanos(-1);
  CHECK(field() == "to_time");
}

}  // namespace
}  // namespace shian::trace
