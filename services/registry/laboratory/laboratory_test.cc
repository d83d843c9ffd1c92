#include "services/registry/laboratory/laboratory.h"

#include <catch2/catch.hpp>

#include "embedded/registry_schema.h"
#include "libs/codes/codes.h"
#include "libs/store/testing.h"
#include "services/registry/laboratory/service.h"
#include "services/registry/laboratory/store.h"

namespace shian::registry {
namespace {

std::string Code(int serial) {
  char body[18];
  std::snprintf(body, sizeof body, "91410102%09d", serial);
  return *codes::MakeUscc(body);
}

RawLaboratory Row() {
  return {2,
          "L1",
          Code(1),
          "河川检测技术有限公司",
          "410102",
          "CMA2024001",
          "2024-01-01",
          "2029-12-31",
          "VETDRUG|PESTICIDE",
          "是",
          Code(2),
          "laboratory-a",
          ""};
}

TEST_CASE("a laboratory's row is judged") {
  const JudgedLaboratory judged = JudgeLaboratory(Row());
  REQUIRE(judged.valid());
  REQUIRE(judged.qualification.reinspection);
  REQUIRE(judged.qualification.affiliates == std::vector<std::string>{"laboratories/" + Code(2)});
  const struct {
    const char* field;
    const char* rule;
    void (*spoil)(RawLaboratory*);
  } cases[] = {
      {"code", "USCC_LENGTH", [](RawLaboratory* r) { r->code = "1"; }},
      {"title", "REQUIRED", [](RawLaboratory* r) { r->title = ""; }},
      {"accreditation", "REQUIRED", [](RawLaboratory* r) { r->accreditation = ""; }},
      {"valid_from", "REQUIRED", [](RawLaboratory* r) { r->valid_from = ""; }},
      {"valid_to", "DATE_INVALID", [](RawLaboratory* r) { r->valid_to = "2029-02-30"; }},
      {"valid_to", "DATE_ORDER", [](RawLaboratory* r) { r->valid_to = "2023-12-31"; }},
      {"reinspection", "FLAG_INVALID", [](RawLaboratory* r) { r->reinspection = "maybe"; }},
      {"affiliates", "USCC_LENGTH", [](RawLaboratory* r) { r->affiliates = "123"; }},
  };
  for (const auto& one : cases) {
    RawLaboratory row = Row();
    one.spoil(&row);
    const JudgedLaboratory wrong = JudgeLaboratory(row);
    INFO(one.field << " " << one.rule);
    REQUIRE(wrong.violations.size() == 1);
    REQUIRE(wrong.violations[0].field == one.field);
    REQUIRE(wrong.violations[0].rule.word == one.rule);
  }
}

TEST_CASE("laboratories are imported once and listed by what they may do") {
  store::TemporaryStore store{store::Schema(1).Add("registry", kMigrations)};
  v1::ImportLaboratoriesRequest chunk;
  chunk.set_origin("province-labs");
  chunk.set_authority("省市场监督管理局");
  chunk.set_region("410902");
  for (int i = 0; i < 3; ++i) {
    v1::LaboratoryRow* row = chunk.add_rows();
    row->set_source_id("L" + std::to_string(i));
    row->set_code(Code(i + 1));
    row->set_title("检测机构" + std::to_string(i));
    row->set_region("410102");
    row->set_accreditation("CMA" + std::to_string(i));
    row->set_valid_from("2024-01-01");
    row->set_valid_to("2029-12-31");
    row->set_reinspection(i == 2 ? "是" : "否");
  }
  const absl::Time first = absl::UnixEpoch() + absl::Hours(480'000);
  absl::Time now = first;
  const auto import = [&] {
    v1::ImportLaboratoriesResponse out;
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
  REQUIRE(import().verdicts(0).name() == "laboratories/" + Code(1));
  REQUIRE(import().verdicts(0).outcome() == common::v1::ROW_OUTCOME_UNCHANGED);
  now += absl::Hours(1);
  chunk.mutable_rows(1)->set_reinspection("是");
  REQUIRE(import().verdicts(1).outcome() == common::v1::ROW_OUTCOME_CHANGED);
  chunk.mutable_rows(0)->set_source_id("OTHER");
  REQUIRE(import().verdicts(0).violations(0).rule() == "CODE_HELD");
  REQUIRE(store
              .Read([&](store::ReadTx& tx) {
                REQUIRE(ListLaboratories(tx, {"", false, "", 50})->size() == 3);
                REQUIRE(ListLaboratories(tx, {"410100", true, "", 50})->size() == 2);
                REQUIRE(ListLaboratories(tx, {"110000", false, "", 50})->empty());
                // Which of them could re-inspect before.
                const Past then = {first, absl::InfiniteFuture()};
                REQUIRE(ListLaboratories(tx, {"410100", true, "", 50, then})->size() == 1);
                REQUIRE(ListLaboratories(tx, {"", false, "", 2, then})->back().version == 1);
                const LaboratoryId changed(Code(2));
                REQUIRE_FALSE(
                    FindLaboratory(tx, changed, then)->value().qualification.reinspection);
                REQUIRE(FindLaboratory(tx, changed)->value().qualification.reinspection);
                return absl::OkStatus();
              })
              .ok());
}

}  // namespace
}  // namespace shian::registry
