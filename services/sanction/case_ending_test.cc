// A case that goes to the police, that a superior watches, that closes and is reviewed, through the
// whole service.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "libs/blob/blob.h"
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
using testing::SetDate;
using testing::Told;
using testing::World;

v1::ReportTransferRequest ReportOf(const std::string& name) {
  auto in = About<v1::ReportTransferRequest>(name);
  for (const char* person : {"p1", "p5"}) {
    v1::CaseOfficer* officer = in.mutable_transfer()->add_officers();
    officer->set_person(person);
    officer->set_card("豫市监1");
  }
  return in;
}

TEST_CASE("a case goes to the police with its clocks, and comes back") {
  World world;
  const std::string name = FileCase(world, "华市监立〔2025〕1号");
  REQUIRE(Act(world, "p9", kHandler, &Cases::ReportTransfer, ReportOf(name)).reason ==
          "OFFICERS_TOO_FEW");
  REQUIRE(Act(world, "p1", kHandler, &Cases::ReportTransfer, ReportOf(name)).reason == kAllowed);
  REQUIRE(Due(world)["sanction.case.transfer_decide"].deadline().count() == 3);
  auto approve = About<v1::DecideTransferRequest>(name);
  REQUIRE(Act(world, "h1", kHead, &Cases::DecideTransfer, approve).reason == "FIELD_INVALID");
  approve.mutable_transfer()->set_authority("华龙区公安分局");
  REQUIRE(Act(world, "h1", kHead, &Cases::DecideTransfer, approve).reason == "FIELD_INVALID");
  approve.mutable_transfer()->set_approved(true);
  REQUIRE(Act(world, "p1", {"handler", "head"}, &Cases::DecideTransfer, approve).reason ==
          "STEPS_KEPT_APART");
  REQUIRE(Act(world, "h1", kHead, &Cases::DecideTransfer, approve).reason == kAllowed);
  auto due = Due(world);
  REQUIRE(due["sanction.case.transfer"].deadline().count() == 24);
  REQUIRE(due["sanction.case.transfer"].document() == "transfer-letter");
  auto transfer = About<v1::TransferToPoliceRequest>(name);
  transfer.mutable_transfer()->set_authority("华龙区公安分局");
  transfer.mutable_transfer()->set_copied_to_procuratorate(true);
  REQUIRE(Act(world, "p1", kHandler, &Cases::TransferToPolice, transfer).reason ==
          "TRANSFER_PACKET_INCOMPLETE");
  for (const char* key : {"letter", "investigation_report", "goods_list", "test_report"}) {
    const std::string bytes = std::string("卷宗") + key;
    const auto blob = world.edge().blobs().Put(bytes);
    REQUIRE(blob.ok());
    v1::TransferItem* item = transfer.mutable_transfer()->add_packet();
    item->set_key(key);
    item->set_sha256(blob->sha256);
    transfer.add_documents()->set_sha256(blob->sha256);
  }
  const Told sent = Act(world, "p1", kHandler, &Cases::TransferToPolice, transfer);
  REQUIRE(sent.reason == kAllowed);
  REQUIRE(sent.c.state() == v1::CASE_STATE_WITH_POLICE);
  REQUIRE(Due(world)["sanction.case.police_answer"].deadline().count() == 3);
  auto answer = About<v1::RecordPoliceAnswerRequest>(name);
  answer.mutable_transfer()->set_answer(v1::POLICE_ANSWER_FILED);
  REQUIRE(Act(world, "p1", kHandler, &Cases::RecordPoliceAnswer, answer).reason == kAllowed);
  due = Due(world);
  REQUIRE(due["sanction.case.goods"].deadline().legal_basis().article() == "第十二条");
  // Its own period stands still.
  REQUIRE_FALSE(due["sanction.case.decide"].deadline().has_due_time());
  REQUIRE(due["sanction.case.decide"].deadline().suspensions_size() == 1);
  REQUIRE(Act(world, "p1", kHandler, &Cases::HandOverGoods, About<v1::HandOverGoodsRequest>(name))
              .reason == kAllowed);
  answer.mutable_transfer()->set_answer(v1::POLICE_ANSWER_RETURNED);
  world.AdvanceTo(Morning(2025, 4, 1));
  REQUIRE(Act(world, "p1", kHandler, &Cases::RecordPoliceAnswer, answer).reason == kAllowed);
  REQUIRE(Due(world)["sanction.case.decide"].deadline().has_due_time());
  REQUIRE_FALSE(Due(world).contains("sanction.case.goods"));
}

TEST_CASE("a superior's supervision has its day, and the file is reviewed after closing") {
  World world;
  const std::string name = FileCase(world, "华市监立〔2025〕1号");
  auto open = About<v1::OpenSupervisionRequest>(name);
  SetDate(2025, 5, 30, open.mutable_supervision()->mutable_due_date());
  REQUIRE(Act(world, "h1", kHead, &Cases::OpenSupervision, open).reason == "STEP_NOT_ALLOWED");
  REQUIRE(Act(world, "h8", kHead, &Cases::OpenSupervision, open, "410900").reason == kAllowed);
  const auto todo = Due(world)["sanction.case.supervision"];
  REQUIRE(todo.deadline().legal_basis().statute() == "食品安全法");
  REQUIRE(todo.next_acts_size() == 2);
  REQUIRE(Act(world, "p1", kHandler, &Cases::ReportProgress, About<v1::ReportProgressRequest>(name))
              .reason == kAllowed);
  auto close = About<v1::CloseCaseRequest>(name);
  close.set_outcome(v1::CASE_OUTCOME_NO_PENALTY);
  REQUIRE(Act(world, "h1", kHead, &Cases::CloseCase, close).reason == "CASE_NOT_FINISHED");
  auto check = About<v1::CheckSupervisionRequest>(name);
  REQUIRE(Act(world, "h8", kHead, &Cases::CheckSupervision, check, "410900").reason ==
          "FIELD_INVALID");
  check.mutable_supervision()->set_passed(true);
  REQUIRE(Act(world, "h8", kHead, &Cases::CheckSupervision, check, "410900").reason == kAllowed);
  REQUIRE_FALSE(Due(world).contains("sanction.case.supervision"));
  REQUIRE(Act(world, "h1", kHead, &Cases::CloseCase, close).reason == kAllowed);

  auto review = About<v1::ReviewFileRequest>(name);
  review.mutable_review()->set_mending_required(true);
  REQUIRE(Act(world, "p7", kReviewer, &Cases::ReviewFile, review).reason == "FIELD_INVALID");
  for (const char* key :
       {"jurisdiction", "facts", "evidence", "law", "procedure", "discretion", "file"}) {
    v1::ReviewScore* score = review.mutable_review()->add_scores();
    score->set_key(key);
    score->set_points(5);
  }
  const Told reviewed = Act(world, "p7", kReviewer, &Cases::ReviewFile, review);
  REQUIRE(reviewed.reason == kAllowed);
  const auto& shown = reviewed.c.events(reviewed.c.events_size() - 1).review();
  REQUIRE((shown.points() == 35 && shown.points_max() == 100));
  REQUIRE(Act(world, "p1", kHandler, &Cases::MendFile, About<v1::MendFileRequest>(name)).reason ==
          kAllowed);
}

}  // namespace
}  // namespace shian::sanction
