// Lists that need no penalty, through the services: the way in, editions, ends, and what they are
// not: a hit of the list of serious violators, a restriction, a measure.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "services/sanction/testing_world.h"
#include "shian/sanction/v1/changes.pb.h"
#include "shian/sanction/v1/nomination_service.grpc.pb.h"

namespace shian::sanction {
namespace {

using testing::kAllowed;
using testing::kOperator;
using testing::Listings;
using testing::Morning;
using testing::ReasonOf;
using testing::World;

using Nominations = v1::NominationService::Stub;

common::v1::Date DateOf(int year, int month, int day) {
  common::v1::Date date;
  date.set_year(year);
  date.set_month(month);
  date.set_day(day);
  return date;
}

v1::ProposeNominationRequest ProposalOf(const std::string& list, const std::string& ground) {
  v1::ProposeNominationRequest in;
  in.set_operator_(kOperator);
  in.set_region("410902");
  in.set_list(list);
  in.set_ground(ground);
  in.set_text("三月份检查情况");
  return in;
}

std::string Proposed(World& world, const v1::ProposeNominationRequest& in) {
  v1::ProposeNominationResponse out;
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Nominations::ProposeNomination, in, &out)) ==
          kAllowed);
  return out.nomination().name();
}

template <class In, class Out>
std::string Take(World& world, const char* person, const char* post,
                 grpc::Status (Nominations::*method)(grpc::ClientContext*, const In&, Out*),
                 const std::string& name) {
  In in;
  in.set_name(name);
  in.set_text("同意");
  Out out;
  return ReasonOf(world.Act(person, {post}, method, in, &out));
}

std::string Decide(World& world, const std::string& name, const char* person, bool granted,
                   std::string* entry) {
  v1::DecideNominationRequest in;
  in.set_name(name);
  in.set_granted(granted);
  in.set_text("情况属实");
  v1::DecideNominationResponse out;
  const std::string reason =
      ReasonOf(world.Act(person, {"head"}, &Nominations::DecideNomination, in, &out));
  *entry = out.nomination().entry();
  return reason;
}

std::string Publish(World& world, const std::string& entry, v1::PublishListingResponse* out) {
  v1::PublishListingRequest in;
  in.set_name(entry);
  return ReasonOf(world.Act("c1", {"clerk"}, &Listings::PublishListing, in, out));
}

v1::ScreenResult ScreenFor(World& world, const std::string& list) {
  v1::ScreenRequest in;
  in.set_purpose(v1::PURPOSE_LICENSING);
  v1::ScreenSubject* subject = in.add_subjects();
  subject->set_client_ref("1");
  subject->set_code("914403001922038216");
  if (!list.empty()) in.add_lists(list);
  v1::ScreenResponse out;
  const auto stub = v1::ScreeningService::NewStub(world.ChannelAs("housing-fund"));
  REQUIRE(ReasonOf(stub->Screen(rpc::testing::Context().get(), in, &out)) == kAllowed);
  return out.results(0);
}

TEST_CASE("a red list has its own way in, and is never a hit of a serious list") {
  World world;
  const std::string name = Proposed(world, ProposalOf("RED", "grade_a"));
  std::string entry;
  REQUIRE(Decide(world, name, "h1", true, &entry) == "NOTICE_NOT_SERVED");
  REQUIRE(Take(world, "c1", "clerk", &Nominations::RecordObjection, name) == "NOTICE_NOT_SERVED");
  REQUIRE(Take(world, "c1", "clerk", &Nominations::NotifyNomination, name) == kAllowed);
  REQUIRE(Take(world, "c1", "clerk", &Nominations::NotifyNomination, name) == "STEP_ALREADY_DONE");
  REQUIRE(Decide(world, name, "h1", true, &entry) == "STATEMENT_WINDOW_OPEN");
  REQUIRE(Take(world, "c1", "clerk", &Nominations::RecordObjection, name) == kAllowed);
  world.AdvanceTo(Morning(2025, 3, 17));
  REQUIRE(Take(world, "c1", "clerk", &Nominations::RecordObjection, name) ==
          "STATEMENT_WINDOW_CLOSED");
  REQUIRE(Decide(world, name, "p1", true, &entry) == "STEPS_KEPT_APART");
  REQUIRE(Decide(world, name, "h1", true, &entry) == kAllowed);
  REQUIRE(Decide(world, name, "h1", true, &entry) == "STEP_ALREADY_DONE");
  v1::GetNominationRequest get;
  get.set_name(name);
  v1::GetNominationResponse got;
  REQUIRE(ReasonOf(world.Read(&Nominations::GetNomination, get, &got)) == kAllowed);
  entry = got.nomination().entry();
  REQUIRE(got.nomination().state() == v1::NOMINATION_STATE_GRANTED);

  v1::PublishListingResponse published;
  REQUIRE(Publish(world, entry, &published) == kAllowed);
  REQUIRE(published.entry().state() == v1::ENTRY_STATE_IN_FORCE);
  REQUIRE(published.entry().nomination() == name);
  REQUIRE(published.entry().case_().empty());
  REQUIRE_FALSE(published.entry().joint_effect());
  REQUIRE(published.entry().until_date().year() == 2026);
  for (const std::string& measure : published.measures()) REQUIRE_FALSE(measure.empty());
  REQUIRE(Publish(world, entry, &published) == "LISTING_ALREADY_PUBLISHED");

  REQUIRE_FALSE(ScreenFor(world, "").listed());
  REQUIRE(ScreenFor(world, "").matches().empty());
  REQUIRE_FALSE(ScreenFor(world, "SAMR_SERIOUS").listed());
  const v1::ScreenResult red = ScreenFor(world, "RED");
  REQUIRE(red.listed());
  REQUIRE(red.matches(0).list() == "RED");
  REQUIRE(red.explanation().find("RED") != std::string::npos);

  const auto facts = world.Facts("shian.sanction.listing.published");
  REQUIRE(facts.size() == 1);
  v1::ListingPublished fact;
  REQUIRE(fact.ParseFromString(facts[0].change.payload));
  REQUIRE(fact.without_joint_effect());
  REQUIRE(fact.list() == "RED");

  // The ground falls away: removed, and told.
  v1::RemoveEntryRequest remove;
  remove.set_name(entry);
  remove.set_text("信用等级调整为B级");
  v1::RemoveEntryResponse removed;
  REQUIRE(ReasonOf(world.Act("c1", {"head"}, &Listings::RemoveEntry, remove, &removed)) ==
          "STEPS_KEPT_APART");
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Listings::RemoveEntry, remove, &removed)) ==
          kAllowed);
  REQUIRE(removed.entry().state() == v1::ENTRY_STATE_REMOVED);
  REQUIRE_FALSE(ScreenFor(world, "RED").listed());
  REQUIRE(world.Facts("shian.sanction.listing.ended").size() == 1);
  v1::RequestRepairRequest repair;
  repair.set_name(entry);
  repair.set_text("申请");
  v1::RequestRepairResponse repaired;
  REQUIRE(ReasonOf(world.Act("c1", {"clerk"}, &Listings::RequestRepair, repair, &repaired)) ==
          "REPAIR_CONDITIONS_UNMET");
}

TEST_CASE("a list without a window is decided at once; one with a review waits for it") {
  World world;
  std::string entry;
  const std::string good = Proposed(world, ProposalOf("TRACEABILITY_GOOD", "duties_performed"));
  REQUIRE(Take(world, "c1", "clerk", &Nominations::NotifyNomination, good) == "STEP_UNKNOWN");
  REQUIRE(Decide(world, good, "h1", true, &entry) == kAllowed);
  const std::string black = Proposed(world, ProposalOf("LOCAL_BLACKLIST", "repeated"));
  REQUIRE(Take(world, "c1", "clerk", &Nominations::NotifyNomination, black) == "STEP_OUT_OF_ORDER");
  REQUIRE(Take(world, "p1", "legal-reviewer", &Nominations::ReviewNomination, black) ==
          "STEPS_KEPT_APART");
  REQUIRE(Take(world, "p2", "legal-reviewer", &Nominations::ReviewNomination, black) == kAllowed);
  REQUIRE(Take(world, "c1", "clerk", &Nominations::NotifyNomination, black) == kAllowed);
  REQUIRE(Decide(world, black, "h1", false, &entry) == kAllowed);
  REQUIRE(entry.empty());
  REQUIRE(Decide(world, black, "h1", true, &entry) == "STEP_ALREADY_DONE");
  // It stands on that list already.
  const std::string again = Proposed(world, ProposalOf("TRACEABILITY_GOOD", "duties_performed"));
  REQUIRE(Decide(world, again, "h1", true, &entry) == "LISTING_ALREADY_DECIDED");
}

TEST_CASE("each kind of list is entered its own way") {
  World world;
  v1::ProposeNominationRequest in = ProposalOf("SAMR_SERIOUS", "food.over_limit");
  v1::ProposeNominationResponse out;
  const auto propose = [&] {
    return ReasonOf(world.Act("p1", {"handler"}, &Nominations::ProposeNomination, in, &out));
  };
  REQUIRE(propose() == "FIELD_INVALID");
  in = ProposalOf("RED", "unknown");
  REQUIRE(propose() == "FIELD_INVALID");
  in = ProposalOf("RED", "grade_a");
  *in.mutable_edition_date() = DateOf(2025, 4, 1);
  REQUIRE(propose() == "FIELD_INVALID");
  in = ProposalOf("RED_BLACK", "black");
  REQUIRE(propose() == "FIELD_INVALID");
  *in.mutable_edition_date() = DateOf(2025, 2, 30);
  REQUIRE(propose() == "FIELD_INVALID");
  in = ProposalOf("NO_SUCH_LIST", "black");
  REQUIRE(propose() == "POLICY_NOT_IN_FORCE");
  in = ProposalOf("RED", "grade_a");
  in.set_operator_("operators/91410902MA3X5T0F05");
  REQUIRE(propose() == "PARTY_UNKNOWN");

  std::string entry;
  const std::string name = testing::DecideAll(world, &entry);
  v1::DecideListingRequest list;
  list.set_case_(name);
  list.set_list("RED");
  list.set_ground("grade_a");
  list.set_reasons("错列");
  v1::DecideListingResponse listed;
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Listings::DecideListing, list, &listed)) ==
          "FIELD_INVALID");
  v1::RemoveEntryRequest remove;
  remove.set_name(entry);
  remove.set_text("移出");
  v1::RemoveEntryResponse removed;
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Listings::RemoveEntry, remove, &removed)) ==
          "FIELD_INVALID");
  v1::AnnulEntryRequest annul;
  annul.set_name(entry);
  annul.set_text("撤销");
  v1::AnnulEntryResponse annulled;
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Listings::AnnulEntry, annul, &annulled)) ==
          "FIELD_INVALID");
}

TEST_CASE("an edition is published together and ends together") {
  World world;
  v1::ProposeNominationRequest in = ProposalOf("RED_BLACK", "black");
  *in.mutable_edition_date() = DateOf(2025, 4, 1);
  const std::string first = Proposed(world, in);
  in.set_ground("red");
  const std::string second = Proposed(world, in);
  for (const std::string& name : {first, second}) {
    REQUIRE(Take(world, "p2", "legal-reviewer", &Nominations::ReviewNomination, name) == kAllowed);
    REQUIRE(Take(world, "c1", "clerk", &Nominations::NotifyNomination, name) == kAllowed);
  }
  world.AdvanceTo(Morning(2025, 3, 18));
  std::string entry, refused;
  REQUIRE(Decide(world, first, "h1", true, &entry) == kAllowed);
  v1::PublishListingResponse alone;
  REQUIRE(Publish(world, entry, &alone) == "STEP_OUT_OF_ORDER");

  v1::PublishEditionRequest publish;
  publish.set_list("RED_BLACK");
  *publish.mutable_edition_date() = DateOf(2025, 4, 1);
  v1::PublishEditionResponse published;
  const auto try_publish = [&] {
    publish.clear_request_id();
    return ReasonOf(world.Act("c1", {"clerk"}, &Listings::PublishEdition, publish, &published));
  };
  REQUIRE(try_publish() == "STEP_OUT_OF_ORDER");  // before its date
  world.AdvanceTo(Morning(2025, 4, 2));
  REQUIRE(try_publish() == "STEP_OUT_OF_ORDER");  // one is undecided
  REQUIRE(Decide(world, second, "h1", false, &refused) == kAllowed);
  REQUIRE(try_publish() == kAllowed);
  REQUIRE(published.entries_size() == 1);
  REQUIRE(published.entries(0) == entry);
  REQUIRE(published.until_date().month() == 7);
  REQUIRE(try_publish() == "LISTING_ALREADY_PUBLISHED");
  v1::ProposeNominationResponse late;
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Nominations::ProposeNomination, in, &late)) ==
          "FIELD_INVALID");

  v1::ListEntriesRequest list;
  list.set_purpose(v1::PURPOSE_PUBLIC);
  list.set_list("RED_BLACK");
  *list.mutable_edition_date() = DateOf(2025, 4, 1);
  v1::ListEntriesResponse listed;
  REQUIRE(ReasonOf(world.Read(&Listings::ListEntries, list, &listed)) == kAllowed);
  REQUIRE(listed.entries_size() == 1);
  list.set_list("EXPOSURE");
  REQUIRE(ReasonOf(world.Read(&Listings::ListEntries, list, &listed)) == kAllowed);
  REQUIRE(listed.entries_size() == 0);
  world.AdvanceTo(Morning(2025, 7, 3));
  list.set_list("RED_BLACK");
  REQUIRE(ReasonOf(world.Read(&Listings::ListEntries, list, &listed)) == kAllowed);
  REQUIRE(listed.entries_size() == 0);
  REQUIRE(world.Facts("shian.sanction.listing.ended").size() == 1);
}

TEST_CASE("an entry is disputed under a mark, and its request for repair taken in") {
  World world;
  std::string entry;
  const std::string name = testing::DecideAll(world, &entry);
  testing::TakeEffect(world, name, entry);
  const auto read = [&] {
    v1::GetEntryRequest in;
    in.set_name(entry);
    in.set_purpose(v1::PURPOSE_PUBLIC);
    v1::GetEntryResponse out;
    REQUIRE(ReasonOf(world.Read(&Listings::GetEntry, in, &out)) == kAllowed);
    return out.entry();
  };
  v1::FileDisputeRequest file;
  file.set_name(entry);
  file.set_text("处罚对象有误");
  file.set_from_source(true);
  v1::FileDisputeResponse filed;
  v1::DecideDisputeRequest decide;
  decide.set_name(entry);
  decide.set_text("核实无误");
  v1::DecideDisputeResponse decided;
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Listings::DecideDispute, decide, &decided)) ==
          "STEP_OUT_OF_ORDER");
  REQUIRE(ReasonOf(world.Act("c1", {"clerk"}, &Listings::FileDispute, file, &filed)) == kAllowed);
  file.clear_request_id();
  REQUIRE(ReasonOf(world.Act("c1", {"clerk"}, &Listings::FileDispute, file, &filed)) ==
          "STEP_ALREADY_DONE");
  REQUIRE(read().disputed());
  REQUIRE(read().state() == v1::ENTRY_STATE_IN_FORCE);
  const absl::Time open = world.edge().clock().Now();
  REQUIRE(ScreenFor(world, "").matches(0).disputed());
  world.AdvanceTo(open + absl::Hours(1));
  REQUIRE(ReasonOf(world.Act("c1", {"head"}, &Listings::DecideDispute, decide, &decided)) ==
          "STEPS_KEPT_APART");
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Listings::DecideDispute, decide, &decided)) ==
          kAllowed);
  REQUIRE_FALSE(read().disputed());
  REQUIRE_FALSE(ScreenFor(world, "").matches(0).disputed());
  // Who asks for what was known before the answer sees the mark.
  const auto then = testing::Screen(world, "ctl", v1::PURPOSE_COURT, open, open);
  REQUIRE(then.results(0).matches(0).disputed());

  v1::AcceptRepairRequest accept;
  accept.set_name(entry);
  accept.set_text("材料齐全");
  v1::AcceptRepairResponse accepted;
  REQUIRE(ReasonOf(world.Act("c2", {"clerk"}, &Listings::AcceptRepair, accept, &accepted)) ==
          "REPAIR_NOT_PENDING");
  world.AdvanceTo(Morning(2026, 3, 18));
  v1::RequestRepairRequest ask;
  ask.set_name(entry);
  ask.set_duty_performed(true);
  ask.set_harm_removed(true);
  ask.set_text("已履行");
  ask.set_reorganisation(true);  // a path that the rule of this day does not know
  v1::RequestRepairResponse asked;
  REQUIRE(ReasonOf(world.Act("c1", {"clerk"}, &Listings::RequestRepair, ask, &asked)) ==
          "REPAIR_CONDITIONS_UNMET");
  ask.set_reorganisation(false);
  REQUIRE(ReasonOf(world.Act("c1", {"clerk"}, &Listings::RequestRepair, ask, &asked)) == kAllowed);
  REQUIRE(ReasonOf(world.Act("c2", {"clerk"}, &Listings::AcceptRepair, accept, &accepted)) ==
          kAllowed);
  accept.clear_request_id();
  REQUIRE(ReasonOf(world.Act("c2", {"clerk"}, &Listings::AcceptRepair, accept, &accepted)) ==
          "STEP_ALREADY_DONE");
  v1::DecideRepairRequest grant;
  grant.set_name(entry);
  grant.set_granted(true);
  grant.set_text("符合条件");
  v1::DecideRepairResponse granted;
  REQUIRE(ReasonOf(world.Act("c2", {"head"}, &Listings::DecideRepair, grant, &granted)) ==
          "STEPS_KEPT_APART");
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Listings::DecideRepair, grant, &granted)) ==
          kAllowed);
}

}  // namespace
}  // namespace shian::sanction
