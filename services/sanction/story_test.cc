// A case from filing to a listing that departments carry out, and its repair.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "services/sanction/testing_world.h"
#include "shian/sanction/v1/changes.pb.h"

namespace shian::sanction {
namespace {

using testing::AnnulmentOf;
using testing::Cases;
using testing::DecideAll;
using testing::kAllowed;
using testing::kName;
using testing::kReference;
using testing::Listings;
using testing::Morning;
using testing::ReasonOf;
using testing::Screen;
using testing::TakeEffect;
using testing::World;

void CarryOutMeasures(World& world) {
  const auto stub = v1::MeasureService::NewStub(world.ChannelAs("housing-fund"));
  v1::ListMeasuresRequest list;
  v1::ListMeasuresResponse listed;
  REQUIRE(stub->ListMeasures(rpc::testing::Context().get(), list, &listed).ok());
  REQUIRE(listed.measures_size() == 1);
  const v1::Measure& measure = listed.measures(0);
  REQUIRE(measure.system() == "housing-fund");
  REQUIRE(measure.party().name() == kName);
  v1::ReportMeasureOutcomeRequest report;
  report.set_name(measure.name());
  report.set_request_id(NewUuid7(absl::Now()));
  report.set_outcome(v1::MEASURE_OUTCOME_APPLIED);
  v1::ReportMeasureOutcomeResponse reported;
  REQUIRE(ReasonOf(stub->ReportMeasureOutcome(rpc::testing::Context().get(), report, &reported)) ==
          "MEASURE_NOT_ACKNOWLEDGED");
  v1::AcknowledgeMeasureRequest acknowledge;
  acknowledge.set_name(measure.name());
  acknowledge.set_request_id(NewUuid7(absl::Now()));
  v1::AcknowledgeMeasureResponse acknowledged;
  REQUIRE(stub->AcknowledgeMeasure(rpc::testing::Context().get(), acknowledge, &acknowledged).ok());
  REQUIRE(stub->ReportMeasureOutcome(rpc::testing::Context().get(), report, &reported).ok());
  REQUIRE(reported.measure().state() == v1::MEASURE_STATE_REPORTED);
}

TEST_CASE("a case becomes a listing that departments carry out, and is repaired") {
  World world;
  std::string entry;
  const std::string name = DecideAll(world, &entry);
  TakeEffect(world, name, entry);

  const v1::ScreenResponse found = Screen(world, "housing-fund", v1::PURPOSE_LICENSING);
  REQUIRE(found.results(0).listed());
  REQUIRE(found.results(1).listed());
  REQUIRE(found.results(1).matches(0).entry() == entry);
  REQUIRE(found.results(2).problem() == "CODE_INVALID");
  REQUIRE(found.list_revision() > 0);
  CarryOutMeasures(world);

  v1::RequestRepairRequest ask;
  ask.set_name(entry);
  ask.set_duty_performed(true);
  ask.set_harm_removed(true);
  ask.set_promise_made(true);
  ask.set_text("罚款已缴纳，整改完成");
  v1::RequestRepairResponse asked;
  REQUIRE(ReasonOf(world.Act("c1", {"clerk"}, &Listings::RequestRepair, ask, &asked)) ==
          "REPAIR_TOO_EARLY");
  world.AdvanceTo(Morning(2026, 3, 18));
  REQUIRE(ReasonOf(world.Act("c1", {"clerk"}, &Listings::RequestRepair, ask, &asked)) == kAllowed);
  v1::DecideRepairRequest decide;
  decide.set_name(entry);
  decide.set_granted(true);
  decide.set_text("符合条件");
  v1::DecideRepairResponse decided;
  REQUIRE(ReasonOf(world.Act("c1", {"head"}, &Listings::DecideRepair, decide, &decided)) ==
          "STEPS_KEPT_APART");
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Listings::DecideRepair, decide, &decided)) ==
          kAllowed);
  REQUIRE(decided.entry().state() == v1::ENTRY_STATE_REPAIRED);

  REQUIRE_FALSE(Screen(world, "housing-fund", v1::PURPOSE_LICENSING).results(0).listed());
  REQUIRE(Screen(world, "ctl", v1::PURPOSE_COURT, Morning(2025, 12, 1)).results(0).listed());
  REQUIRE_FALSE(
      Screen(world, "ctl", v1::PURPOSE_LICENSING, Morning(2025, 12, 1)).results(0).listed());

  // The annulment of the penalty is written on the repaired entry too.
  v1::AnnulPenaltyResponse annulled;
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Cases::AnnulPenalty, AnnulmentOf(name), &annulled)) ==
          kAllowed);
  v1::GetEntryRequest get;
  get.set_name(entry);
  get.set_purpose(v1::PURPOSE_COURT);
  get.set_reference(kReference);
  v1::GetEntryResponse got;
  const auto stub = v1::ListingService::NewStub(world.ChannelAs("ctl"));
  const grpc::Status status = stub->GetEntry(rpc::testing::Context().get(), get, &got);
  INFO(status.error_message() << " " << ReasonOf(status));
  REQUIRE(status.ok());
  REQUIRE(got.entry().state() == v1::ENTRY_STATE_ANNULLED);
  // Others were told of the repair; that it should never have been is told as well.
  std::vector<v1::EntryState> ends;
  for (const ledger::FeedEntry& fact : world.Facts("shian.sanction.listing.ended")) {
    v1::ListingEnded ended;
    REQUIRE(ended.ParseFromString(fact.change.payload));
    ends.push_back(ended.how());
  }
  REQUIRE(ends == std::vector{v1::ENTRY_STATE_REPAIRED, v1::ENTRY_STATE_ANNULLED});
}

TEST_CASE("wrong fields are all named at once") {
  World world;
  v1::FileCaseRequest file;
  file.set_operator_("nobody");
  file.set_region("99");
  v1::FileCaseResponse filed;
  const grpc::Status status = world.Act("p1", {"handler"}, &Cases::FileCase, file, &filed);
  REQUIRE(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  REQUIRE(ReasonOf(status) == "FIELD_INVALID");
}

}  // namespace
}  // namespace shian::sanction
