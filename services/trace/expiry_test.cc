// ListExpiring over mTLS: what is near, what has passed, where it still is, and who may ask.
#include "services/trace/service_testing.h"

namespace shian::trace {
namespace {

constexpr char kLotUrn[] = "urn:epc:class:lgtin:6901234.056789.C1";
constexpr char kLot[] = "https://id.gs1.org/01/06901234567892/10/C1";

std::string Goods(const std::string& lot, int kilos) {
  return absl::StrCat(R"("quantityList":[{"epcClass":")", lot, R"(","quantity":)", kilos,
                      R"(,"uom":"KGM"}],)");
}
std::string At(const std::string& place) {
  return absl::StrCat(R"("readPoint":{"id":")", place, R"("})");
}

// 100 kg made on 2025-03-03 at the supplier's, good until 2025-03-20: a shelf life of 17 days.
std::string Made(const std::string& lot = kLotUrn, const std::string& more = "") {
  return EventJson("ObjectEvent", "08:00:00",
                   R"("action":"ADD","bizStep":"commissioning",)" + Goods(lot, 100) +
                       R"("ilmd":{"cbvmda:itemExpirationDate":"2025-03-20"},)" + At(kSupplier) +
                       more);
}
std::string Seen(const std::string& time, const std::string& step, int kilos,
                 const std::string& place, const std::string& more = "") {
  return EventJson("ObjectEvent", time,
                   R"("action":"OBSERVE","bizStep":")" + step + "\"," + Goods(kLotUrn, kilos) +
                       At(place) + more);
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

// Captured, and taken into the list.
void Capture(World& world, const std::string& events) {
  world.Capture(Document(events));
  world.Advance(absl::Minutes(1));
}

v1::ListExpiringRequest AsOf(int day, int within, int expired = 0) {
  v1::ListExpiringRequest in;
  in.set_region("410000");
  *in.mutable_as_of() =
      rpc::ToProto(absl::FromCivil(absl::CivilHour(2025, 3, day, 12), ChinaTime()));
  in.set_within_days(within);
  in.set_expired_days(expired);
  return in;
}

v1::ListExpiringResponse List(World& world, const v1::ListExpiringRequest& in) {
  v1::ListExpiringResponse out;
  const grpc::Status status = world.judgement->ListExpiring(Context().get(), in, &out);
  INFO(status.error_message());
  REQUIRE(status.ok());
  return out;
}

// The operators at which the one lot still is.
std::set<std::string> Where(World& world, const v1::ListExpiringRequest& in) {
  std::set<std::string> operators;
  const v1::ListExpiringResponse out = List(world, in);
  CHECK(out.lots_size() <= 1);
  for (const v1::ExpiringLot& lot : out.lots()) {
    for (const v1::Sighting& place : lot.places()) operators.insert(place.operator_());
  }
  return operators;
}

TEST_CASE("a lot is fresh, near its last day, and expired from the day after") {
  World world;
  RegisterBoth(world);
  Capture(world, Made());
  const auto fresh = List(world, AsOf(10, 10));
  REQUIRE(fresh.lots_size() == 1);
  const v1::ExpiringLot& lot = fresh.lots(0);
  CHECK(lot.epc() == kLot);
  CHECK(lot.epc_kind() == v1::EPC_KIND_LOT);
  CHECK(lot.kind() == v1::EXPIRY_KIND_EXPIRATION);
  CHECK(lot.date().day() == 20);
  CHECK(lot.days_left() == 10);
  CHECK(lot.shelf_life_days() == 17);
  CHECK(lot.near_days() == 5);
  CHECK(lot.near_mark() == policy::v1::RULE_MARK_RECALLED);
  CHECK(lot.state() == v1::EXPIRY_STATE_FRESH);
  CHECK(lot.event().substr(0, 7) == "events/");
  REQUIRE(lot.places_size() == 1);
  CHECK(lot.places(0).operator_() == "operators/supplier");
  CHECK(fresh.policy() == "judgement.food");
  CHECK(fresh.indexed_to() == 1);
  CHECK(List(world, AsOf(10, 9)).lots_size() == 0);
  CHECK(List(world, AsOf(15, 9)).lots(0).state() == v1::EXPIRY_STATE_NEAR);
  CHECK(List(world, AsOf(20, 0)).lots(0).state() == v1::EXPIRY_STATE_NEAR);
  CHECK(List(world, AsOf(21, 9)).lots_size() == 0);
  CHECK(List(world, AsOf(21, 0, 1)).lots(0).state() == v1::EXPIRY_STATE_EXPIRED);
  CHECK(List(world, AsOf(21, 0, 1)).lots(0).days_left() == -1);
  CHECK(List(world, AsOf(2, 30)).lots_size() == 0);  // not made yet
}

TEST_CASE("a lot is where it came to and from where it has not gone") {
  World world;
  RegisterBoth(world);
  Capture(world, Made());
  using Names = std::set<std::string>;
  const auto now = AsOf(15, 9);
  Capture(world, Seen("09:00:00", "shipping", 60, kSupplier));
  CHECK(Where(world, now) == Names{"operators/supplier"});
  Capture(world, Seen("10:00:00", "receiving", 60, kCanteen));
  CHECK(Where(world, now) == Names{"operators/supplier", "operators/canteen"});
  Capture(world, Seen("11:00:00", "shipping", 40, kSupplier));
  CHECK(Where(world, now) == Names{"operators/canteen"});
  Capture(world, Seen("12:00:00", "retail_selling", 59, kCanteen));
  CHECK(Where(world, now) == Names{"operators/canteen"});
  Capture(world, Seen("13:00:00", "retail_selling", 1, kCanteen));
  CHECK(Where(world, now).empty());
}

TEST_CASE("an event that takes a lot away says so, and what was packed goes with its unit") {
  World world;
  RegisterBoth(world);
  Capture(world, Made());
  Capture(world,
          EventJson("AggregationEvent", "09:00:00",
                    R"("action":"ADD","parentID":"urn:epc:id:sscc:6901234.0000000001",)"
                    R"("childQuantityList":[{"epcClass":")" +
                        std::string(kLotUrn) +
                        R"(","quantity":100,"uom":"KGM"}],"bizStep":"packing",)" + At(kSupplier)));
  CHECK(Where(world, AsOf(15, 9)) == std::set<std::string>{"operators/supplier"});
  Capture(world, EventJson("ObjectEvent", "10:00:00",
                           R"("action":"OBSERVE","bizStep":"shipping","epcList":)"
                           R"(["urn:epc:id:sscc:6901234.0000000001"],)" +
                               At(kSupplier) +
                               R"(,"destinationList":[{"type":"location","destination":")" +
                               kCanteen + R"("}])"));
  CHECK(Where(world, AsOf(15, 9)) == std::set<std::string>{"operators/canteen"});
}

TEST_CASE("the list asks for a division or an operator, and keeps to the caller's") {
  World world;
  RegisterBoth(world);
  Capture(world, Made());
  auto in = AsOf(15, 9);
  for (const auto& [region, count] : std::map<std::string, int>{
           {"410902", 1}, {"410900", 1}, {"410922", 0}, {"110000", 0}, {"", 1}}) {
    in.set_region(region);
    INFO(region);
    CHECK(List(world, in).lots_size() == count);
  }
  in.set_region("410000");
  in.set_operator_("operators/supplier");
  CHECK(List(world, in).lots_size() == 1);
  in.set_operator_("operators/canteen");
  CHECK(List(world, in).lots_size() == 0);
  v1::ListExpiringResponse out;
  const std::string county = TokenFor(OfficerNamed("p1", {"handler"}));
  CHECK(errors::ReasonOf(rpc::FromGrpc(world.judgement->ListExpiring(
            Context(county).get(), in, &out))) == Reason::kRegionNotAllowed);
  in.set_region("410902");
  CHECK(world.judgement->ListExpiring(Context(county).get(), in, &out).ok());
}

TEST_CASE("what was declared wrong is left out, and stands as known before") {
  World world;
  RegisterBoth(world);
  Capture(world, Made());
  const absl::Time before = world.Now();
  world.Advance(absl::Hours(1));
  Capture(world,
          Made(kLotUrn, R"(,"errorDeclaration":{"declarationTime":"2025-03-04T12:00:00+08:00",)"
                        R"("reason":"did_not_occur"})"));
  auto in = AsOf(15, 9);
  CHECK(List(world, in).lots_size() == 0);
  *in.mutable_known_at() = rpc::ToProto(before);
  CHECK(List(world, in).lots_size() == 1);
}

TEST_CASE("pages hold each lot once, what two events state alike too") {
  World world;
  RegisterBoth(world);
  std::string events = Made();
  for (int i = 1; i < 7; ++i) absl::StrAppend(&events, ",", Made(absl::StrCat(kLotUrn, i)));
  Capture(world, events);
  Capture(world,
          EventJson("ObjectEvent", "08:30:00",
                    R"("action":"ADD","bizStep":"commissioning",)" + Goods(kLotUrn, 5) +
                        R"("ilmd":{"cbvmda:itemExpirationDate":"2025-03-20"},)" + At(kSupplier)));
  auto in = AsOf(15, 9);
  in.set_page_size(2);
  std::set<std::string> lots;
  int pages = 0;
  do {
    const auto out = List(world, in);
    for (const auto& lot : out.lots()) CHECK(lots.insert(lot.epc()).second);
    in.set_page_token(out.next_page_token());
    REQUIRE(++pages < 10);
  } while (!in.page_token().empty());
  CHECK(lots.size() == 7);
  CHECK(List(world, AsOf(15, 9)).indexed_to() == 8);
}

TEST_CASE("wrong questions about last days are refused by field") {
  World world;
  const auto field = [&](const v1::ListExpiringRequest& in) {
    v1::ListExpiringResponse out;
    const grpc::Status status = world.judgement->ListExpiring(Context().get(), in, &out);
    REQUIRE(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
    return errors::ViolationsOf(rpc::FromGrpc(status)).front().first;
  };
  auto in = AsOf(15, 367);
  CHECK(field(in) == "within_days");
  in = AsOf(15, 9, -1);
  CHECK(field(in) == "expired_days");
  in = AsOf(15, 9);
  in.set_region("41");
  CHECK(field(in) == "region");
  in = AsOf(15, 9);
  in.set_operator_("supplier");
  CHECK(field(in) == "operator");
  in = AsOf(15, 9);
  in.mutable_as_of()->set_seconds(-62'000'000'000);
  CHECK(field(in) == "as_of");
}

}  // namespace
}  // namespace shian::trace
