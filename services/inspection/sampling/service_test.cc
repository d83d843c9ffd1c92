#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "services/inspection/service_testing.h"

namespace shian::inspection {
namespace {

TEST_CASE("a failure over the wire: kept-apart steps, missing documents, strange laboratories") {
  World world;
  using Samples = v1::SamplingService;
  auto ctl = world.StubAs<Samples>("ctl");
  v1::PlanSampleRequest plan;
  v1::PlanSampleResponse planned;
  const grpc::Status empty =
      world.Call(*ctl, &Samples::Stub::PlanSample, plan, &planned, "chief", "section-chief");
  CHECK(empty.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  plan.set_operator_("operators/91410902MA1FL00999");
  plan.set_kind(v1::SAMPLE_KIND_SUPERVISION);
  plan.set_authority_level(policy::v1::REGION_LEVEL_PROVINCE);
  plan.set_food_category("33");
  plan.set_plan("省级抽检");
  plan.set_laboratory("laboratories/lab-a");
  CHECK(ReasonOf(world.Call(*ctl, &Samples::Stub::PlanSample, plan, &planned, "chief",
                            "section-chief")) == Reason::kOperatorUnknown);
  plan.set_operator_("operators/91410902MA1FL00101");
  RequireOk(world.Call(*ctl, &Samples::Stub::PlanSample, plan, &planned, "chief", "section-chief"));

  v1::RecordTakingRequest take;
  take.set_name(planned.sample().name());
  take.mutable_product()->set_product_name("猪肉");
  take.mutable_taking()->add_samplers("inspectors/i1");
  take.mutable_taking()->add_samplers("inspectors/i2");
  take.mutable_taking()->set_notice_shown(true);
  take.mutable_taking()->set_price_fen(100);
  take.mutable_taking()->set_test_seal("T");
  take.mutable_taking()->set_backup_seal("B");
  v1::RecordTakingResponse taken;
  CHECK(ReasonOf(world.Call(*ctl, &Samples::Stub::RecordTaking, take, &taken, "chief",
                            "sampler")) == Reason::kStepsKeptApart);
  RequireOk(world.Call(*ctl, &Samples::Stub::RecordTaking, take, &taken, "i1", "sampler"));
  v1::RecordDeliveryRequest deliver;
  deliver.set_name(take.name());
  deliver.set_carrier(v1::CARRIER_SAMPLER);
  deliver.set_seal("T");
  deliver.set_seal_intact(true);
  v1::RecordDeliveryResponse delivered;
  RequireOk(world.Call(*ctl, &Samples::Stub::RecordDelivery, deliver, &delivered, "i1", "sampler"));

  v1::RecordReceptionRequest receive;
  receive.set_name(take.name());
  receive.set_accepted(true);
  v1::RecordReceptionResponse received;
  CHECK(ReasonOf(world.Call(*world.StubAs<Samples>("laboratory-b"), &Samples::Stub::RecordReception,
                            receive, &received)) == Reason::kLaboratoryNotThisSystem);
  auto laboratory = world.StubAs<Samples>("laboratory-a");
  RequireOk(world.Call(*laboratory, &Samples::Stub::RecordReception, receive, &received));

  v1::RecordReportRequest report;
  report.set_name(take.name());
  report.mutable_report()->set_number("R-1");
  *report.mutable_report()->mutable_conclusion_time() = rpc::ToProto(world.Now());
  v1::TestItem* item = report.mutable_report()->add_items();
  item->set_item("恩诺沙星");
  item->set_failed(true);
  item->set_reason(v1::FAILURE_REASON_VETDRUG);
  report.mutable_report()->set_hazard(v1::HAZARD_LEVEL_GENERAL);
  report.mutable_report()->mutable_document()->set_sha256(std::string(64, 'a'));
  v1::RecordReportResponse reported;
  CHECK(ReasonOf(world.Call(*laboratory, &Samples::Stub::RecordReport, report, &reported)) ==
        Reason::kDocumentMissing);
  const auto stored = world.host->edge().blobs().Put("%PDF-1.4 report");
  REQUIRE(stored.ok());
  report.mutable_report()->mutable_document()->set_sha256(stored->sha256);
  RequireOk(world.Call(*laboratory, &Samples::Stub::RecordReport, report, &reported));
  CHECK(reported.sample().outcome() == v1::SAMPLE_OUTCOME_FAILED);

  v1::NotifyResultRequest notify;
  notify.set_name(take.name());
  notify.set_number("告〔2025〕1号");
  v1::NotifyResultResponse notified;
  RequireOk(world.Call(*ctl, &Samples::Stub::NotifyResult, notify, &notified, "h", "handler"));
  CHECK(notified.sample().risk_control().measures_size() == 3);
  CHECK(notified.sample().responsible_parties_size() == 1);

  v1::ListClocksRequest clocks;
  clocks.set_name(take.name());
  v1::ListClocksResponse listed;
  RequireOk(ctl->ListClocks(Context().get(), clocks, &listed));
  const auto found = std::find_if(listed.clocks().begin(), listed.clocks().end(),
                                  [](const v1::SampleClock& one) { return one.step() == "S9"; });
  REQUIRE(found != listed.clocks().end());
  CHECK_FALSE(found->deadline().explanation().empty());
  CHECK(found->deadline().legal_basis().article() == "第八十八条");

  // Nobody uses a right: time makes it final.
  CHECK(sampling::FinaliseLapsed(world.host->edge(), world.Now() + absl::Hours(24 * 60)).ok());
  v1::GetSampleRequest get;
  get.set_name(take.name());
  v1::GetSampleResponse got;
  RequireOk(ctl->GetSample(Context().get(), get, &got));
  CHECK(got.sample().state() == v1::SAMPLE_STATE_FINAL);
  CHECK(got.sample().acts_size() == 7);

  // A list of what was known then judges the state of then, and knows nothing recorded later.
  world.Advance(absl::Hours(24 * 61));
  v1::ListSamplesRequest list;
  list.set_region(kRegion);
  v1::ListSamplesResponse samples;
  const auto count = [&](v1::SampleState state) {
    list.set_state(state);
    RequireOk(ctl->ListSamples(Context().get(), list, &samples));
    return samples.samples_size();
  };
  CHECK(count(v1::SAMPLE_STATE_FINAL) == 1);
  CHECK(count(v1::SAMPLE_STATE_NOTIFIED) == 0);
  *list.mutable_known_at() = rpc::ToProto(world.Now() - absl::Hours(24 * 60));
  CHECK(count(v1::SAMPLE_STATE_FINAL) == 0);
  CHECK(count(v1::SAMPLE_STATE_NOTIFIED) == 1);
  *list.mutable_known_at() = rpc::ToProto(world.Now() - absl::Hours(24 * 62));
  CHECK(count(v1::SAMPLE_STATE_UNSPECIFIED) == 0);
}

}  // namespace
}  // namespace shian::inspection
