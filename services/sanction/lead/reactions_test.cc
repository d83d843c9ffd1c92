#include "services/sanction/lead/reactions.h"

#include <catch2/catch.hpp>
#include <utility>
#include <vector>

#include "embedded/policy_schema.h"
#include "embedded/sanction_schema.h"
#include "libs/policy/testing.h"
#include "libs/store/testing.h"
#include "services/sanction/lead/store.h"
#include "shian/inspection/v1/changes.pb.h"
#include "shian/inspection/v1/trace_alert_changes.pb.h"

namespace shian::sanction {
namespace {

using inspection::v1::SampleFinalised;

const absl::Time kNow = StartOfDay(Date(2025, 3, 3));

struct World {
  World()
      : store(store::Schema(0x53410004)
                  .Add("policy", policy::kMigrations)
                  .Add("sanction", kMigrations)) {
    REQUIRE(policy::ActivateFolder(*store, kNow).ok());
  }

  std::vector<Lead> LeadsAfter(const SampleFinalised& sample) {
    return LeadsAfter("shian.inspection.sample.finalised", sample.SerializeAsString());
  }
  std::vector<Lead> LeadsAfter(const std::string& type, const std::string& payload) {
    ledger::ReceivedChange change;
    change.id = "shian.inspection/410902/facts/1/1";
    change.time = kNow;
    change.payload = payload;
    const auto reaction = LeadReactions(policies).at(type);
    REQUIRE(store
                .Write(kNow,
                       [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                         const absl::Status status = reaction(tx, change);
                         if (!status.ok()) return status;
                         return std::string();
                       })
                .ok());
    std::vector<Lead> leads;
    LeadQuery query;
    query.page.region = "410900";
    query.page.limit = 10;
    REQUIRE(store
                .Read([&](store::ReadTx& tx) -> absl::Status {
                  auto listed = ListLeads(tx, query);
                  if (!listed.ok()) return listed.status();
                  leads = *std::move(listed);
                  return absl::OkStatus();
                })
                .ok());
    return leads;
  }

  policy::Policies policies;
  store::TemporaryStore store;
};

SampleFinalised Failed() {
  SampleFinalised sample;
  sample.set_sample("samples/s1");
  sample.set_operator_("operators/seller");
  sample.set_region("410902");
  sample.set_outcome(inspection::v1::SAMPLE_OUTCOME_FAILED);
  sample.set_kind(inspection::v1::SAMPLE_KIND_SUPERVISION);
  sample.set_product_name("鲜猪肉");
  sample.add_failed_items()->set_item("恩诺沙星");
  sample.add_responsible_parties()->set_operator_("operators/seller");
  sample.add_responsible_parties()->set_operator_("operators/producer");
  return sample;
}

TEST_CASE("a final failure is a lead against everyone who answers") {
  World world;
  const std::vector<Lead> leads = world.LeadsAfter(Failed());
  REQUIRE(leads.size() == 2);
  REQUIRE(leads[0].evidence == "samples/s1");
  REQUIRE(leads[0].summary.find("恩诺沙星") != std::string::npos);
  REQUIRE(leads[0].started.key == kFilingClock);
  REQUIRE_FALSE(leads[0].started.revision.empty());
}

TEST_CASE("a final result that does not decode is not passed over") {
  World world;
  ledger::ReceivedChange change;
  change.time = kNow;
  change.payload = "\xff\xff\xff";
  const auto reaction = LeadReactions(world.policies).at("shian.inspection.sample.finalised");
  const auto done = world.store.Write(kNow, [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
    const absl::Status status = reaction(tx, change);
    if (!status.ok()) return status;
    return std::string();
  });
  REQUIRE(absl::IsDataLoss(done.status()));
}

TEST_CASE("who did its duty is spared") {
  World world;
  SampleFinalised sample = Failed();
  sample.mutable_responsible_parties(0)->mutable_due_diligence()->set_exempt(true);
  const std::vector<Lead> leads = world.LeadsAfter(sample);
  REQUIRE(leads.size() == 1);
  REQUIRE(leads[0].op.value() == "producer");
}

TEST_CASE("what was overturned, or has no legal effect, is no lead") {
  World world;
  SampleFinalised sample = Failed();
  sample.set_outcome(inspection::v1::SAMPLE_OUTCOME_OVERTURNED);
  REQUIRE(world.LeadsAfter(sample).empty());
  sample = Failed();
  sample.set_kind(inspection::v1::SAMPLE_KIND_MONITORING);
  REQUIRE(world.LeadsAfter(sample).empty());
}

TEST_CASE("an alert of trace is a lead once it was looked into and found to be so") {
  using inspection::v1::TraceAlertFinding;
  constexpr char kSettled[] = "shian.inspection.trace_alert.settled";
  inspection::v1::TraceAlertSettled alert;
  alert.set_alert("excursions/e1");
  alert.set_kind(inspection::v1::TRACE_ALERT_KIND_COLD_EXCURSION);
  alert.set_operator_("operators/seller");
  alert.set_region("410902");
  for (int finding = 0; inspection::v1::TraceAlertFinding_IsValid(finding); ++finding) {
    World world;
    alert.set_finding(static_cast<TraceAlertFinding>(finding));
    const auto leads = world.LeadsAfter(kSettled, alert.SerializeAsString());
    const bool founded = finding == inspection::v1::TRACE_ALERT_FINDING_FOUNDED;
    REQUIRE(leads.size() == (founded ? 1 : 0));
    if (!founded) continue;
    REQUIRE(leads[0].op.value() == "seller");
    REQUIRE(leads[0].region == "410902");
    REQUIRE(leads[0].evidence == "excursions/e1");
    REQUIRE(leads[0].summary == "追溯预警经核查属实：冷链温度偏离");
  }
}

}  // namespace
}  // namespace shian::sanction
