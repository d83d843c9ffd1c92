// The period of a case and its hearing through the whole service: what prolongs it, what stops it,
// and what is told as due meanwhile.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "services/sanction/case_testing.h"

namespace shian::sanction {
namespace {

using testing::About;
using testing::Act;
using testing::Cases;
using testing::Due;
using testing::FileCase;
using testing::kAllowed;
using testing::kHandler;
using testing::kHead;
using testing::kReviewer;
using testing::Morning;
using testing::NoticeOf;
using testing::Told;
using testing::World;

const std::vector<std::string> kPresider = {"hearing-officer"};
constexpr char kNumber[] = "华市监立〔2025〕1号";
constexpr char kDecide[] = "sanction.case.decide";

template <class In>
In DaysMore(const std::string& name, int days) {
  auto in = About<In>(name, "案情复杂");
  in.mutable_period()->set_days(days);
  return in;
}

v1::PausePeriodRequest Pause(const std::string& name, const char* ground) {
  auto in = About<v1::PausePeriodRequest>(name);
  in.mutable_period()->set_ground(ground);
  return in;
}

v1::ResumePeriodRequest Resume(const std::string& name, int begun) {
  auto in = About<v1::ResumePeriodRequest>(name);
  in.mutable_period()->set_begun_sequence(begun);
  return in;
}

v1::NotifyHearingRequest HearingOf(const std::string& name, const char* presider,
                                   absl::Time start) {
  v1::NotifyHearingRequest in;
  in.set_name(name);
  *in.mutable_hearing()->mutable_start_time() = rpc::ToProto(start);
  in.mutable_hearing()->set_place("县市场监督管理局三楼会议室");
  in.mutable_hearing()->set_presider(presider);
  in.mutable_hearing()->set_service_method("直接送达");
  return in;
}

Date DueDay(const common::v1::Todo& todo) {
  return ToDate(absl::FromUnixSeconds(todo.deadline().due_time().seconds()));
}

// From legal review to the request for a hearing, on the third of March, a Monday.
std::string ToHearing(World& world) {
  const std::string name = FileCase(world, kNumber);
  REQUIRE(Act(world, "p2", kReviewer, &Cases::RecordLegalReview,
              About<v1::RecordLegalReviewRequest>(name))
              .reason == kAllowed);
  v1::ServeNoticeRequest notice = NoticeOf(name);
  notice.mutable_notice()->set_hearing_offered(true);
  REQUIRE(Act(world, "p1", kHandler, &Cases::ServeNotice, notice).reason == kAllowed);
  REQUIRE(Act(world, "p1", kHandler, &Cases::RequestHearing, About<v1::RequestHearingRequest>(name))
              .reason == kAllowed);
  return name;
}

TEST_CASE("the head prolongs the period once, and a discussion once more") {
  World world;
  const std::string name = FileCase(world, kNumber);
  const auto extend = [&](int days, const char* person, const std::vector<std::string>& posts) {
    return Act(world, person, posts, &Cases::ExtendPeriod,
               DaysMore<v1::ExtendPeriodRequest>(name, days));
  };
  const auto go_on = [&](int days) {
    return Act(world, "h2", {"deputy-head"}, &Cases::ContinuePeriod,
               DaysMore<v1::ContinuePeriodRequest>(name, days));
  };
  REQUIRE(extend(30, "p1", kHandler).reason == "STEP_NOT_ALLOWED");
  REQUIRE(extend(30, "p1", {"handler", "head"}).reason == "STEPS_KEPT_APART");
  REQUIRE(extend(0, "h1", kHead).reason == "FIELD_INVALID");
  REQUIRE(extend(31, "h1", kHead).reason == "EXTENSION_NOT_ALLOWED");
  REQUIRE(go_on(30).reason == "EXTENSION_NOT_ALLOWED");
  const Told extended = extend(30, "h1", kHead);
  REQUIRE(extended.reason == kAllowed);
  const v1::CaseEvent& event = extended.c.events(1);
  REQUIRE(event.period().days() == 30);
  REQUIRE((event.text() == "案情复杂" && event.actor().person() == "h1"));
  REQUIRE(event.policy_revision().size() == 64);
  REQUIRE(extended.c.deadlines(0).count() == 120);
  REQUIRE(extend(1, "h1", kHead).reason == "EXTENSION_NOT_ALLOWED");
  REQUIRE(Due(world)[kDecide].next_acts(1).method() ==
          "shian.sanction.v1.CaseService/ContinuePeriod");
  REQUIRE(go_on(181).reason == "EXTENSION_NOT_ALLOWED");
  const Told continued = go_on(60);
  REQUIRE(continued.reason == kAllowed);
  REQUIRE(continued.c.deadlines(0).count() == 180);
  REQUIRE(go_on(1).reason == "EXTENSION_NOT_ALLOWED");
}

TEST_CASE("a period that is over is not prolonged") {
  World world;
  const std::string name = FileCase(world, kNumber);
  world.AdvanceTo(Morning(2025, 6, 6));
  REQUIRE(Act(world, "h1", kHead, &Cases::ExtendPeriod, DaysMore<v1::ExtendPeriodRequest>(name, 30))
              .reason == "EXTENSION_NOT_ALLOWED");
  REQUIRE(Act(world, "h1", kHead, &Cases::PausePeriod, Pause(name, "审计")).reason ==
          "STEP_OUT_OF_ORDER");
}

TEST_CASE("a time that began within another one that is over still stops the clock") {
  World world;
  const std::string name = FileCase(world, kNumber);
  const auto pause = [&](const char* ground) {
    return Act(world, "h1", kHead, &Cases::PausePeriod, Pause(name, ground)).reason;
  };
  REQUIRE(pause("审计") == kAllowed);
  world.AdvanceTo(Morning(2025, 3, 10));
  REQUIRE(pause("权利人辨认或者鉴别") == kAllowed);
  world.AdvanceTo(Morning(2025, 3, 20));
  REQUIRE(Act(world, "p1", kHandler, &Cases::ResumePeriod, Resume(name, 2)).reason == kAllowed);
  world.AdvanceTo(Morning(2025, 9, 1));
  const auto due = Due(world)[kDecide];
  REQUIRE(due.suspended_reason() == "权利人辨认或者鉴别");
  REQUIRE_FALSE(due.overdue());
}

TEST_CASE("a time that does not count stops the clock, and what is due says why") {
  World world;
  const std::string name = FileCase(world, kNumber);
  const auto pause = [&](const char* ground) {
    return Act(world, "h1", kHead, &Cases::PausePeriod, Pause(name, ground)).reason;
  };
  const auto resume = [&](int begun) {
    return Act(world, "p1", kHandler, &Cases::ResumePeriod, Resume(name, begun));
  };
  REQUIRE(pause("休假") == "FIELD_INVALID");
  REQUIRE(pause("听证") == "FIELD_INVALID");
  REQUIRE(Act(world, "p1", kHandler, &Cases::PausePeriod, Pause(name, "审计")).reason ==
          "STEP_NOT_ALLOWED");
  REQUIRE(pause("审计") == kAllowed);
  REQUIRE(pause("审计") == "STEP_ALREADY_DONE");
  world.AdvanceTo(Morning(2025, 7, 1));
  const auto due = Due(world)[kDecide];
  REQUIRE(due.suspended_reason() == "审计");
  REQUIRE_FALSE(due.overdue());
  REQUIRE(resume(1).reason == "STEP_OUT_OF_ORDER");
  const Told resumed = resume(2);
  REQUIRE(resumed.reason == kAllowed);
  REQUIRE(resumed.c.deadlines(0).suspensions_size() == 1);
  REQUIRE(resumed.c.deadlines(0).suspensions(0).reason() == "审计");
  // 120 days from the fourth of March to the first of July, and ninety more.
  REQUIRE(DueDay(Due(world)[kDecide]) == Date(2025, 9, 29));
  REQUIRE(Due(world)[kDecide].suspended_reason().empty());
  REQUIRE(resume(2).reason == "STEP_OUT_OF_ORDER");
}

TEST_CASE("a time that ended before it is recorded counts to the day it ended on") {
  World world;
  const std::string name = FileCase(world, kNumber);
  REQUIRE(Act(world, "h1", kHead, &Cases::PausePeriod, Pause(name, "审计")).reason == kAllowed);
  world.AdvanceTo(Morning(2025, 3, 20));
  const auto resume = [&](Date last) {
    v1::ResumePeriodRequest in = Resume(name, 2);
    testing::SetDate(last.year(), last.month(), last.day(),
                     in.mutable_period()->mutable_end_date());
    return Act(world, "p1", kHandler, &Cases::ResumePeriod, in);
  };
  REQUIRE(resume(Date(2025, 3, 2)).reason == "FIELD_INVALID");
  REQUIRE(resume(Date(2025, 3, 21)).reason == "FIELD_INVALID");
  const Told resumed = resume(Date(2025, 3, 10));
  REQUIRE(resumed.reason == kAllowed);
  REQUIRE(resumed.c.events(2).period().end_date().day() == 10);
  REQUIRE(resumed.c.deadlines(0).suspensions(0).to().day() == 10);
  // Seven days from the fourth to the tenth of March, ninety more, and the Monday after a Sunday.
  REQUIRE(DueDay(Due(world)[kDecide]) == Date(2025, 6, 9));
}

TEST_CASE("things that were sent for a test stop the period, and not the seizure of others") {
  World world;
  const std::string name = FileCase(world, kNumber);
  auto keep = About<v1::PreserveEvidenceRequest>(name);
  keep.mutable_custody()->set_items("涉案产品20箱");
  REQUIRE(Act(world, "h1", kHead, &Cases::PreserveEvidence, keep).reason == kAllowed);
  auto seize = About<v1::SeizeGoodsRequest>(name);
  seize.mutable_custody()->set_items("涉案产品200箱");
  REQUIRE(Act(world, "h1", kHead, &Cases::SeizeGoods, seize).reason == kAllowed);
  auto handle = About<v1::HandlePreservedRequest>(name);
  handle.mutable_custody()->set_taken_sequence(2);
  handle.mutable_custody()->set_outcome(v1::CUSTODY_OUTCOME_SENT_FOR_TEST);
  REQUIRE(Act(world, "h1", kHead, &Cases::HandlePreserved, handle).reason == kAllowed);
  world.AdvanceTo(Morning(2025, 3, 10));
  REQUIRE(Due(world)[kDecide].suspended_reason() == "检测、检验、检疫、鉴定");
  REQUIRE(Due(world)["sanction.case.seized"].suspended_reason().empty());
  REQUIRE(Act(world, "p1", kHandler, &Cases::ResumePeriod, Resume(name, 4)).reason == kAllowed);
  REQUIRE(Due(world)[kDecide].suspended_reason().empty());
  REQUIRE(Due(world)[kDecide].deadline().suspensions_size() == 1);
  REQUIRE(Due(world)["sanction.case.seized"].deadline().suspensions_size() == 0);
  // A head's own word stops a seizure.
  REQUIRE(
      Act(world, "h1", kHead, &Cases::PausePeriod, Pause(name, "检测、检验、检疫、鉴定")).reason ==
      kAllowed);
  REQUIRE_FALSE(Due(world)["sanction.case.seized"].suspended_reason().empty());
}

TEST_CASE("a hearing is notified in time by one who did not inquire, and held by that one") {
  World world;
  const std::string name = ToHearing(world);
  auto due = Due(world);
  REQUIRE(due[kDecide].suspended_reason() == "听证");
  REQUIRE(due["sanction.case.hearing_notice"].document() == "hearing-summons");
  REQUIRE(due["sanction.case.hearing_notice"].next_acts(0).method() ==
          "shian.sanction.v1.CaseService/NotifyHearing");
  const auto record = [&](const char* person) {
    return Act(world, person, kPresider, &Cases::RecordHearing,
               About<v1::RecordHearingRequest>(name));
  };
  const auto notify = [&](const v1::NotifyHearingRequest& in) {
    return Act(world, "z1", kPresider, &Cases::NotifyHearing, in);
  };
  REQUIRE(record("z1").reason == "STEP_OUT_OF_ORDER");
  v1::NotifyHearingRequest in = HearingOf(name, "z1", Morning(2025, 3, 13));
  REQUIRE(Act(world, "p1", kHandler, &Cases::NotifyHearing, in).reason == "STEP_NOT_ALLOWED");
  REQUIRE(notify(HearingOf(name, "p1", Morning(2025, 3, 13))).reason == "STEPS_KEPT_APART");
  // Seven working days end on the twelfth.
  REQUIRE(notify(HearingOf(name, "z1", Morning(2025, 3, 12))).reason == "STEP_OUT_OF_ORDER");
  REQUIRE(notify(HearingOf(name, "z1", Morning(2025, 2, 3))).reason == "FIELD_INVALID");
  REQUIRE(notify(HearingOf(name, "z1", Morning(2035, 3, 13))).reason == "FIELD_INVALID");
  // Who asked to be heard is not told anew that there is nothing to be heard.
  REQUIRE(Act(world, "p1", kHandler, &Cases::ServeNotice, NoticeOf(name)).reason ==
          "HEARING_PENDING");
  in.mutable_hearing()->set_closed(true);
  REQUIRE(notify(in).reason == "FIELD_INVALID");
  in.set_text("涉及商业秘密");
  const Told told = notify(in);
  REQUIRE(told.reason == kAllowed);
  const v1::CaseHearing& hearing = told.c.events(4).hearing();
  REQUIRE((hearing.presider() == "z1" && hearing.closed()));
  REQUIRE(hearing.place() == "县市场监督管理局三楼会议室");
  due = Due(world);
  REQUIRE_FALSE(due.contains("sanction.case.hearing_notice"));
  REQUIRE(DueDay(due["sanction.case.hearing"]) == Date(2025, 3, 13));
  REQUIRE(record("z1").reason == "STEP_OUT_OF_ORDER");
  world.AdvanceTo(Morning(2025, 3, 13));
  REQUIRE(record("z2").reason == "STEP_NOT_ALLOWED");
  const Told held = record("z1");
  REQUIRE(held.reason == kAllowed);
  REQUIRE(held.c.deadlines(0).suspensions(0).to().day() == 13);
  due = Due(world);
  REQUIRE_FALSE(due.contains("sanction.case.hearing"));
  REQUIRE(due[kDecide].suspended_reason().empty());
  REQUIRE(Act(world, "h2", {"deputy-head"}, &Cases::RecordCollectiveDiscussion,
              About<v1::RecordCollectiveDiscussionRequest>(name))
              .reason == kAllowed);
}

TEST_CASE("a hearing ends without being held when the party gives it up, and not by the handler") {
  World world;
  const std::string name = ToHearing(world);
  auto end = About<v1::EndHearingRequest>(name);
  const auto take = [&](const char* person, const std::vector<std::string>& posts) {
    return Act(world, person, posts, &Cases::EndHearing, end).reason;
  };
  REQUIRE(take("z1", kPresider) == "FIELD_INVALID");
  end.mutable_hearing()->set_end(v1::HEARING_END_ABSENT);
  REQUIRE(take("z1", kPresider) == "STEP_OUT_OF_ORDER");
  end.mutable_hearing()->set_end(v1::HEARING_END_WITHDRAWN);
  REQUIRE(take("p1", kHandler) == "STEP_NOT_ALLOWED");
  REQUIRE(take("p1", {"handler", "hearing-officer"}) == "STEPS_KEPT_APART");
  REQUIRE(take("z1", kPresider) == kAllowed);
  REQUIRE(take("z1", kPresider) == "HEARING_NOT_REQUESTED");
  REQUIRE(Due(world)[kDecide].suspended_reason().empty());
  REQUIRE_FALSE(Due(world).contains("sanction.case.hearing_notice"));
}

}  // namespace
}  // namespace shian::sanction
