// A sample's world for tests: the policies as they ship, and acts that are decided before they are
// applied.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <utility>

#include "embedded/inspection_schema.h"
#include "embedded/policy_schema.h"
#include "libs/base/check.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/policy/registry.h"
#include "libs/policy/testing.h"
#include "libs/store/testing.h"
#include "services/inspection/sampling/convert.h"
#include "services/inspection/sampling/rules.h"

namespace shian::inspection::sampling {

inline absl::Time At(const char* text) { return ParseTime(text).value(); }

inline const absl::Time kPlanned = At("2025-03-03T09:00:00+08:00");

// The shipped policies, activated in a store of their own: the tests meet the law as it ships.
inline const Rules& ShippedRules() {
  static const Rules& rules = *[] {
    store::Schema schema(1);
    schema.Add("policy", policy::kMigrations).Add("inspection", kMigrations);
    store::TemporaryStore store(schema);
    const absl::Status activated = policy::ActivateFolder(*store, kPlanned);
    SHIAN_CHECK(activated.ok()) << activated.ToString();
    auto* read = new Rules;
    policy::Policies policies;
    const absl::Status status = store.Read([&](store::ReadTx& tx) -> absl::Status {
      ASSIGN_OR_RETURN(*read, ReadRules(policies, tx, ToDate(kPlanned)));
      return absl::OkStatus();
    });
    SHIAN_CHECK(status.ok()) << status.ToString();
    return read;
  }();
  return rules;
}

// One sample and the acts done to it; every act is decided before it is applied.
class World {
 public:
  World() {
    sample.id = MakeSampleId("91410902MA1FL00001", 1);
    SHIAN_CHECK(Do(Planned{.operator_id = "91410902MA1FL00001",
                           .region = "410902",
                           .kind = Kind::kSupervision,
                           .level = Level::kProvince,
                           .food_category = "04",
                           .plan = "2025年省级抽检",
                           .laboratory = "lab-a"},
                   "2025-03-03T09:00:00+08:00")
                    .ok());
  }

  absl::Status Do(Act act, const char* time) { return DoAt(std::move(act), At(time)); }
  absl::Status DoAt(Act act, absl::Time time) {
    RETURN_IF_ERROR(Decide(sample, ShippedRules(), time, act));
    DatedAct dated;
    dated.sequence = sample.version() + 1;
    dated.time = time;
    dated.recorded = time;
    dated.act = std::move(act);
    Apply(sample, std::move(dated));
    return absl::OkStatus();
  }
  State state() const { return StateOf(sample); }

  void Taken_() { REQUIRE(Do(GoodTaking(), "2025-03-04T10:00:00+08:00").ok()); }
  void Received_() {
    Taken_();
    REQUIRE(Do(Delivered{Carrier::kSampler, "T-1", true}, "2025-03-05T10:00:00+08:00").ok());
    REQUIRE(Do(Received{true, ""}, "2025-03-05T15:00:00+08:00").ok());
  }
  void Reported_(FailureReason reason = FailureReason::kVetdrug) {
    Received_();
    REQUIRE(Do(Reported{Report(reason)}, "2025-03-17T16:00:00+08:00").ok());
  }
  void Notified_(FailureReason reason = FailureReason::kVetdrug) {
    Reported_(reason);
    REQUIRE(Do(Notified{"通-1", {}, {}}, "2025-03-18T10:00:00+08:00").ok());
  }
  void Requested_() {
    Notified_();
    REQUIRE(Do(ReinspectionRequested{"91410902MA1FL00001", "有异议"}, "2025-03-20T10:00:00+08:00")
                .ok());
  }
  void Drawn_() {
    Requested_();
    REQUIRE(Do(ReinspectionDecided{.accepted = true}, "2025-03-21T10:00:00+08:00").ok());
    REQUIRE(
        Do(LaboratoryDrawn{"seed", {{"lab-c", "1"}, {"lab-d", "2"}}}, "2025-03-24T10:00:00+08:00")
            .ok());
  }
  void BackupReceived_() {
    Drawn_();
    REQUIRE(Do(BackupHandedOver{Carrier::kPost, "B-1", true}, "2025-03-25T10:00:00+08:00").ok());
    REQUIRE(Do(BackupReceived{true}, "2025-03-26T10:00:00+08:00").ok());
  }

  static Taken GoodTaking() {
    Taken taken;
    taken.product.product_name = "猪肉";
    taken.product.shelf_life_end = Date(2025, 12, 31);
    taken.product.supplier = "91410902MA1FL00002";
    taken.product.producer = "91410902MA1FL00003";
    taken.samplers = {"i1", "i2"};
    taken.notice_shown = true;
    taken.price_fen = 5600;
    taken.test_seal = "T-1";
    taken.backup_seal = "B-1";
    return taken;
  }
  static LabReport Report(FailureReason reason,
                          const char* concluded = "2025-03-17T11:00:00+08:00") {
    LabReport report;
    report.number = "R-1";
    report.conclusion_time = At(concluded);
    report.passed = reason == FailureReason::kNone;
    report.hazard = Hazard::kGeneral;
    report.items = {{"恩诺沙星", "312", "≤100", "μg/kg", "GB 31650", !report.passed, reason}};
    return report;
  }

  Sample sample;
};

inline const Clock* Find(const std::vector<Clock>& clocks, const char* step) {
  for (const Clock& clock : clocks) {
    if (clock.step == step) return &clock;
  }
  return nullptr;
}

inline std::string Article(const absl::Status& status) {
  const auto basis = errors::BasisOf(status);
  return basis ? basis->article : "";
}

}  // namespace shian::inspection::sampling
