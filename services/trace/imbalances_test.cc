// Balances out of their range that are told behind the captures, and ListImbalances over mTLS.
#include <thread>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "services/trace/judgement/service_imbalance.h"
#include "services/trace/service_testing.h"
#include "shian/trace/v1/balance_changes.pb.h"

namespace shian::trace {
namespace {

constexpr char kPig[] = "urn:epc:class:lgtin:6909999.012345.PIG1";
constexpr char kPigLink[] = "https://id.gs1.org/01/06909999123452/10/PIG1";
constexpr char kCut[] = "urn:epc:class:lgtin:6901234.056789.C1";
constexpr char kPallet[] = "urn:epc:id:sscc:6901234.0000000001";
constexpr char kProcess[] = "urn:example:cut:1";

std::string At(const std::string& place) {
  return absl::StrCat(R"(,"readPoint":{"id":")", place, R"("})");
}
std::string Goods(const std::string& list, const std::string& lot, double kilos) {
  return absl::StrCat("\"", list, R"(":[{"epcClass":")", lot, R"(","quantity":)", kilos,
                      R"(,"uom":"KGM"}])");
}
// A declaration that it was wrong, put at the end of an event.
std::string Wrong(std::string event) {
  event.pop_back();
  return event + R"(,"errorDeclaration":{"declarationTime":"2025-03-04T12:00:00+08:00"}})";
}

std::string Moved(const std::string& clock, const std::string& step, const std::string& lot,
                  double kilos, const std::string& place = kSupplier) {
  return EventJson("ObjectEvent", clock,
                   R"("action":"OBSERVE","bizStep":")" + step + "\"," +
                       Goods("quantityList", lot, kilos) + At(place));
}
std::string Received(const std::string& clock, double kilos, const std::string& lot = kPig) {
  return Moved(clock, "receiving", lot, kilos);
}
std::string Shipped(const std::string& clock, double kilos, const std::string& lot = kPig) {
  return Moved(clock, "shipping", lot, kilos);
}
std::string Made(const std::string& clock, double from, double to, const std::string& step,
                 const std::string& process = kProcess) {
  const std::string id =
      process.empty() ? "" : absl::StrCat(R"("transformationID":")", process, R"(",)");
  return EventJson("TransformationEvent", clock,
                   id + R"("bizStep":")" + step + "\"," + Goods("inputQuantityList", kPig, from) +
                       "," + Goods("outputQuantityList", kCut, to) + At(kSupplier));
}

v1::ListImbalancesResponse List(World& world, const v1::ListImbalancesRequest& in) {
  v1::ListImbalancesResponse out;
  const grpc::Status status = world.judgement->ListImbalances(Context().get(), in, &out);
  INFO(status.error_message());
  REQUIRE(status.ok());
  return out;
}

struct Registered : World {
  Registered() {
    Advance(absl::Hours(24));
    Register("operators/supplier", "6901234000016", "410902");
    Register("operators/canteen", "9520000000011", "410922");
  }
  // Captured, and looked at.
  void Take(const std::string& events) {
    Capture(Document(events));
    Advance(absl::Minutes(1));
  }
  size_t Told() { return Facts("shian.trace.balance.alerted").size(); }
  size_t Withdrawn() { return Facts("shian.trace.balance.withdrawn").size(); }
  v1::FoundImbalance Only(bool withdrawn = false) {
    v1::ListImbalancesRequest in;
    in.set_withdrawn(withdrawn);
    const auto listed = List(*this, in);
    REQUIRE(listed.imbalances_size() == 1);
    return listed.imbalances(0);
  }
  v1::BalanceVerdict Asked(const std::string& lot, const std::string& process = "") {
    v1::CheckBalanceRequest in;
    process.empty() ? in.set_lot(lot) : in.set_process(process);
    v1::CheckBalanceResponse out;
    const grpc::Status status = judgement->CheckBalance(Context().get(), in, &out);
    // Nothing is known of it any more.
    if (status.error_code() == grpc::StatusCode::NOT_FOUND) return v1::BALANCE_VERDICT_UNSPECIFIED;
    REQUIRE(status.ok());
    return out.verdict();
  }
};

TEST_CASE("a lot of which more went than came is told once, with where it was, and listed") {
  Registered world;
  world.Take(absl::StrJoin({Received("07:00:00", 100), Shipped("10:00:00", 120)}, ","));
  const absl::Time found_at = world.Now();
  const auto facts = world.Facts("shian.trace.balance.alerted");
  REQUIRE(facts.size() == 1);
  CHECK(facts.front().change.subject == "operators/supplier");
  CHECK(facts.front().change.region == "410902");
  CHECK(facts.front().change.time == absl::FromCivil(absl::CivilHour(2025, 3, 3, 10), ChinaTime()));
  v1::ImbalanceFound told;
  REQUIRE(told.ParseFromString(facts.front().change.payload));
  const v1::FoundImbalance& found = told.imbalance();
  CHECK(found.name().substr(0, 11) == "imbalances/");
  CHECK(found.name().size() == 43);
  CHECK(found.lot() == kPigLink);
  CHECK(found.verdict() == v1::BALANCE_VERDICT_OVER);
  REQUIRE(found.dimensions_size() == 1);
  CHECK(found.dimensions(0).uom() == "KGM");
  CHECK(found.dimensions(0).input() == "100");
  CHECK(found.dimensions(0).output() == "120");
  CHECK(found.dimensions(0).residual() == "-20");
  CHECK(found.dimensions(0).ratio_ppm() == "1200000");
  CHECK(found.dimensions(0).verdict() == v1::BALANCE_VERDICT_OVER);
  CHECK(found.rule().key() == "lot.any");
  CHECK(found.rule().highest_ppm() == 1'000'000);
  CHECK(found.rule().tolerance_ppm() == 5'000);
  CHECK(found.rule().mark() == policy::v1::RULE_MARK_DESIGN);
  CHECK(found.rule().policy() == "judgement.food");
  CHECK(found.rule().policy_revision().size() == 64);
  CHECK(found.operator_() == "operators/supplier");
  CHECK(found.place() == "https://id.gs1.org/414/6901234000016");
  CHECK(found.region() == "410902");
  CHECK(rpc::FromProto(found.event_time()) == facts.front().change.time);
  CHECK(rpc::FromProto(found.find_time()) == found_at);
  CHECK_FALSE(found.has_withdraw_time());
  CHECK(world.Only().SerializeAsString() == found.SerializeAsString());
  CHECK(List(world, {}).looked_to() == 2);

  // The same again, what has nothing to do with it, and more of the same.
  world.Take(Shipped("10:00:00", 120));
  world.Take(Moved("10:30:00", "storing", kPig, 1));
  CHECK(world.Only().SerializeAsString() == found.SerializeAsString());
  world.Take(Shipped("11:00:00", 5));
  CHECK(world.Told() == 1);
  CHECK(world.Withdrawn() == 0);
  v1::FoundImbalance changed = world.Only();
  CHECK(changed.dimensions(0).output() == "125");
  *changed.mutable_dimensions() = found.dimensions();
  CHECK(changed.SerializeAsString() == found.SerializeAsString());
  CHECK(List(world, {}).looked_to() == 4);
}

TEST_CASE("what was told until a receipt came is withdrawn, and can come back by another name") {
  Registered world;
  const std::string more = Shipped("11:00:00", 30);
  world.Take(absl::StrJoin({Received("07:00:00", 100), Shipped("10:00:00", 90), more}, ","));
  const std::string name = world.Only().name();
  world.Take(Received("08:00:00", 50));
  REQUIRE(world.Withdrawn() == 1);
  const auto fact = world.Facts("shian.trace.balance.withdrawn").front().change;
  CHECK(fact.subject == "operators/supplier");
  CHECK(fact.region == "410902");
  v1::ImbalanceWithdrawn told;
  REQUIRE(told.ParseFromString(fact.payload));
  CHECK(told.imbalance().name() == name);
  CHECK(rpc::FromProto(told.imbalance().withdraw_time()) == world.Now());
  CHECK(List(world, {}).imbalances_size() == 0);
  CHECK(world.Only(true).SerializeAsString() == told.imbalance().SerializeAsString());
  // What came was declared wrong, and then one of those that went.
  world.Take(Wrong(Received("08:00:00", 50)));
  CHECK(world.Told() == 2);
  CHECK(world.Only().name() != name);
  world.Take(Wrong(more));
  CHECK(world.Withdrawn() == 2);
  CHECK(List(world, {}).imbalances_size() == 0);
  v1::ListImbalancesRequest all;
  all.set_withdrawn(true);
  CHECK(List(world, all).imbalances_size() == 2);
}

TEST_CASE("processes are told as the shipped policy has it: short where goods are only repacked") {
  Registered world;
  world.Take(Made("08:00:00", 100, 10, "creating_class_instance"));
  CHECK(world.Asked("", kProcess) == v1::BALANCE_VERDICT_SHORT);
  CHECK(world.Told() == 0);
  world.Take(Made("08:10:00", 1, 200, "creating_class_instance"));
  CHECK(world.Told() == 1);
  const v1::FoundImbalance over = world.Only();
  CHECK(over.process() == kProcess);
  CHECK(over.verdict() == v1::BALANCE_VERDICT_OVER);
  CHECK(over.rule().key() == "process.any");
  world.Take(Made("09:00:00", 100, 50, "repackaging", "urn:example:pack:1"));
  CHECK(world.Told() == 2);
  v1::ListImbalancesRequest in;
  *in.mutable_from_time() =
      rpc::ToProto(absl::FromCivil(absl::CivilHour(2025, 3, 3, 9), ChinaTime()));
  auto listed = List(world, in);
  REQUIRE(listed.imbalances_size() == 1);
  CHECK(listed.imbalances(0).verdict() == v1::BALANCE_VERDICT_SHORT);
  CHECK(listed.imbalances(0).rule().key() == "process.repackaging");
  // More came out, and then more than can be: another one.
  world.Take(Made("09:10:00", 1, 20, "repackaging", "urn:example:pack:1"));
  CHECK(world.Told() == 2);
  world.Take(Made("09:20:00", 1, 100, "repackaging", "urn:example:pack:1"));
  CHECK(world.Told() == 3);
  CHECK(world.Withdrawn() == 1);
  const std::string name = listed.imbalances(0).name();
  listed = List(world, in);
  REQUIRE(listed.imbalances_size() == 1);
  CHECK(listed.imbalances(0).verdict() == v1::BALANCE_VERDICT_OVER);
  CHECK(listed.imbalances(0).name() != name);
}

TEST_CASE("a process that is one event goes with it") {
  Registered world;
  const auto captured =
      world.Capture(Document(Made("08:00:00", 10, 20, "creating_class_instance", "")));
  world.Advance(absl::Minutes(1));
  CHECK(world.Only().process() == captured.verdicts(0).row().name());
  world.Take(Wrong(Made("08:00:00", 10, 20, "creating_class_instance", "")));
  CHECK(world.Withdrawn() == 1);
  CHECK(List(world, {}).imbalances_size() == 0);
}

TEST_CASE("a unit that is emptied whole opens the balances of what it held") {
  Registered world;
  const std::string packed = EventJson("AggregationEvent", "09:00:00",
                                       R"("action":"ADD","parentID":")" + std::string(kPallet) +
                                           R"(","bizStep":"packing",)" +
                                           Goods("childQuantityList", kPig, 30) + At(kSupplier));
  const std::string emptied = EventJson("AggregationEvent", "12:00:00",
                                        R"("action":"DELETE","parentID":")" + std::string(kPallet) +
                                            R"(","bizStep":"unpacking")" + At(kCanteen));
  world.Take(absl::StrJoin({Received("08:00:00", 30), packed, Shipped("08:30:00", 10)}, ","));
  CHECK(world.Told() == 1);
  world.Take(emptied);
  CHECK(world.Asked(kPig) == v1::BALANCE_VERDICT_NOT_STATED);
  CHECK(world.Withdrawn() == 1);
  world.Take(Wrong(emptied));
  CHECK(world.Asked(kPig) == v1::BALANCE_VERDICT_OVER);
  CHECK(world.Told() == 2);
  CHECK(world.Only().lot() == kPigLink);
}

TEST_CASE("it is told of the registered place of the latest event, and of nobody without one") {
  Registered world;
  world.Take(
      absl::StrJoin({Received("07:00:00", 10), Moved("08:00:00", "shipping", kPig, 5, kCanteen),
                     Moved("09:00:00", "shipping", kPig, 15, "urn:epc:id:sgln:6905555.00001.0"),
                     Moved("09:00:00", "receiving", kCut, 1, "urn:epc:id:sgln:6905555.00001.0"),
                     Moved("09:10:00", "shipping", kCut, 2, "urn:epc:id:sgln:6905555.00001.0")},
                    ","));
  CHECK(world.Asked(kCut) == v1::BALANCE_VERDICT_OVER);
  const v1::FoundImbalance found = world.Only();
  CHECK(found.operator_() == "operators/canteen");
  CHECK(found.region() == "410922");
  CHECK(rpc::FromProto(found.event_time()) ==
        absl::FromCivil(absl::CivilHour(2025, 3, 3, 9), ChinaTime()));
  // Somebody records it, if only by seeing it there.
  world.Take(Moved("10:00:00", "storing", kCut, 1));
  CHECK(world.Told() == 2);
}

TEST_CASE("a lot of very many events, and very many lots of one, are left to who asks") {
  Registered world;
  world.Take(absl::StrJoin({Received("00:00:00", 1), Shipped("00:00:01", 50)}, ","));
  const std::string before = world.Only().SerializeAsString();
  std::vector<std::string> events;
  for (int i = 0; i < 199; ++i) {
    const std::string clock = absl::StrFormat("01:%02d:%02d", i / 60, i % 60);
    events.push_back(Received(clock, 1));
    events.push_back(Received(clock, 1, kCut));
  }
  events.push_back(Shipped("02:00:00", 500, kCut));
  world.Take(absl::StrJoin(events, ","));
  CHECK(world.Asked(kPig) == v1::BALANCE_VERDICT_WITHIN);
  CHECK(world.Asked(kCut) == v1::BALANCE_VERDICT_OVER);
  CHECK(world.Told() == 2);  // of the other lot with its 200 events
  v1::ListImbalancesRequest in;
  *in.mutable_to_time() =
      rpc::ToProto(absl::FromCivil(absl::CivilHour(2025, 3, 3, 1), ChinaTime()));
  REQUIRE(List(world, in).imbalances_size() == 1);
  CHECK(List(world, in).imbalances(0).SerializeAsString() == before);
  CHECK(List(world, in).looked_to() == 401);

  std::vector<std::string> came, went;
  for (int i = 0; i < 510; ++i) {
    came.push_back(absl::StrCat(R"({"epcClass":")", kCut, "X", i, R"(","quantity":1})"));
    went.push_back(absl::StrCat(R"({"epcClass":")", kCut, "X", i, R"(","quantity":2})"));
  }
  const auto event = [](const std::string& clock, const std::string& step,
                        const std::vector<std::string>& goods) {
    return EventJson("ObjectEvent", clock,
                     R"("action":"OBSERVE","bizStep":")" + step + R"(","quantityList":[)" +
                         absl::StrJoin(goods, ",") + "]" + At(kSupplier));
  };
  world.Take(event("03:00:00", "receiving", came) + "," + event("04:00:00", "shipping", went));
  for (int i = 0; i < 5 && List(world, in).looked_to() < 403; ++i) world.Advance(absl::Minutes(1));
  CHECK(List(world, in).looked_to() == 403);
  const auto listed = [&world] {
    v1::ListImbalancesRequest all;
    all.set_page_size(500);
    auto page = List(world, all);
    int count = page.imbalances_size();
    all.set_page_token(page.next_page_token());
    return all.page_token().empty() ? count : count + List(world, all).imbalances_size();
  };
  CHECK(listed() == 502);
  world.Take(Moved("05:00:00", "storing", absl::StrCat(kCut, "X505"), 1));
  CHECK(listed() == 503);
}

TEST_CASE("two processes that look at the same time tell it once") {
  Registered world;
  world.Capture(
      Document(absl::StrJoin({Received("07:00:00", 10), Shipped("10:00:00", 20),
                              Received("07:00:00", 10, kCut), Shipped("10:00:00", 20, kCut)},
                             ",")));
  std::vector<std::thread> threads;
  std::vector<absl::Status> statuses(4);
  for (absl::Status& status : statuses) {
    threads.emplace_back(
        [&] { status = TellImbalances(world.host->edge(), world.graph, world.Now()); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const absl::Status& status : statuses) {
    INFO(status);
    CHECK(status.ok());
  }
  CHECK(world.Told() == 2);
  CHECK(List(world, {}).imbalances_size() == 2);
}

TEST_CASE("imbalances are listed by division, operator and time, in pages") {
  Registered world;
  std::vector<std::string> events;
  for (int i = 0; i < 5; ++i) {
    const std::string lot = absl::StrCat(kCut, i);
    const char* const place = i % 2 == 0 ? kSupplier : kCanteen;
    events.push_back(Moved("06:00:00", "receiving", lot, 1, place));
    events.push_back(Moved(absl::StrFormat("%02d:00:00", 8 + i), "shipping", lot, 2, place));
  }
  world.Take(absl::StrJoin(events, ","));
  const auto count = [&](const v1::ListImbalancesRequest& in) {
    return List(world, in).imbalances_size();
  };
  v1::ListImbalancesRequest in;
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
  std::vector<std::string> lots;
  int pages = 0;
  std::string token;
  do {
    const auto out = List(world, in);
    for (const auto& each : out.imbalances()) lots.push_back(each.lot());
    in.set_page_token(out.next_page_token());
    if (token.empty()) token = out.next_page_token();
    REQUIRE(++pages < 5);
  } while (!in.page_token().empty());
  REQUIRE(lots.size() == 5);
  CHECK(std::is_sorted(lots.begin(), lots.end()));  // as they were shipped
  CHECK(std::set<std::string>(lots.begin(), lots.end()).size() == 5);

  v1::ListImbalancesResponse out;
  const auto refused = [&](const std::string& officer = "") {
    return rpc::FromGrpc(world.judgement->ListImbalances(Context(officer).get(), in, &out));
  };
  for (const std::string& forged : {std::string("x"), std::string("1 00"), token + "x",
                                    token.substr(1), std::string(10'000, 'A')}) {
    in = {};
    in.set_page_size(2);
    in.set_page_token(forged);
    CHECK(errors::ReasonOf(refused()) == Reason::kPageTokenInvalid);
  }
  in.set_page_token(token);
  in.set_operator_("operators/canteen");
  CHECK(errors::ReasonOf(refused()) == Reason::kPageTokenInvalid);
  in = {};
  in.set_region("420000");
  CHECK(errors::ReasonOf(refused(TokenFor(OfficerNamed("p1", {"handler"})))) ==
        Reason::kRegionNotAllowed);
  const auto field = [&] {
    const absl::Status status = refused();
    REQUIRE(status.code() == absl::StatusCode::kInvalidArgument);
    return errors::ViolationsOf(status).front().first;
  };
  in.set_region("x");
  CHECK(field() == "region");
  in = {};
  in.set_operator_("canteen");
  CHECK(field() == "operator");
}

}  // namespace
}  // namespace shian::trace
