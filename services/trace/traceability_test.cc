// CheckTraceability over mTLS: what the score is made of, and what it allows.
#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "services/trace/service_testing.h"

namespace shian::trace {
namespace {

constexpr char kCompany[] = "operators/supplier";

std::string LotAt(int minute, const std::string& step, const std::string& lot,
                  const std::string& place, const std::string& action = "OBSERVE") {
  return EventJson(
      "ObjectEvent", absl::StrFormat("%02d:%02d:00", 6 + minute / 60, minute % 60),
      absl::StrCat(R"("action":")", action, R"(","bizStep":")", step,
                   R"(","quantityList":[{"epcClass":"urn:epc:class:lgtin:6909999.012345.)", lot,
                   R"(","quantity":5,"uom":"KGM"}],"readPoint":{"id":")", place, R"("})"));
}

// Ten lots that came and went.
std::vector<std::string> Whole() {
  std::vector<std::string> events;
  for (int i = 0; i < 10; ++i) {
    events.push_back(LotAt(i, "receiving", absl::StrCat("W", i), kSupplier));
    events.push_back(LotAt(100 + i, "shipping", absl::StrCat("W", i), kSupplier));
  }
  return events;
}

v1::CheckTraceabilityResponse Check(World& world, absl::Time as_of = absl::InfiniteFuture()) {
  v1::CheckTraceabilityRequest in;
  in.set_operator_(kCompany);
  if (as_of != absl::InfiniteFuture()) *in.mutable_as_of() = rpc::ToProto(as_of);
  v1::CheckTraceabilityResponse out;
  const grpc::Status status = world.judgement->CheckTraceability(Context().get(), in, &out);
  INFO(status.error_message());
  REQUIRE(status.ok());
  return out;
}

struct Opened : World {
  Opened() {
    Register(kCompany, "6901234000016", "410902");
    Register("operators/canteen", "9520000000011", "410922");
  }
};

TEST_CASE("whole and timely records allow an honour") {
  Opened world;
  world.Capture(Document(absl::StrJoin(Whole(), ",")));
  const auto out = Check(world);
  CHECK(out.complete());
  CHECK(out.events() == 20);
  CHECK(out.score_ppm() == 1'000'000);
  CHECK(out.eligible());
  CHECK(out.bar() == v1::TRACEABILITY_BAR_UNSPECIFIED);
  REQUIRE(out.parts_size() == 3);
  CHECK(out.parts(2).hours_max() == 72);
  CHECK_FALSE(out.source_zh().empty());
  CHECK_FALSE(out.policy_revision().empty());
  CHECK(out.lots() == 10);
  // The year before nothing was recorded, and of nothing nothing is said.
  const auto before = Check(world, world.Now() - absl::Hours(24 * 366));
  CHECK(before.bar() == v1::TRACEABILITY_BAR_TOO_FEW_EVENTS);
  CHECK_FALSE(before.has_score_ppm());
  CHECK_FALSE(before.eligible());
}

TEST_CASE("each part counts what it says, and what nobody recorded is named") {
  Opened world;
  std::vector<std::string> events = Whole();
  events.push_back(LotAt(30, "shipping", "NOWHERE", kSupplier));
  events.push_back(LotAt(31, "shipping", "SEEN", kSupplier));
  events.push_back(LotAt(5, "storing", "SEEN", kCanteen));  // elsewhere, and before
  events.push_back(LotAt(32, "shipping", "LATER", kSupplier));
  events.push_back(LotAt(50, "receiving", "LATER", kCanteen));  // where it went tells nothing
  events.push_back(LotAt(33, "shipping", "MADE", kSupplier));
  events.push_back(LotAt(90, "commissioning", "MADE", kCanteen, "ADD"));
  world.Capture(Document(absl::StrJoin(events, ",")));
  const auto out = Check(world);
  CHECK(out.events() == 24);
  REQUIRE(out.parts_size() == 3);
  CHECK(out.lots() == 14);
  CHECK(out.parts(0).measure() == policy::v1::TRACEABILITY_MEASURE_ARRIVALS);
  CHECK(out.parts(0).total() == 14);
  CHECK(out.parts(0).good() == 10);
  CHECK(out.parts(1).total() == 14);
  CHECK(out.parts(1).good() == 12);
  REQUIRE(out.parts(1).missing_size() == 2);
  CHECK(absl::EndsWith(out.parts(1).missing(0), "/10/LATER"));
  CHECK(absl::EndsWith(out.parts(1).missing(1), "/10/NOWHERE"));
  CHECK(out.parts(2).good() == 24);
  // (4 * 714285 + 4 * 857142 + 2 * 1000000) / 10
  CHECK(out.score_ppm() == 828'570);
  CHECK(out.bar() == v1::TRACEABILITY_BAR_BELOW_SCORE);
  CHECK_FALSE(out.eligible());
}

TEST_CASE("what is captured days later is not timely, and what is declared wrong does not count") {
  Opened world;
  world.Advance(absl::Hours(24 * 30));
  world.Capture(Document(absl::StrJoin(Whole(), ",")));
  const auto late = Check(world);
  CHECK(late.parts(2).good() == 0);
  CHECK(late.parts(2).total() == 20);
  REQUIRE(late.parts(2).missing_size() == 20);
  CHECK(absl::StartsWith(late.parts(2).missing(0), "events/"));
  CHECK(late.score_ppm() == 800'000);
  std::string wrong = Whole()[0];
  wrong.insert(wrong.rfind('}'),
               R"(,"errorDeclaration":{"declarationTime":"2025-03-04T09:00:00Z"})");
  world.Capture(Document(wrong));
  const auto without = Check(world);
  CHECK(without.events() == 19);
  // The lot whose coming was declared wrong went all the same.
  CHECK(without.parts(0).total() == 10);
  CHECK(without.parts(0).good() == 9);
  CHECK(without.bar() == v1::TRACEABILITY_BAR_TOO_FEW_EVENTS);
}

TEST_CASE(
    "what came before the period counts as come, and what is in stock counts against nobody") {
  Opened world;
  std::vector<std::string> events = Whole();
  for (int i = 0; i < 5; ++i) {
    events.push_back(LotAt(40 + i, "receiving", absl::StrCat("STOCK", i), kSupplier));
  }
  world.Capture(Document(absl::StrJoin(events, ",")));
  CHECK(Check(world).score_ppm() == 1'000'000);
  // Between the receipts, at six, and the shipments an hour and forty minutes later.
  const absl::Time begin = absl::FromCivil(absl::CivilMinute(2025, 3, 3, 7, 30), ChinaTime());
  const auto later = Check(world, begin + absl::Hours(24 * 365));
  CHECK(later.events() == 10);
  CHECK(later.parts(0).total() == 10);
  CHECK(later.parts(0).good() == 10);
  CHECK(later.bar() == v1::TRACEABILITY_BAR_TOO_FEW_EVENTS);
}

TEST_CASE("records without lots allow no honour, however many and timely") {
  Opened world;
  std::vector<std::string> events;
  for (int i = 0; i < 25; ++i) {
    events.push_back(LotAt(i, "storing", absl::StrCat("S", i), kSupplier));
  }
  world.Capture(Document(absl::StrJoin(events, ",")));
  const auto out = Check(world);
  CHECK(out.events() == 25);
  CHECK(out.score_ppm() == 1'000'000);
  CHECK(out.bar() == v1::TRACEABILITY_BAR_TOO_FEW_LOTS);
  CHECK_FALSE(out.eligible());
}

TEST_CASE("who asks must name an operator with a place") {
  Opened world;
  v1::CheckTraceabilityRequest in;
  v1::CheckTraceabilityResponse out;
  const auto code = [&] {
    return world.judgement->CheckTraceability(Context().get(), in, &out).error_code();
  };
  CHECK(code() == grpc::StatusCode::INVALID_ARGUMENT);
  in.set_operator_("operators/nobody");
  CHECK(code() == grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace shian::trace
