#include "services/registry/people/inspector.h"

#include <catch2/catch.hpp>

#include "embedded/registry_schema.h"
#include "libs/store/testing.h"
#include "services/registry/people/service.h"
#include "services/registry/people/store.h"

namespace shian::registry {
namespace {

RawInspector Row() {
  return {2,
          "P1",
          "ins-001",
          "410902-market",
          "410902",
          "豫濮410902001",
          "2027-12-31",
          "餐饮服务|FOOD_SELLER",
          "operators/shop-1",
          "在岗"};
}

TEST_CASE("an inspector's row is judged") {
  const JudgedInspector judged = JudgeInspector(Row(), "410900");
  REQUIRE(judged.valid());
  REQUIRE(judged.roster.specialities == std::vector<std::string>{"CATERER", "FOOD_SELLER"});
  const struct {
    const char* field;
    const char* rule;
    void (*spoil)(RawInspector*);
  } cases[] = {
      {"person", "PERSON_ID", [](RawInspector* r) { r->person = "张三"; }},
      {"organisation", "REQUIRED", [](RawInspector* r) { r->organisation = ""; }},
      {"region", "REGION_OUTSIDE", [](RawInspector* r) { r->region = "410102"; }},
      {"card", "REQUIRED", [](RawInspector* r) { r->card = " "; }},
      {"card_valid_to", "DATE_INVALID", [](RawInspector* r) { r->card_valid_to = "soon"; }},
      {"specialities", "KIND_UNKNOWN", [](RawInspector* r) { r->specialities = "天文"; }},
      {"conflicts", "OPERATOR_NAME", [](RawInspector* r) { r->conflicts = "shop-1"; }},
      {"status", "STATUS_UNKNOWN", [](RawInspector* r) { r->status = "?"; }},
  };
  for (const auto& one : cases) {
    RawInspector row = Row();
    one.spoil(&row);
    const JudgedInspector wrong = JudgeInspector(row, "410900");
    INFO(one.field);
    REQUIRE(wrong.violations.size() == 1);
    REQUIRE(wrong.violations[0].field == one.field);
    REQUIRE(wrong.violations[0].rule.word == one.rule);
  }
}

TEST_CASE("the roster is imported once, changed, and listed by division and duty") {
  store::TemporaryStore store{store::Schema(1).Add("registry", kMigrations)};
  v1::ImportInspectorsRequest chunk;
  chunk.set_origin("bureau-staff");
  chunk.set_authority("澄沅县市场监督管理局");
  chunk.set_region("410902");
  for (int i = 0; i < 3; ++i) {
    v1::InspectorRow* row = chunk.add_rows();
    row->set_line(i + 2);
    row->set_source_id("P" + std::to_string(i));
    row->set_person("ins-00" + std::to_string(i));
    row->set_organisation("410902-market");
    row->set_region("410902");
    row->set_card("豫濮41090200" + std::to_string(i));
  }
  const absl::Time first = absl::UnixEpoch() + absl::Hours(480'000);
  absl::Time now = first;
  const auto import = [&] {
    v1::ImportInspectorsResponse out;
    const auto body = PlanImport(chunk);
    REQUIRE(body.ok());
    const auto reply = store.Write(now, [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
      auto answer = (*body)(tx);
      if (!answer.ok()) return answer.status();
      return answer->SerializeAsString();
    });
    REQUIRE(reply.ok());
    REQUIRE(out.ParseFromString(*reply));
    return out;
  };
  REQUIRE(import().verdicts(2).outcome() == common::v1::ROW_OUTCOME_NEW);
  REQUIRE(import().verdicts(2).outcome() == common::v1::ROW_OUTCOME_UNCHANGED);
  now += absl::Hours(1);
  chunk.mutable_rows(2)->set_status("离岗");
  REQUIRE(import().verdicts(2).outcome() == common::v1::ROW_OUTCOME_CHANGED);
  chunk.mutable_rows(2)->set_person("ins-000");
  REQUIRE(import().verdicts(2).violations(0).rule() == "PERSON_HELD");
  REQUIRE(
      store
          .Read([&](store::ReadTx& tx) {
            REQUIRE(ListInspectors(tx, {"410900", Duty::kUnknown, "", 50})->size() == 3);
            REQUIRE(ListInspectors(tx, {"410902", Duty::kActive, "ins-000", 50})->size() == 1);
            REQUIRE(FindInspector(tx, InspectorId("ins-002"))->value().version == 2);
            // The one who left was there before.
            const Past then = {now - absl::Microseconds(1), absl::InfiniteFuture()};
            REQUIRE(FindInspector(tx, InspectorId("ins-002"), then)->value().version == 1);
            REQUIRE(ListInspectors(tx, {"410902", Duty::kActive, "", 50, then})->size() == 3);
            REQUIRE(ListInspectors(tx, {"410902", Duty::kInactive, "", 50, then})->empty());
            REQUIRE(ListInspectors(tx, {"410902", Duty::kActive, "", 50, {now, now}})->size() == 2);
            const Past early = {absl::InfiniteFuture(), first - absl::Microseconds(1)};
            REQUIRE_FALSE(FindInspector(tx, InspectorId("ins-002"), early)->has_value());
            return absl::OkStatus();
          })
          .ok());
}

}  // namespace
}  // namespace shian::registry
