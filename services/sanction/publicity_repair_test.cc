// Repair of a penalty (信用修复) by the rule of the day.
#include <catch2/catch.hpp>
#include <string>

#include "services/sanction/publicity_testing.h"

namespace shian::sanction {
namespace {

using testing::kAllowed;
using testing::Morning;
using testing::World;
using testing::publicity::Asking;
using testing::publicity::Attach;
using testing::publicity::Due;
using testing::publicity::EventOf;
using testing::publicity::Issue;
using testing::publicity::Named;
using testing::publicity::Penalised;
using testing::publicity::Publicities;
using testing::publicity::PublicityOf;
using testing::publicity::Read;
using testing::publicity::Take;

TEST_CASE("a published penalty is repaired by the rule of the day, and then forgotten") {
  World world;
  const std::string name = PublicityOf(Penalised(world, true));
  v1::Publicity publicity;
  REQUIRE(Read(world, name, v1::PURPOSE_PUBLIC, &publicity) == v1::PUBLICITY_STATE_PUBLIC);
  REQUIRE(publicity.repair_rule().class_title() == "食品、药品、特种设备领域行政处罚");
  REQUIRE_FALSE(publicity.repair_rule().provincial_revision().empty());  // Henan's
  REQUIRE(publicity.repairable_date().year() == 2026);
  REQUIRE(publicity.until_date().year() == 2028);

  const auto ask = [&](const char* field) {
    return Take(world, "c1", "clerk", &Publicities::RequestPenaltyRepair, Asking(name, field));
  };
  REQUIRE(ask("SHOES") == "FIELD_INVALID");
  REQUIRE(ask("FOOD") == "REPAIR_TOO_EARLY");
  REQUIRE(ask("OTHER") == "REPAIR_TOO_EARLY");
  world.AdvanceTo(Morning(2025, 9, 18));
  REQUIRE(ask("FOOD") == "REPAIR_TOO_EARLY");  // a year for food, else six months
  auto undone = Asking(name, "OTHER");
  undone.set_duty_performed(false);
  REQUIRE(Take(world, "c1", "clerk", &Publicities::RequestPenaltyRepair, undone) ==
          "REPAIR_CONDITIONS_UNMET");
  const auto decide = [&](const char* person, bool granted) {
    auto in = Named<v1::DecidePenaltyRepairRequest>(name);
    in.set_granted(granted);
    return Take(world, person, "head", &Publicities::DecidePenaltyRepair, in);
  };
  REQUIRE(decide("h1", true) == "REPAIR_NOT_PENDING");
  REQUIRE(Issue(world, name, "penalty-repair-acceptance", "申请书") == "DOCUMENT_NOT_OFFERED");
  REQUIRE(ask("OTHER") == kAllowed);
  REQUIRE(Issue(world, name, "penalty-repair-acceptance", "申请书") == kAllowed);
  REQUIRE(Issue(world, name, "repair-acceptance", "申请书") == "FIELD_INVALID");
  REQUIRE(Issue(world, name, "penalty-repair-decision") == "DOCUMENT_NOT_OFFERED");
  REQUIRE(ask("OTHER") == "REPAIR_PENDING");
  REQUIRE(Due(world).contains("sanction.publicity.accept_repair"));
  REQUIRE(Take(world, "c1", "clerk", &Publicities::AcceptPenaltyRepair,
               Named<v1::AcceptPenaltyRepairRequest>(name)) == kAllowed);
  REQUIRE_FALSE(Due(world).contains("sanction.publicity.accept_repair"));
  REQUIRE(Due(world).contains("sanction.publicity.decide_repair"));
  REQUIRE(decide("c1", true) == "STEPS_KEPT_APART");
  REQUIRE(decide("h1", false) == kAllowed);
  REQUIRE(Issue(world, name, "penalty-repair-decision") == kAllowed);
  REQUIRE(Read(world, name, v1::PURPOSE_PUBLIC) == v1::PUBLICITY_STATE_PUBLIC);

  world.AdvanceTo(Morning(2026, 3, 18));
  REQUIRE(ask("FOOD") == "FIELD_INVALID");  // the first request said something else
  REQUIRE(ask("OTHER") == kAllowed);
  REQUIRE(Issue(world, name, "penalty-repair-decision") == "DOCUMENT_NOT_OFFERED");
  REQUIRE(decide("h1", true) == kAllowed);
  REQUIRE(Issue(world, name, "penalty-repair-decision") == kAllowed);
  for (const v1::Purpose purpose :
       {v1::PURPOSE_PUBLIC, v1::PURPOSE_LICENSING, v1::PURPOSE_SUPERVISION}) {
    REQUIRE(Read(world, name, purpose) == v1::PUBLICITY_STATE_UNSPECIFIED);
  }
  REQUIRE(Read(world, name, v1::PURPOSE_COURT, &publicity) == v1::PUBLICITY_STATE_REPAIRED);
  REQUIRE(EventOf(publicity, v1::PUBLICITY_ACT_REPAIR_REQUESTED).field() == "OTHER");
  REQUIRE_FALSE(EventOf(publicity, v1::PUBLICITY_ACT_REPAIR_REQUESTED).text().empty());
  REQUIRE(world.Facts("shian.sanction.penalty.publicity_ended").size() == 1);
  // What was told once is not told again when its time would have been over.
  world.AdvanceTo(Morning(2028, 4, 1));
  REQUIRE(world.Facts("shian.sanction.penalty.publicity_ended").size() == 1);
}

TEST_CASE("from April 2026 food keeps its year, and everyone promises on paper") {
  World world;
  const std::string name = PublicityOf(Penalised(world, true));
  world.AdvanceTo(Morning(2026, 4, 2));
  v1::Publicity publicity;
  REQUIRE(Read(world, name, v1::PURPOSE_PUBLIC, &publicity) == v1::PUBLICITY_STATE_PUBLIC);
  REQUIRE(publicity.repair_rule().class_title() == "食品、药品、特种设备领域行政处罚");
  REQUIRE(publicity.repairable_date().year() == 2026);
  REQUIRE(publicity.repairable_date().month() == 3);
  auto in = Asking(name, "FOOD");
  in.set_promise_made(true);
  const auto ask = [&] {
    return Take(world, "c1", "clerk", &Publicities::RequestPenaltyRepair, in);
  };
  REQUIRE(ask() == "REPAIR_CONDITIONS_UNMET");
  Attach(world, "信用承诺书", &in);
  in.set_promise_made(false);
  REQUIRE(ask() == "REPAIR_CONDITIONS_UNMET");
  in.set_promise_made(true);
  REQUIRE(ask() == kAllowed);
}

TEST_CASE("a penalty of May 2026 is public for a year, and repaired by the classes of Order 36") {
  World world;
  world.AdvanceTo(Morning(2026, 4, 27));
  const std::string name = PublicityOf(Penalised(world, true, Morning(2026, 5, 11)));
  v1::Publicity publicity;
  REQUIRE(Read(world, name, v1::PURPOSE_PUBLIC, &publicity) == v1::PUBLICITY_STATE_PUBLIC);
  REQUIRE(publicity.until_date().year() == 2027);
  REQUIRE(publicity.until_date().month() == 5);
  REQUIRE(publicity.until_date().day() == 11);
  auto in = Asking(name, "OTHER");
  in.set_promise_made(true);
  Attach(world, "信用承诺书", &in);
  const auto ask = [&] {
    return Take(world, "c1", "clerk", &Publicities::RequestPenaltyRepair, in);
  };
  REQUIRE(ask() == "REPAIR_TOO_EARLY");

  // A court's ruling stands for the period and the duty, but not on the paper of the promise.
  in.set_reorganisation(true);
  in.set_duty_performed(false);
  REQUIRE(ask() == "REPAIR_CONDITIONS_UNMET");
  Attach(world, "信用承诺书", &in);
  REQUIRE(ask() == "REPAIR_CONDITIONS_UNMET");
  Attach(world, "民事裁定书", &in);
  REQUIRE(ask() == kAllowed);
  auto decide = Named<v1::DecidePenaltyRepairRequest>(name);
  const auto answer = [&] {
    return Take(world, "h1", "head", &Publicities::DecidePenaltyRepair, decide);
  };
  REQUIRE(answer() == kAllowed);  // refused
  REQUIRE(Read(world, name, v1::PURPOSE_SUPERVISION, &publicity) == v1::PUBLICITY_STATE_PUBLIC);
  const v1::PublicityEvent asked = EventOf(publicity, v1::PUBLICITY_ACT_REPAIR_REQUESTED);
  REQUIRE(asked.reorganisation());
  REQUIRE(asked.documents_size() == 3);
  // The public is not shown who did it, why and on which papers.
  REQUIRE(Read(world, name, v1::PURPOSE_PUBLIC, &publicity) == v1::PUBLICITY_STATE_PUBLIC);
  const v1::PublicityEvent shown = EventOf(publicity, v1::PUBLICITY_ACT_REPAIR_REQUESTED);
  REQUIRE(shown.text().empty());
  REQUIRE(shown.documents().empty());
  REQUIRE_FALSE(shown.has_actor());

  world.AdvanceTo(Morning(2026, 8, 12));
  in = Asking(name, "OTHER");
  in.set_promise_made(true);
  Attach(world, "信用承诺书", &in);
  REQUIRE(ask() == kAllowed);
  decide.set_granted(true);
  REQUIRE(answer() == kAllowed);
  REQUIRE(Read(world, name, v1::PURPOSE_COURT, &publicity) == v1::PUBLICITY_STATE_REPAIRED);
  REQUIRE_FALSE(EventOf(publicity, v1::PUBLICITY_ACT_REPAIR_REQUESTED).reorganisation());
}

TEST_CASE("the field of a request is that of the violation stated in the case") {
  World world;
  const std::string name =
      PublicityOf(Penalised(world, true, Morning(2025, 3, 17), "food.over_limit"));
  world.AdvanceTo(Morning(2025, 9, 18));
  const auto ask = [&](const char* field) {
    return Take(world, "c1", "clerk", &Publicities::RequestPenaltyRepair, Asking(name, field));
  };
  REQUIRE(ask("OTHER") == "FIELD_INVALID");
  REQUIRE(ask("FOOD") == "REPAIR_TOO_EARLY");
}

TEST_CASE("who stands on the serious list has no penalty repaired") {
  World world;
  std::string entry;
  const std::string case_name = testing::DecideAll(world, &entry);
  testing::TakeEffect(world, case_name, entry);
  world.AdvanceTo(Morning(2026, 3, 20));
  REQUIRE(Take(world, "c1", "clerk", &Publicities::RequestPenaltyRepair,
               Asking(PublicityOf(case_name), "FOOD")) == "REPAIR_CONDITIONS_UNMET");
}

TEST_CASE("a grant for an entry is held to what its request claimed") {
  World world;
  std::string entry;
  testing::TakeEffect(world, testing::DecideAll(world, &entry), entry);
  world.AdvanceTo(Morning(2026, 4, 2));
  v1::RequestRepairRequest ask;
  ask.set_name(entry);
  ask.set_text("人民法院已裁定批准重整计划");
  ask.set_harm_removed(true);
  ask.set_promise_made(true);
  ask.set_reorganisation(true);
  Attach(world, "信用承诺书", &ask);
  v1::RequestRepairResponse asked;
  const auto request = [&] {
    return testing::ReasonOf(
        world.Act("c1", {"clerk"}, &testing::Listings::RequestRepair, ask, &asked));
  };
  REQUIRE(request() == "REPAIR_CONDITIONS_UNMET");
  Attach(world, "民事裁定书", &ask);
  REQUIRE(request() == kAllowed);
  v1::DecideRepairRequest grant;
  grant.set_name(entry);
  grant.set_granted(true);
  grant.set_text("符合条件");
  v1::DecideRepairResponse granted;
  REQUIRE(testing::ReasonOf(world.Act("h1", {"head"}, &testing::Listings::DecideRepair, grant,
                                      &granted)) == kAllowed);
  REQUIRE(granted.entry().state() == v1::ENTRY_STATE_REPAIRED);
}

}  // namespace
}  // namespace shian::sanction
