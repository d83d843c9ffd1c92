// What the stories of cases share: acts by officers, and what they state.
#pragma once

#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "services/sanction/testing_world.h"
#include "shian/common/v1/todo_service.grpc.pb.h"

namespace shian::sanction::testing {

inline const std::vector<std::string> kHandler = {"handler"};
inline const std::vector<std::string> kHead = {"head"};
inline const std::vector<std::string> kReviewer = {"legal-reviewer"};

// The case after the last act.
struct Told {
  std::string reason;
  v1::Case c;
};

template <class In, class Out>
Told Act(World& world, const std::string& person, const std::vector<std::string>& posts,
         grpc::Status (Cases::*method)(grpc::ClientContext*, const In&, Out*), const In& in,
         const std::string& region = "410902") {
  Out out;
  const grpc::Status status = world.Act(person, posts, method, in, &out, region);
  return {ReasonOf(status), out.case_()};
}

template <class In>
In About(const std::string& name, const char* text = "见附件") {
  In in;
  in.set_name(name);
  if constexpr (requires { in.set_text(text); }) in.set_text(text);
  return in;
}

inline std::map<std::string, common::v1::Todo> Due(World& world) {
  common::v1::ListTodosRequest in;
  in.set_page_size(500);
  common::v1::ListTodosResponse out;
  const auto stub = common::v1::TodoService::NewStub(world.ChannelAs("ctl"));
  REQUIRE(stub->ListTodos(rpc::testing::Context().get(), in, &out).ok());
  std::map<std::string, common::v1::Todo> todos;
  for (const auto& todo : out.todos()) todos[todo.kind()] = todo;
  return todos;
}

inline v1::FileCaseRequest FilingOf(const char* number) {
  v1::FileCaseRequest file;
  file.set_operator_(kOperator);
  file.set_region("410902");
  file.set_number(number);
  file.set_cause("经营超范围使用添加剂的食品");
  return file;
}

inline void SetDate(int year, int month, int day, common::v1::Date* out) {
  out->set_year(year);
  out->set_month(month);
  out->set_day(day);
}

inline v1::RecordEvidenceRequest EvidenceOf(const std::string& name) {
  auto in = About<v1::RecordEvidenceRequest>(name);
  v1::Evidence* evidence = in.mutable_evidence();
  evidence->set_kind(v1::EVIDENCE_KIND_SCENE_RECORD);
  evidence->set_place("仓库");
  evidence->set_proves("现场存放涉案产品");
  for (const char* person : {"p1", "p5"}) {
    evidence->add_officers()->set_person(person);
    evidence->mutable_officers(evidence->officers_size() - 1)->set_card("豫市监1");
  }
  return in;
}

inline v1::StateFactsRequest FactsOf(const std::string& name, int64_t goods_fen) {
  auto in = About<v1::StateFactsRequest>(name);
  in.mutable_facts()->set_violation("food.over_limit");
  in.mutable_facts()->set_goods_fen(goods_fen);
  return in;
}

inline v1::AnswerFindingRequest AnswerOf(const std::string& name, const char* key, bool accepted) {
  auto in = About<v1::AnswerFindingRequest>(name);
  in.mutable_answer()->set_key(key);
  in.mutable_answer()->set_accepted(accepted);
  return in;
}

inline std::vector<std::string> FindingsOf(World& world, const std::string& name) {
  v1::ListFindingsRequest in;
  in.set_name(name);
  v1::ListFindingsResponse out;
  REQUIRE(ReasonOf(world.Read(&Cases::ListFindings, in, &out)) == kAllowed);
  std::vector<std::string> keys;
  for (const v1::Finding& finding : out.findings()) {
    REQUIRE_FALSE(finding.legal_basis().article().empty());
    REQUIRE_FALSE(finding.explanation_zh().empty());
    keys.push_back(finding.key() + (finding.answer_sequence() == 0 ? "" : "+"));
  }
  return keys;
}

// From legal review to the discussion.
inline void ToDiscussion(World& world, const std::string& name,
                         const v1::ServeNoticeRequest& notice, absl::Time then) {
  REQUIRE(Act(world, "p2", kReviewer, &Cases::RecordLegalReview,
              About<v1::RecordLegalReviewRequest>(name))
              .reason == kAllowed);
  REQUIRE(Act(world, "p1", kHandler, &Cases::ServeNotice, notice).reason == kAllowed);
  world.AdvanceTo(then);
  REQUIRE(Act(world, "h2", {"deputy-head"}, &Cases::RecordCollectiveDiscussion,
              About<v1::RecordCollectiveDiscussionRequest>(name))
              .reason == kAllowed);
}

inline void Serve(World& world, const std::string& name) {
  auto serve = About<v1::ServeDecisionRequest>(name);
  serve.set_service_method("直接送达");
  REQUIRE(Act(world, "p1", kHandler, &Cases::ServeDecision, serve).reason == kAllowed);
}

}  // namespace shian::sanction::testing
