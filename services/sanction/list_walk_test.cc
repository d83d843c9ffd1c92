// Random sequences of calls, by whoever, for every kind of list: what is published has its whole
// way behind it, each step after its clock and by an officer who may take it.
#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "libs/base/testing.h"
#include "services/sanction/testing_world.h"
#include "shian/sanction/v1/nomination_service.grpc.pb.h"

namespace shian::sanction {
namespace {

using testing::Cases;
using testing::kOperator;
using testing::kReference;
using testing::Listings;
using testing::Morning;
using testing::ReasonOf;
using testing::World;

using Nominations = v1::NominationService::Stub;

struct Someone {
  std::string person;
  std::string post;
  std::string region = "410902";
};

// One call, and who would rightly make it.
struct Call {
  Someone rightly;
  std::function<void(const Someone&)> make;
};

// The calls that lead onto one list, in their lawful order.
using Track = std::vector<Call>;

template <class Stub, class In, class Out>
Call CallOf(World& world, Someone rightly,
            grpc::Status (Stub::*method)(grpc::ClientContext*, const In&, Out*),
            std::function<In()> request) {
  return {std::move(rightly), [&world, method, request](const Someone& who) {
            Out out;
            (void)world.Act(who.person, {who.post}, method, request(), &out, who.region);
          }};
}

template <class In>
In Named(const std::string& name) {
  In in;
  in.set_name(name);
  if constexpr (requires { in.set_text("同意"); }) in.set_text("同意");
  return in;
}

Track CaseTrack(World& world, std::string* entry) {
  const std::string name = testing::FileCase(world, "华市监立〔2025〕1号");
  const auto list = [name] {
    v1::DecideListingRequest in;
    in.set_case_(name);
    in.set_list("SAMR_SERIOUS");
    in.set_ground("food.over_limit");
    in.set_reasons("较重行政处罚");
    return in;
  };
  const auto serve = [name] {
    auto in = Named<v1::ServeDecisionRequest>(name);
    in.set_service_method("直接送达");
    return in;
  };
  Track track = {
      CallOf<Cases, v1::RecordLegalReviewRequest>(
          world, {"p2", "legal-reviewer"}, &Cases::RecordLegalReview,
          [name] { return Named<v1::RecordLegalReviewRequest>(name); }),
      CallOf<Cases, v1::ServeNoticeRequest>(world, {"p1", "handler"}, &Cases::ServeNotice,
                                            [name] { return testing::NoticeOf(name); }),
      CallOf<Cases, v1::RecordCollectiveDiscussionRequest>(
          world, {"h2", "deputy-head"}, &Cases::RecordCollectiveDiscussion,
          [name] { return Named<v1::RecordCollectiveDiscussionRequest>(name); }),
      CallOf<Cases, v1::DecidePenaltyRequest>(world, {"h1", "head"}, &Cases::DecidePenalty,
                                              [name] { return testing::PenaltyOf(name); }),
  };
  track.push_back({{"h1", "head"}, [&world, list, entry](const Someone& who) {
                     v1::DecideListingResponse out;
                     (void)world.Act(who.person, {who.post}, &Listings::DecideListing, list(), &out,
                                     who.region);
                     if (!out.entry().name().empty()) *entry = out.entry().name();
                   }});
  track.push_back(CallOf<Cases, v1::GiveConsentRequest>(
      world, {"h9", "head", "410900"}, &Cases::GiveConsent,
      [name] { return Named<v1::GiveConsentRequest>(name); }));
  track.push_back(CallOf<Cases, v1::ServeDecisionRequest>(world, {"p1", "handler"},
                                                          &Cases::ServeDecision, serve));
  track.push_back(CallOf<Listings, v1::PublishListingRequest>(
      world, {"c1", "clerk"}, &Listings::PublishListing,
      [entry] { return Named<v1::PublishListingRequest>(*entry); }));
  return track;
}

struct Kind {
  const char* list;
  const char* ground;
};
constexpr Kind kKinds[] = {{"RED", "grade_a"},
                           {"EXPOSURE", "penalty"},
                           {"RED_BLACK", "black"},
                           {"TRACEABILITY_GOOD", "duties_performed"},
                           {"LOCAL_BLACKLIST", "repeated"}};

// Enough for every list to be reached, whatever the seed.
constexpr int kRunsMax = 30;

Track NominationTrack(World& world, const Kind& kind, std::string* name, std::string* entry) {
  v1::ProposeNominationRequest in;
  in.set_operator_(kOperator);
  in.set_region("410902");
  in.set_list(kind.list);
  in.set_ground(kind.ground);
  in.set_text("检查情况");
  if (std::string(kind.list) == "RED_BLACK") {
    in.mutable_edition_date()->set_year(2025);
    in.mutable_edition_date()->set_month(3);
    in.mutable_edition_date()->set_day(20);
  }
  v1::ProposeNominationResponse out;
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Nominations::ProposeNomination, in, &out)) == "");
  *name = out.nomination().name();
  const auto decide = [name] {
    auto in = Named<v1::DecideNominationRequest>(*name);
    in.set_granted(true);
    return in;
  };
  Track track = {
      CallOf<Nominations, v1::ReviewNominationRequest>(
          world, {"p2", "legal-reviewer"}, &Nominations::ReviewNomination,
          [name] { return Named<v1::ReviewNominationRequest>(*name); }),
      CallOf<Nominations, v1::NotifyNominationRequest>(
          world, {"c1", "clerk"}, &Nominations::NotifyNomination,
          [name] { return Named<v1::NotifyNominationRequest>(*name); }),
      CallOf<Nominations, v1::RecordObjectionRequest>(
          world, {"c1", "clerk"}, &Nominations::RecordObjection,
          [name] { return Named<v1::RecordObjectionRequest>(*name); }),
  };
  track.push_back({{"h1", "head"}, [&world, decide, entry](const Someone& who) {
                     v1::DecideNominationResponse out;
                     (void)world.Act(who.person, {who.post}, &Nominations::DecideNomination,
                                     decide(), &out, who.region);
                     if (!out.nomination().entry().empty()) *entry = out.nomination().entry();
                   }});
  track.push_back(CallOf<Listings, v1::PublishListingRequest>(
      world, {"c1", "clerk"}, &Listings::PublishListing,
      [entry] { return Named<v1::PublishListingRequest>(*entry); }));
  track.push_back(CallOf<Listings, v1::PublishEditionRequest>(
      world, {"c1", "clerk"}, &Listings::PublishEdition, [list = std::string(kind.list)] {
        v1::PublishEditionRequest in;
        in.set_list(list);
        in.mutable_edition_date()->set_year(2025);
        in.mutable_edition_date()->set_month(3);
        in.mutable_edition_date()->set_day(20);
        return in;
      }));
  return track;
}

absl::Time At(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

template <class Events, class Act>
const auto* Find(const Events& events, Act act) {
  const typename Events::value_type* found = nullptr;
  for (const auto& event : events) {
    if (event.act() == act) found = &event;
  }
  return found;
}

void CheckCase(World& world, const v1::Entry& entry) {
  v1::GetCaseRequest get;
  get.set_name(entry.case_());
  v1::GetCaseResponse got;
  REQUIRE(ReasonOf(world.Read(&Cases::GetCase, get, &got)) == "");
  const v1::Case& c = got.case_();
  int last = 0;
  for (const v1::CaseAct act : {v1::CASE_ACT_LEGAL_REVIEWED, v1::CASE_ACT_NOTICE_SERVED,
                                v1::CASE_ACT_COLLECTIVELY_DISCUSSED, v1::CASE_ACT_PENALTY_DECIDED,
                                v1::CASE_ACT_LISTING_DECIDED, v1::CASE_ACT_CONSENT_GIVEN,
                                v1::CASE_ACT_DECISION_SERVED, v1::CASE_ACT_LISTING_PUBLISHED}) {
    const auto* event = Find(c.events(), act);
    REQUIRE(event != nullptr);
    REQUIRE(event->sequence() > last);
    last = event->sequence();
  }
  REQUIRE(c.penalty().heavier());
  REQUIRE(c.notice().listing_announced());
  const absl::Time noticed = At(Find(c.events(), v1::CASE_ACT_NOTICE_SERVED)->time());
  // Five working days and the day of the notice itself.
  REQUIRE(At(Find(c.events(), v1::CASE_ACT_PENALTY_DECIDED)->time()) >
          noticed + absl::Hours(24 * 5));
  const auto person = [&](v1::CaseAct act) { return Find(c.events(), act)->actor().person(); };
  for (const v1::CaseAct act : {v1::CASE_ACT_LEGAL_REVIEWED, v1::CASE_ACT_NOTICE_SERVED,
                                v1::CASE_ACT_PENALTY_DECIDED, v1::CASE_ACT_LISTING_DECIDED}) {
    REQUIRE(person(v1::CASE_ACT_CONSENT_GIVEN) != person(act));
  }
}

void CheckNominated(World& world, const v1::Entry& entry) {
  v1::GetNominationRequest get;
  get.set_name(entry.nomination());
  v1::GetNominationResponse got;
  REQUIRE(ReasonOf(world.Read(&Nominations::GetNomination, get, &got)) == "");
  const v1::Nomination& nomination = got.nomination();
  const auto* granted = Find(nomination.events(), v1::NOMINATION_ACT_GRANTED);
  REQUIRE(granted != nullptr);
  const auto* published = Find(entry.events(), v1::ENTRY_ACT_PUBLISHED);
  REQUIRE(published->actor().person() != granted->actor().person());
  REQUIRE(At(published->time()) >= At(granted->time()));
  for (const v1::NominationEvent& event : nomination.events()) {
    const bool party = event.act() == v1::NOMINATION_ACT_OBJECTED;
    if (&event == granted || party) continue;
    REQUIRE(event.sequence() < granted->sequence());
    REQUIRE(event.actor().person() != granted->actor().person());
  }
  const bool adverse = entry.list() == "LOCAL_BLACKLIST" || entry.list() == "EXPOSURE" ||
                       entry.list() == "RED_BLACK";
  if (adverse) REQUIRE(Find(nomination.events(), v1::NOMINATION_ACT_REVIEWED) != nullptr);
  const auto* notified = Find(nomination.events(), v1::NOMINATION_ACT_NOTIFIED);
  REQUIRE((notified != nullptr) == (entry.list() != "TRACEABILITY_GOOD"));
  if (notified != nullptr) {
    REQUIRE(At(granted->time()) > At(notified->time()) + absl::Hours(24 * 5));
  }
  if (entry.has_edition_date()) REQUIRE(At(published->time()) >= StartOfDay(Date(2025, 3, 20)));
  REQUIRE_FALSE(entry.joint_effect());
}

// How many of each list are in force, each with its way behind it.
std::map<std::string, int> CheckAll(World& world) {
  v1::ListEntriesRequest in;
  in.set_purpose(v1::PURPOSE_COURT);
  in.set_reference(kReference);
  in.set_operator_(kOperator);
  v1::ListEntriesResponse out;
  REQUIRE(ReasonOf(world.Read(&Listings::ListEntries, in, &out)) == "");
  std::map<std::string, int> published;
  for (const v1::Entry& entry : out.entries()) {
    if (Find(entry.events(), v1::ENTRY_ACT_PUBLISHED) == nullptr) continue;
    ++published[entry.list()];
    INFO(entry.list());
    if (entry.list() == "SAMR_SERIOUS") {
      CheckCase(world, entry);
    } else {
      CheckNominated(world, entry);
    }
  }
  return published;
}

TEST_CASE("nothing is published on any list without its way, whoever calls in whatever order") {
  std::mt19937_64 random(shian::testing::Seed());
  const std::vector<std::string> posts = {"handler", "clerk", "legal-reviewer", "head",
                                          "deputy-head"};
  const std::vector<std::string> persons = {"p1", "p2", "h1", "h2", "c1"};
  std::map<std::string, int> published;
  // The walk must reach the end of every list, or it proves nothing about it.
  const auto reached = [&published] {
    return published["SAMR_SERIOUS"] > 0 &&
           std::all_of(std::begin(kKinds), std::end(kKinds),
                       [&](const Kind& kind) { return published[kind.list] > 0; });
  };
  for (int run = 0; run < 3 || (run < kRunsMax && !reached()); ++run) {
    World world;
    std::vector<std::string> names(std::size(kKinds)), entries(std::size(kKinds) + 1);
    std::vector<Track> tracks = {CaseTrack(world, &entries.back())};
    for (size_t i = 0; i < std::size(kKinds); ++i) {
      tracks.push_back(NominationTrack(world, kKinds[i], &names[i], &entries[i]));
    }
    std::vector<size_t> next(tracks.size(), 0);
    absl::Time now = Morning(2025, 3, 4);
    for (int i = 0; i < 220; ++i) {
      const size_t at = random() % tracks.size();
      Track& track = tracks[at];
      if (random() % 2 == 0) {  // as it should be, or too early
        track[next[at] % track.size()].make(track[next[at] % track.size()].rightly);
        ++next[at];
      } else {  // as it should not
        track[random() % track.size()].make({persons[random() % persons.size()],
                                             posts[random() % posts.size()],
                                             random() % 4 == 0 ? "410900" : "410902"});
      }
      if (random() % 6 == 0) world.AdvanceTo(now += absl::Hours(24 * (1 + random() % 2)));
    }
    for (const auto& [list, count] : CheckAll(world)) published[list] += count;
  }
  std::string seen;
  for (const auto& [list, count] : published) seen += absl::StrCat(list, " ", count, "; ");
  INFO(seen);
  REQUIRE(reached());
}

}  // namespace
}  // namespace shian::sanction
