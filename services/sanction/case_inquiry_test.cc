// The inquiry of a case through the whole service: time bar, evidence, things held, findings,
// rungs, and the penalty on the spot.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "services/sanction/case_testing.h"
#include "shian/sanction/v1/document_service.grpc.pb.h"

namespace shian::sanction {
namespace {

using testing::About;
using testing::Act;
using testing::AnswerOf;
using testing::Cases;
using testing::Due;
using testing::EvidenceOf;
using testing::FactsOf;
using testing::FileCase;
using testing::FilingOf;
using testing::FindingsOf;
using testing::kAllowed;
using testing::kHandler;
using testing::kHead;
using testing::kReviewer;
using testing::Morning;
using testing::NoticeOf;
using testing::PenaltyOf;
using testing::ReasonOf;
using testing::Serve;
using testing::SetDate;
using testing::ToDiscussion;
using testing::Told;
using testing::World;

TEST_CASE("a case is filed within its time bar, which it shows") {
  World world;
  v1::FileCaseRequest file = FilingOf("华市监立〔2025〕7号");
  SetDate(2023, 1, 31, file.mutable_filing()->mutable_violation_end_date());
  REQUIRE(Act(world, "p1", kHandler, &Cases::FileCase, file).reason == "TIME_BARRED");
  file.mutable_filing()->set_harm(true);
  const Told filed = Act(world, "p1", kHandler, &Cases::FileCase, file);
  REQUIRE(filed.reason == kAllowed);
  const v1::CaseFiling& shown = filed.c.events(0).filing();
  REQUIRE(shown.procedure() == v1::CASE_PROCEDURE_GENERAL);
  REQUIRE(shown.time_bar().legal_basis().article() == "第三十六条");
  REQUIRE(shown.time_bar().count() == 5);
  SetDate(2099, 1, 31, file.mutable_filing()->mutable_violation_end_date());
  file.set_number("华市监立〔2025〕8号");
  REQUIRE(Act(world, "p1", kHandler, &Cases::FileCase, file).reason == "FIELD_INVALID");
}

TEST_CASE("evidence is gathered by two officers, before the decision") {
  World world;
  const std::string name = FileCase(world, "华市监立〔2025〕1号");
  v1::RecordEvidenceRequest alone = EvidenceOf(name);
  alone.mutable_evidence()->mutable_officers()->RemoveLast();
  REQUIRE(Act(world, "p1", kHandler, &Cases::RecordEvidence, alone).reason == "OFFICERS_TOO_FEW");
  REQUIRE(Act(world, "p9", kHandler, &Cases::RecordEvidence, EvidenceOf(name)).reason ==
          "OFFICERS_TOO_FEW");
  REQUIRE(Act(world, "p1", {"clerk"}, &Cases::RecordEvidence, EvidenceOf(name)).reason ==
          "STEP_NOT_ALLOWED");
  v1::RecordEvidenceRequest unknown = EvidenceOf(name);
  unknown.add_documents()->set_sha256(std::string(64, 'a'));
  REQUIRE(Act(world, "p1", kHandler, &Cases::RecordEvidence, unknown).reason == "DOCUMENT_MISSING");
  const Told told = Act(world, "p1", kHandler, &Cases::RecordEvidence, EvidenceOf(name));
  REQUIRE(told.reason == kAllowed);
  const v1::Evidence& evidence = told.c.events(1).evidence();
  REQUIRE(told.c.events(1).act() == v1::CASE_ACT_EVIDENCE_GATHERED);
  REQUIRE(evidence.kind() == v1::EVIDENCE_KIND_SCENE_RECORD);
  REQUIRE(evidence.officers_size() == 2);
  REQUIRE(evidence.proves() == "现场存放涉案产品");
  REQUIRE(evidence.has_gather_time());
}

TEST_CASE("things that are kept or seized have a clock each, and are told as due until they end") {
  World world;
  const std::string name = FileCase(world, "华市监立〔2025〕1号");
  auto keep = About<v1::PreserveEvidenceRequest>(name);
  keep.mutable_custody()->set_items("涉案产品20箱");
  REQUIRE(Act(world, "p1", kHandler, &Cases::PreserveEvidence, keep).reason == "STEP_NOT_ALLOWED");
  REQUIRE(Act(world, "h1", kHead, &Cases::PreserveEvidence, keep).reason == kAllowed);
  auto seize = About<v1::SeizeGoodsRequest>(name);
  seize.mutable_custody()->set_items("生产设备1台");
  REQUIRE(Act(world, "h1", kHead, &Cases::SeizeGoods, seize).reason == kAllowed);
  auto due = Due(world);
  REQUIRE(due["sanction.case.preserved"].deadline().legal_basis().article() == "第五十六条");
  REQUIRE(due["sanction.case.preserved"].next_acts(0).method() ==
          "shian.sanction.v1.CaseService/HandlePreserved");
  REQUIRE(due.contains("sanction.case.seized"));

  auto handle = About<v1::HandlePreservedRequest>(name);
  handle.mutable_custody()->set_taken_sequence(3);
  handle.mutable_custody()->set_outcome(v1::CUSTODY_OUTCOME_RETURNED);
  REQUIRE(Act(world, "h1", kHead, &Cases::HandlePreserved, handle).reason == "CUSTODY_NOT_OPEN");
  handle.mutable_custody()->set_taken_sequence(2);
  REQUIRE(Act(world, "h1", kHead, &Cases::HandlePreserved, handle).reason == kAllowed);

  auto extend = About<v1::ExtendSeizureRequest>(name);
  extend.mutable_custody()->set_taken_sequence(3);
  extend.mutable_custody()->set_extension_days(46);
  REQUIRE(Act(world, "h1", kHead, &Cases::ExtendSeizure, extend).reason == "EXTENSION_NOT_ALLOWED");
  extend.mutable_custody()->set_extension_days(15);
  REQUIRE(Act(world, "h1", kHead, &Cases::ExtendSeizure, extend).reason == kAllowed);
  due = Due(world);
  REQUIRE_FALSE(due.contains("sanction.case.preserved"));
  REQUIRE(due["sanction.case.seized"].deadline().count() == 45);
  auto close = About<v1::CloseCaseRequest>(name);
  close.set_outcome(v1::CASE_OUTCOME_DISMISSED);
  REQUIRE(Act(world, "h1", kHead, &Cases::CloseCase, close).reason == "CASE_NOT_FINISHED");
  auto release = About<v1::ReleaseSeizedRequest>(name);
  release.mutable_custody()->set_taken_sequence(3);
  release.mutable_custody()->set_outcome(v1::CUSTODY_OUTCOME_RETURNED);
  REQUIRE(Act(world, "h1", kHead, &Cases::ReleaseSeized, release).reason == kAllowed);
  REQUIRE_FALSE(Due(world).contains("sanction.case.seized"));
  const Told closed = Act(world, "h1", kHead, &Cases::CloseCase, close);
  REQUIRE(closed.reason == kAllowed);
  REQUIRE(closed.c.state() == v1::CASE_STATE_CLOSED);
  REQUIRE(Due(world).empty());
}

TEST_CASE("what is pointed out is answered before the decision, and the fine stays on its rung") {
  World world;
  const std::string name = FileCase(world, "华市监立〔2025〕1号");
  REQUIRE(FindingsOf(world, name).empty());
  REQUIRE(Act(world, "p1", kHandler, &Cases::StateFacts, FactsOf(name, 2'500'000)).reason ==
          kAllowed);
  REQUIRE(FindingsOf(world, name) == std::vector<std::string>{"grave.goods_value"});
  v1::ServeNoticeRequest notice = NoticeOf(name);
  notice.mutable_notice()->set_proposed_fine_fen(60'000'000);
  ToDiscussion(world, name, notice, Morning(2025, 3, 17));
  v1::DecidePenaltyRequest penalty = PenaltyOf(name);
  penalty.mutable_penalty()->set_fine_fen(45'000'000);
  REQUIRE(Act(world, "h1", kHead, &Cases::DecidePenalty, penalty).reason ==
          "DECISION_LEVEL_TOO_LOW");
  REQUIRE(Act(world, "h8", kHead, &Cases::DecidePenalty, penalty, "410900").reason ==
          "FINDING_OPEN");
  REQUIRE(Act(world, "p1", kHandler, &Cases::AnswerFinding, AnswerOf(name, "grave.death", true))
              .reason == "FINDING_NOT_FOUND");
  const Told answered =
      Act(world, "p1", kHandler, &Cases::AnswerFinding, AnswerOf(name, "grave.goods_value", true));
  REQUIRE(answered.reason == kAllowed);
  REQUIRE(FindingsOf(world, name) == std::vector<std::string>{"grave.goods_value+"});

  v1::Discretion* rung = penalty.mutable_penalty()->mutable_discretion();
  rung->set_table("discretion.food");
  rung->set_violation("food.nothing");
  rung->set_level(policy::v1::DISCRETION_LEVEL_ORDINARY);
  const auto decide = [&] {
    return Act(world, "h8", kHead, &Cases::DecidePenalty, penalty, "410900");
  };
  REQUIRE(decide().reason == "DISCRETION_UNKNOWN");
  rung->set_table("approval.case");
  REQUIRE(decide().reason == "DISCRETION_UNKNOWN");
  rung->set_table("discretion.food");
  rung->set_violation("food.label");
  REQUIRE(decide().reason == "FACTS_MISSING");
  rung->set_violation("food.over_limit");
  REQUIRE(decide().reason == "AGGRAVATED_OFF_RUNG");
  rung->set_level(policy::v1::DISCRETION_LEVEL_HEAVIER);
  penalty.mutable_penalty()->set_fine_fen(55'000'000);  // 17 to 20 times 25,000 yuan
  REQUIRE(decide().reason == "FINE_OUTSIDE_RUNG");
  penalty.mutable_penalty()->set_fine_fen(45'000'000);
  const Told decided = decide();
  REQUIRE(decided.reason == kAllowed);
  REQUIRE(decided.c.penalty().discretion().level() == policy::v1::DISCRETION_LEVEL_HEAVIER);
  REQUIRE(decided.c.penalty().discretion().policy_revision().size() == 64);
}

TEST_CASE("the third penalty in a year is pointed out, with the cases it counts") {
  World world;
  absl::Time then = Morning(2025, 3, 17);
  for (const char* number : {"1", "2", "3"}) {
    const std::string name = FileCase(world, number);
    const bool third = number[0] == '3';
    REQUIRE(FindingsOf(world, name).empty() != third);
    if (third) break;
    REQUIRE(Act(world, "p1", kHandler, &Cases::StateFacts, FactsOf(name, 0)).reason == kAllowed);
    if (number[0] == '2') {
      REQUIRE(FindingsOf(world, name) == std::vector<std::string>{"grave.repeat"});
      REQUIRE(Act(world, "p1", kHandler, &Cases::StateFacts, FactsOf(name, 0)).reason == kAllowed);
    }
    ToDiscussion(world, name, NoticeOf(name), then);
    if (number[0] == '2') {
      REQUIRE(
          Act(world, "p1", kHandler, &Cases::AnswerFinding, AnswerOf(name, "grave.repeat", false))
              .reason == kAllowed);
    }
    v1::DecidePenaltyRequest penalty = PenaltyOf(name);
    penalty.mutable_penalty()->set_decision_number(number);
    REQUIRE(Act(world, "h1", kHead, &Cases::DecidePenalty, penalty).reason == kAllowed);
    Serve(world, name);
    then += absl::Hours(24 * 28);
  }
}

TEST_CASE("on the spot a small fine is decided by the handler alone, and a high one is not") {
  World world;
  v1::FileCaseRequest file = FilingOf("当罚1号");
  file.mutable_filing()->set_procedure(v1::CASE_PROCEDURE_SIMPLE);
  const Told filed = Act(world, "p1", kHandler, &Cases::FileCase, file);
  REQUIRE(filed.reason == kAllowed);
  const std::string& name = filed.c.name();
  // Acts that this procedure does not know.
  REQUIRE(Act(world, "p2", kReviewer, &Cases::RecordLegalReview,
              About<v1::RecordLegalReviewRequest>(name))
              .reason == "STEP_UNKNOWN");
  // Nor does the list of what is due offer them.
  const auto due = Due(world)["sanction.case.decide"];
  REQUIRE(due.next_acts_size() == 1);
  REQUIRE(due.next_acts(0).method() == "shian.sanction.v1.CaseService/ServeNotice");
  v1::DecidePenaltyRequest penalty = PenaltyOf(name);
  penalty.mutable_penalty()->set_fine_fen(300'001);
  penalty.mutable_penalty()->set_aggravated(false);
  REQUIRE(Act(world, "p1", kHandler, &Cases::DecidePenalty, penalty).reason == "NOTICE_NOT_SERVED");
  const Told noticed = Act(world, "p1", kHandler, &Cases::ServeNotice, NoticeOf(name));
  REQUIRE(noticed.reason == kAllowed);
  REQUIRE(noticed.c.deadlines_size() == 1);
  REQUIRE(
      Act(world, "p1", kHandler, &Cases::SubmitStatement, About<v1::SubmitStatementRequest>(name))
          .reason == kAllowed);
  REQUIRE(Act(world, "p1", kHandler, &Cases::DecidePenalty, penalty).reason ==
          "PROCEDURE_TOO_LIGHT");
  penalty.mutable_penalty()->set_fine_fen(300'000);
  REQUIRE(Act(world, "p1", kHandler, &Cases::DecidePenalty, penalty).reason == kAllowed);
  Serve(world, name);
  REQUIRE(Due(world)["sanction.case.execute"].next_acts(0).method() ==
          "shian.sanction.v1.CaseService/RecordExecution");
  REQUIRE(
      Act(world, "p1", kHandler, &Cases::RecordExecution, About<v1::RecordExecutionRequest>(name))
          .reason == kAllowed);
  auto close = About<v1::CloseCaseRequest>(name);
  close.set_outcome(v1::CASE_OUTCOME_EXECUTED);
  REQUIRE(Act(world, "p1", kHandler, &Cases::CloseCase, close).reason == kAllowed);
}

TEST_CASE("an amount or a period goes with its kind, in the notice and in the decision") {
  World world;
  const std::string name = FileCase(world, "华市监立〔2025〕1号");
  REQUIRE(Act(world, "p2", kReviewer, &Cases::RecordLegalReview,
              About<v1::RecordLegalReviewRequest>(name))
              .reason == kAllowed);
  v1::ServeNoticeRequest notice = NoticeOf(name);
  v1::DecidePenaltyRequest penalty = PenaltyOf(name);
  notice.mutable_notice()->set_proposed_confiscation_fen(0);
  SECTION("confiscation") {
    notice.mutable_notice()->set_proposed_confiscation_fen(1);
    penalty.mutable_penalty()->set_confiscation_fen(1);
  }
  SECTION("a ban") {
    notice.mutable_notice()->set_proposed_ban_months(1);
    penalty.mutable_penalty()->set_ban_months(1);
  }
  REQUIRE(Act(world, "p1", kHandler, &Cases::ServeNotice, notice).reason == "FIELD_INVALID");
  REQUIRE(Act(world, "h1", kHead, &Cases::DecidePenalty, penalty).reason == "FIELD_INVALID");
  notice.mutable_notice()->add_proposed_kinds(v1::PENALTY_KIND_CONFISCATION);
  notice.mutable_notice()->add_proposed_kinds(v1::PENALTY_KIND_ACTIVITY_RESTRICTION);
  REQUIRE(Act(world, "p1", kHandler, &Cases::ServeNotice, notice).reason == kAllowed);
}

TEST_CASE("a case on the spot that turns out to be none is closed, or goes to the police") {
  World world;
  v1::FileCaseRequest file = FilingOf("当罚1号");
  file.mutable_filing()->set_procedure(v1::CASE_PROCEDURE_SIMPLE);
  const std::string name = Act(world, "p1", kHandler, &Cases::FileCase, file).c.name();
  auto close = About<v1::CloseCaseRequest>(name);
  close.set_outcome(v1::CASE_OUTCOME_EXECUTED);
  REQUIRE(Act(world, "h1", kHead, &Cases::CloseCase, close).reason == "CASE_NOT_FINISHED");
  close.set_outcome(v1::CASE_OUTCOME_DISMISSED);
  auto report = About<v1::ReportTransferRequest>(name);
  for (const char* person : {"p1", "p5"}) {
    v1::CaseOfficer* officer = report.mutable_transfer()->add_officers();
    officer->set_person(person);
    officer->set_card("豫市监1");
  }
  REQUIRE(Act(world, "p1", kHandler, &Cases::ReportTransfer, report).reason == kAllowed);
  REQUIRE(Act(world, "h1", kHead, &Cases::CloseCase, close).reason == "CASE_NOT_FINISHED");
  auto decide = About<v1::DecideTransferRequest>(name);
  decide.mutable_transfer()->set_approved(false);
  REQUIRE(Act(world, "h1", kHead, &Cases::DecideTransfer, decide).reason == kAllowed);
  REQUIRE(Act(world, "h1", kHead, &Cases::CloseCase, close).reason == kAllowed);
}

TEST_CASE("a document that was issued for one case proves nothing of another") {
  World world;
  const std::string name = FileCase(world, "华市监立〔2025〕1号");
  v1::FileCaseRequest file = FilingOf("华市监立〔2025〕2号");
  file.set_text("拟立案");
  const std::string other = Act(world, "p1", kHandler, &Cases::FileCase, file).c.name();
  v1::IssueDocumentRequest issue;
  issue.set_matter(other);
  issue.set_kind("filing-approval");
  v1::IssueDocumentResponse issued;
  const grpc::Status status =
      world.Act("p1", kHandler, &v1::DocumentService::Stub::IssueDocument, issue, &issued);
  REQUIRE(ReasonOf(status) == kAllowed);
  v1::RecordEvidenceRequest evidence = EvidenceOf(name);
  *evidence.add_documents() = issued.document().attachment();
  REQUIRE(Act(world, "p1", kHandler, &Cases::RecordEvidence, evidence).reason ==
          "DOCUMENT_MISSING");
  evidence.set_name(other);
  REQUIRE(Act(world, "p1", kHandler, &Cases::RecordEvidence, evidence).reason == kAllowed);
}

}  // namespace
}  // namespace shian::sanction
