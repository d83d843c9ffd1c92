// What the service shows of a past, and what an annulment does to it.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "services/sanction/lead/convert.h"
#include "services/sanction/lead/store.h"
#include "services/sanction/testing_world.h"

namespace shian::sanction {
namespace {

using testing::AnnulmentOf;
using testing::Cases;
using testing::DecideAll;
using testing::kAllowed;
using testing::kOperator;
using testing::kReference;
using testing::Leads;
using testing::Listings;
using testing::Measures;
using testing::Morning;
using testing::ReasonOf;
using testing::Screen;
using testing::TakeEffect;
using testing::World;

struct When {
  absl::Time as_of = absl::InfiniteFuture();  // infinite: not asked for
  absl::Time known_at = absl::InfiniteFuture();
};

template <class In>
In At(In in, When when) {
  if (when.as_of != absl::InfiniteFuture()) *in.mutable_as_of() = rpc::ToProto(when.as_of);
  if (when.known_at != absl::InfiniteFuture()) {
    *in.mutable_known_at() = rpc::ToProto(when.known_at);
  }
  return in;
}

// UNSPECIFIED when it is not found.
v1::EntryState EntryAt(World& world, const std::string& name, v1::Purpose purpose, When when) {
  v1::GetEntryRequest in;
  in.set_name(name);
  in.set_purpose(purpose);
  in.set_reference(kReference);
  v1::GetEntryResponse out;
  const grpc::Status status = world.Read(&Listings::GetEntry, At(in, when), &out);
  if (status.error_code() == grpc::StatusCode::NOT_FOUND) return v1::ENTRY_STATE_UNSPECIFIED;
  REQUIRE(ReasonOf(status) == kAllowed);
  return out.entry().state();
}

std::vector<v1::EntryState> ListedAt(World& world, When when) {
  v1::ListEntriesRequest in;
  in.set_purpose(v1::PURPOSE_COURT);
  in.set_reference(kReference);
  v1::ListEntriesResponse out;
  REQUIRE(ReasonOf(world.Read(&Listings::ListEntries, At(in, when), &out)) == kAllowed);
  std::vector<v1::EntryState> states;
  for (const v1::Entry& entry : out.entries()) states.push_back(entry.state());
  return states;
}

v1::MeasureState MeasureAt(World& world, const std::string& name, When when) {
  v1::GetMeasureRequest in;
  in.set_name(name);
  v1::GetMeasureResponse out;
  const grpc::Status status = world.Read(&Measures::GetMeasure, At(in, when), &out, "housing-fund");
  if (status.error_code() == grpc::StatusCode::NOT_FOUND) return v1::MEASURE_STATE_UNSPECIFIED;
  REQUIRE(ReasonOf(status) == kAllowed);
  return out.measure().state();
}

// The measures of housing-fund in `state`.
std::vector<v1::Measure> MeasuresAt(World& world, v1::MeasureState state, When when) {
  v1::ListMeasuresRequest in;
  in.set_state(state);
  v1::ListMeasuresResponse out;
  const grpc::Status status =
      world.Read(&Measures::ListMeasures, At(in, when), &out, "housing-fund");
  REQUIRE(ReasonOf(status) == kAllowed);
  return {out.measures().begin(), out.measures().end()};
}

TEST_CASE("an annulled penalty takes its listing back to its beginning") {
  World world;
  std::string entry;
  const std::string name = DecideAll(world, &entry);
  TakeEffect(world, name, entry);
  const absl::Time listed = Morning(2025, 3, 17);
  world.AdvanceTo(Morning(2025, 4, 1));
  const std::string measure = MeasuresAt(world, v1::MEASURE_STATE_ORDERED, {}).front().name();
  v1::AcknowledgeMeasureRequest acknowledge;
  acknowledge.set_name(measure);
  acknowledge.set_request_id(NewUuid7(absl::Now()));
  v1::AcknowledgeMeasureResponse acknowledged;
  REQUIRE(ReasonOf(world.Read(&Measures::AcknowledgeMeasure, acknowledge, &acknowledged,
                              "housing-fund")) == kAllowed);

  const absl::Time before = Morning(2025, 5, 31);
  const absl::Time april = Morning(2025, 4, 15);
  world.AdvanceTo(Morning(2025, 6, 1));
  REQUIRE(MeasureAt(world, measure, {listed - absl::Hours(1), absl::InfiniteFuture()}) ==
          v1::MEASURE_STATE_UNSPECIFIED);
  REQUIRE(MeasureAt(world, measure, {listed + absl::Hours(1), absl::InfiniteFuture()}) ==
          v1::MEASURE_STATE_ORDERED);
  REQUIRE(MeasureAt(world, measure, {}) == v1::MEASURE_STATE_ACKNOWLEDGED);

  v1::AnnulPenaltyResponse annulled;
  REQUIRE(ReasonOf(world.Act("c1", {"clerk"}, &Cases::AnnulPenalty, AnnulmentOf(name),
                             &annulled)) == "STEP_NOT_ALLOWED");
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Cases::AnnulPenalty, AnnulmentOf(name), &annulled)) ==
          kAllowed);
  REQUIRE(annulled.case_().state() == v1::CASE_STATE_ANNULLED);
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Cases::AnnulPenalty, AnnulmentOf(name), &annulled)) ==
          "CASE_ANNULLED");

  // Who knows of the annulment sees none in force on any day; what was known before shows one.
  REQUIRE(EntryAt(world, entry, v1::PURPOSE_COURT, {}) == v1::ENTRY_STATE_ANNULLED);
  REQUIRE(EntryAt(world, entry, v1::PURPOSE_COURT, {april, absl::InfiniteFuture()}) ==
          v1::ENTRY_STATE_ANNULLED);
  REQUIRE(EntryAt(world, entry, v1::PURPOSE_COURT, {april, before}) == v1::ENTRY_STATE_IN_FORCE);
  REQUIRE(EntryAt(world, entry, v1::PURPOSE_LICENSING, {april, before}) ==
          v1::ENTRY_STATE_UNSPECIFIED);
  REQUIRE(ListedAt(world, {april, absl::InfiniteFuture()}) ==
          std::vector{v1::ENTRY_STATE_ANNULLED});
  REQUIRE(ListedAt(world, {april, before}) == std::vector{v1::ENTRY_STATE_IN_FORCE});
  REQUIRE(ListedAt(world, {april, Morning(2025, 3, 1)}).empty());
  REQUIRE_FALSE(Screen(world, "ctl", v1::PURPOSE_COURT, april).results(0).listed());
  REQUIRE(Screen(world, "ctl", v1::PURPOSE_COURT, april, before).results(0).listed());

  REQUIRE(MeasureAt(world, measure, {april, absl::InfiniteFuture()}) == v1::MEASURE_STATE_ENDED);
  REQUIRE(MeasureAt(world, measure, {april, before}) == v1::MEASURE_STATE_ACKNOWLEDGED);
  // The department has yet to confirm that it lifted it.
  REQUIRE(MeasuresAt(world, v1::MEASURE_STATE_LIFTING, {}).size() == 1);
  REQUIRE(MeasuresAt(world, v1::MEASURE_STATE_ACKNOWLEDGED, {}).empty());
  REQUIRE(MeasuresAt(world, v1::MEASURE_STATE_ACKNOWLEDGED, {april, before}).size() == 1);
  REQUIRE(MeasuresAt(world, v1::MEASURE_STATE_UNSPECIFIED, {Morning(2025, 3, 1), before}).empty());
}

TEST_CASE("a case without a decision has nothing to annul") {
  World world;
  const std::string name = testing::FileCase(world, "华市监立〔2025〕1号");
  v1::AnnulPenaltyResponse annulled;
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Cases::AnnulPenalty, AnnulmentOf(name), &annulled)) ==
          "PENALTY_NOT_DECIDED");
}

TEST_CASE("a time that is none is refused by its field") {
  World world;
  v1::ListLeadsRequest leads;
  leads.mutable_as_of()->set_nanos(-1);
  leads.mutable_known_at()->set_seconds(int64_t{1} << 60);
  v1::ListLeadsResponse none;
  const grpc::Status status = world.Read(&Leads::ListLeads, leads, &none);
  REQUIRE(ReasonOf(status) == "FIELD_INVALID");
  REQUIRE(status.error_message().find("as_of") != std::string::npos);
  v1::ListMeasuresRequest measures;
  *measures.mutable_known_at() = leads.known_at();
  v1::ListMeasuresResponse no_measures;
  REQUIRE(ReasonOf(world.Read(&Measures::ListMeasures, measures, &no_measures)) == "FIELD_INVALID");
}

TEST_CASE("a lead is open on the days before it was taken up") {
  World world;
  const absl::Time found = world.edge().clock().Now();
  const LeadId id("lead-1");
  REQUIRE(world.edge()
              .store()
              .WriteAndWait(
                  {.now = found, .caller = "", .request_id = "", .body_digest = "", .seed = ""},
                  [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                    Lead lead;
                    lead.op = OperatorId("914403001922038216");
                    lead.id = id;
                    lead.region = "410902";
                    lead.evidence = "samples/s1";
                    lead.found = found;
                    lead.recorded = tx.now();
                    auto clock = convert::StartClock(tx, world.edge().policies(), kFilingClock,
                                                     ToDate(found));
                    if (!clock.ok()) return clock.status();
                    lead.started = *std::move(clock);
                    const absl::Status put = InsertLead(tx, lead);
                    if (!put.ok()) return put;
                    return std::string();
                  })
              .ok());
  const absl::Time next_day = found + absl::Hours(24);
  world.AdvanceTo(next_day);
  v1::FileCaseRequest file;
  file.set_operator_(kOperator);
  file.set_region("410902");
  file.set_number("华市监立〔2025〕2号");
  file.set_cause("经营兽药残留超标食品");
  file.add_leads(std::string(kOperator) + "/leads/lead-1");
  v1::FileCaseResponse filed;
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Cases::FileCase, file, &filed)) == kAllowed);

  const auto count = [&](bool open_only, When when) {
    v1::ListLeadsRequest in;
    in.set_open_only(open_only);
    v1::ListLeadsResponse out;
    REQUIRE(ReasonOf(world.Read(&Leads::ListLeads, At(in, when), &out)) == kAllowed);
    return out.leads_size();
  };
  REQUIRE(count(true, {}) == 0);
  REQUIRE(count(false, {}) == 1);
  REQUIRE(count(true, {found, absl::InfiniteFuture()}) == 1);
  REQUIRE(count(true, {absl::InfiniteFuture(), found}) == 1);
  REQUIRE(count(false, {found - absl::Hours(1), absl::InfiniteFuture()}) == 0);
  v1::GetLeadRequest get;
  get.set_name(file.leads(0));
  v1::GetLeadResponse got;
  REQUIRE(ReasonOf(world.Read(&Leads::GetLead, get, &got)) == kAllowed);
  REQUIRE(got.lead().case_() == filed.case_().name());
  REQUIRE(ReasonOf(world.Read(&Leads::GetLead, At(get, {found, absl::InfiniteFuture()}), &got)) ==
          kAllowed);
  REQUIRE(got.lead().case_().empty());
  REQUIRE(
      world.Read(&Leads::GetLead, At(get, {absl::InfiniteFuture(), found - absl::Hours(1)}), &got)
          .error_code() == grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace shian::sanction
