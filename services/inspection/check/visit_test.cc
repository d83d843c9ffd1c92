#include "services/inspection/check/visit.h"

#include <catch2/catch.hpp>

#include "embedded/inspection_schema.h"
#include "libs/store/testing.h"
#include "services/inspection/check/convert.h"
#include "services/inspection/check/store.h"

namespace shian::inspection::check {
namespace {

using errors::Reason;
using errors::ReasonOf;

TEST_CASE("the result follows from what failed") {
  CHECK(ResultOf({10, 0, 20, 0, 0}) == Result::kConforming);
  CHECK(ResultOf({10, 0, 20, 2, 2}) == Result::kMostlyConforming);
  CHECK(ResultOf({10, 0, 20, 2, 1}) == Result::kNonconforming);
  CHECK(ResultOf({10, 1, 20, 0, 0}) == Result::kNonconforming);
}

TEST_CASE("visits are spread over the period of the grade") {
  CHECK(NextVisitDue({3, 4, 12}, Date(2025, 4, 8), std::nullopt) == Date(2025, 8, 8));
  CHECK(NextVisitDue({1, 1, 12}, Date(2025, 4, 8), Date(2024, 2, 29)) == Date(2025, 2, 28));
  CHECK(NextVisitDue({2, 3, 12}, Date(2025, 4, 8), Date(2025, 8, 31)) == Date(2026, 2, 28));
}

TEST_CASE("two free inspectors of the roster make a visit") {
  Visit visit;
  visit.operator_id = "op";
  visit.date = Date(2025, 3, 3);
  visit.inspectors = {"i1", "i2"};
  const StaffRule rule{2, {"办法", "第二十三条"}, {"办法", "第二十四条"}};
  frame::Inspector free{.id = "i1", .active = true};
  frame::Inspector tied{.id = "i2", .conflicts = {"op"}, .active = true};
  CHECK(CheckStaff(visit, rule, {free, free}).ok());
  const auto recused = CheckStaff(visit, rule, {free, tied});
  CHECK(ReasonOf(recused) == Reason::kInspectorRecused);
  CHECK(errors::BasisOf(recused)->article == "第二十四条");
  CHECK(ReasonOf(CheckStaff(visit, rule, {free, std::nullopt})) == Reason::kInspectorUnknown);
  free.card_valid_to = Date(2025, 3, 2);
  CHECK(ReasonOf(CheckStaff(visit, rule, {free, free})) == Reason::kInspectorUnknown);
  visit.inspectors = {"i1", "i1"};
  CHECK(ReasonOf(CheckStaff(visit, rule, {free, free})) == Reason::kInspectorsTooFew);
}

TEST_CASE("visits and frequencies are kept with their history, inspectors apart") {
  store::Schema schema(1);
  schema.Add("inspection", kMigrations);
  store::TemporaryStore store{schema};
  const absl::Time now = StartOfDay(Date(2025, 3, 3));
  const auto written = store.Write(now, [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
    Visit visit{.operator_id = "op", .number = 1, .region = "410902", .date = Date(2025, 2, 1)};
    visit.kind = Kind::kRoutine;
    visit.inspectors = {"orange"};
    auto status = PutVisit(tx, visit);
    if (status.ok()) {
      status = PutFrequency(tx, {"op", now - absl::Hours(48), "A", {1, 1, 12}, "p", "c1"});
    }
    if (status.ok()) status = PutFrequency(tx, {"op", now, "D", {3, 4, 12}, "p", "c2"});
    if (!status.ok()) return status;
    return "";
  });
  REQUIRE(written.ok());
  const auto read = store.Read([&](store::ReadTx& tx) -> absl::Status {
    CHECK((*FindVisit(tx, "op", 1, true))->inspectors == std::vector<std::string>{"orange"});
    CHECK((*FindVisit(tx, "op", 1, false))->inspectors.empty());
    CHECK(**LastVisit(tx, "op", now) == Date(2025, 2, 1));
    CHECK((*FindFrequency(tx, "op", now))->grade == "D");
    CHECK((*FindFrequency(tx, "op", now - absl::Hours(1)))->grade == "A");
    CHECK_FALSE(FindFrequency(tx, "op", now - absl::Hours(99))->has_value());
    CHECK(ListVisits(tx, {.region = "410902", .limit = 3})->front().inspectors.empty());
    return absl::OkStatus();
  });
  REQUIRE(read.ok());
}

TEST_CASE("the fact of a visit never carries who made it") {
  Visit visit{.operator_id = "op", .number = 1, .region = "410902", .date = Date(2025, 2, 1)};
  visit.inspectors = {"inspector-orange"};
  CHECK(ToRecorded(visit).SerializeAsString().find("orange") == std::string::npos);
}

}  // namespace
}  // namespace shian::inspection::check
