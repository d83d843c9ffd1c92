// Saved subjects through the API, from saving to the alert and the erasure.
#include <catch2/catch.hpp>
#include <string>

#include "services/sanction/testing_world.h"
#include "shian/sanction/v1/saved_service.grpc.pb.h"

namespace shian::sanction {
namespace {

using testing::kAllowed;
using testing::ReasonOf;
using testing::World;
using Saved = v1::SavedSubjectService::Stub;

v1::SaveSubjectsRequest ToSave() {
  v1::SaveSubjectsRequest in;
  in.set_list("缴存单位");
  in.set_request_id(NewUuid7(absl::Now()));
  const char* const subjects[][3] = {{"1", "914403001922038216", ""},
                                     {"2", "", "河南瑞丰源水产食品有限责任公司"},
                                     {"3", "", "北京云海科技有限公司"},
                                     {"4", "914403001922038217", ""},
                                     {"3", "", "又一个"},
                                     {" 5", "", "北京云海科技有限公司"}};
  for (const auto& one : subjects) {
    v1::ScreenSubject* subject = in.add_subjects();
    subject->set_client_ref(one[0]);
    subject->set_code(one[1]);
    subject->set_name(one[2]);
  }
  return in;
}

v1::ListSubjectAlertsResponse Alerts(World& world, const char* system, int64_t after = 0) {
  v1::ListSubjectAlertsRequest in;
  in.set_after_sequence(after);
  v1::ListSubjectAlertsResponse out;
  REQUIRE(ReasonOf(world.Read(&Saved::ListSubjectAlerts, in, &out, system)) == kAllowed);
  return out;
}

v1::ListSavedSubjectsResponse List(World& world, const char* system) {
  v1::ListSavedSubjectsRequest in;
  in.set_list("缴存单位");
  v1::ListSavedSubjectsResponse out;
  REQUIRE(ReasonOf(world.Read(&Saved::ListSavedSubjects, in, &out, system)) == kAllowed);
  return out;
}

TEST_CASE("who saved a subject hears of its listing and of the end, and nobody else does") {
  World world;
  v1::SaveSubjectsRequest in = ToSave();
  v1::SaveSubjectsResponse saved;
  REQUIRE(ReasonOf(world.Read(&Saved::SaveSubjects, in, &saved, "housing-fund")) == kAllowed);
  REQUIRE(saved.results_size() == 6);
  for (int i : {0, 1, 2}) CHECK(saved.results(i).verdict() == v1::SAVE_VERDICT_NEW);
  CHECK(saved.results(3).problem() == "CODE_INVALID");
  CHECK(saved.results(4).problem() == "CLIENT_REF_REPEATED");
  CHECK(saved.results(5).problem() == "CLIENT_REF_INVALID");
  in.set_request_id(NewUuid7(absl::Now()));
  REQUIRE(ReasonOf(world.Read(&Saved::SaveSubjects, in, &saved, "housing-fund")) == kAllowed);
  CHECK(saved.results(0).verdict() == v1::SAVE_VERDICT_UNCHANGED);
  CHECK_FALSE(List(world, "housing-fund").subjects(0).screened());

  std::string entry;
  const std::string name = testing::DecideAll(world, &entry);
  CHECK(Alerts(world, "housing-fund").alerts_size() == 0);  // decided is not in force
  CHECK(List(world, "housing-fund").subjects(0).screened());
  testing::TakeEffect(world, name, entry);
  world.AdvanceTo(world.edge().clock().Now() + absl::Seconds(5));
  const v1::ListSubjectAlertsResponse hits = Alerts(world, "housing-fund");
  REQUIRE(hits.alerts_size() == 2);
  CHECK(hits.alerts(0).kind() == v1::ALERT_KIND_HIT);
  CHECK(hits.alerts(0).list() == "缴存单位");
  CHECK(hits.alerts(0).hit().entry() == entry);
  CHECK(hits.alerts(1).hit().band() == v1::BAND_SAME);
  CHECK(Alerts(world, "housing-fund", hits.alerts(1).sequence()).alerts_size() == 0);
  CHECK(Alerts(world, "finance-bureau").alerts_size() == 0);
  CHECK(List(world, "finance-bureau").subjects_size() == 0);
  CHECK(List(world, "housing-fund").subjects(1).hits_size() == 1);
  CHECK(world.Facts("shian.sanction.subject.housing-fund.").size() == 1);

  v1::AnnulPenaltyResponse annulled;
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &testing::Cases::AnnulPenalty,
                             testing::AnnulmentOf(name), &annulled)) == kAllowed);
  world.AdvanceTo(world.edge().clock().Now() + absl::Seconds(5));
  CHECK(Alerts(world, "housing-fund").alerts_size() == 4);
  CHECK(Alerts(world, "housing-fund").alerts(3).kind() == v1::ALERT_KIND_CLEARED);

  v1::RemoveSubjectsRequest remove;
  remove.set_list("缴存单位");
  remove.set_request_id(NewUuid7(absl::Now()));
  for (const char* ref : {"1", "2", "none"}) remove.add_client_refs(ref);
  v1::RemoveSubjectsResponse removed;
  REQUIRE(ReasonOf(world.Read(&Saved::RemoveSubjects, remove, &removed, "housing-fund")) ==
          kAllowed);
  CHECK(removed.removed_count() == 2);
  CHECK(Alerts(world, "housing-fund").alerts_size() == 0);
  CHECK(List(world, "housing-fund").subjects_size() == 1);
}

TEST_CASE("what is out of bounds is refused by its field") {
  World world;
  v1::SaveSubjectsResponse saved;
  v1::SaveSubjectsRequest in = ToSave();
  in.set_list("");
  CHECK(ReasonOf(world.Read(&Saved::SaveSubjects, in, &saved, "housing-fund")) == "FIELD_INVALID");
  in = ToSave();
  for (int i = 0; i < 500; ++i) in.add_subjects();
  CHECK(ReasonOf(world.Read(&Saved::SaveSubjects, in, &saved, "housing-fund")) == "FIELD_INVALID");
  v1::ListSubjectAlertsRequest alerts;
  alerts.set_page_size(501);
  v1::ListSubjectAlertsResponse out;
  CHECK(ReasonOf(world.Read(&Saved::ListSubjectAlerts, alerts, &out, "housing-fund")) ==
        "FIELD_INVALID");
}

}  // namespace
}  // namespace shian::sanction
