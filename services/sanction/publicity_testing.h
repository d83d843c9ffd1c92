// What the stories of a penalty's publicity share.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <utility>

#include "libs/blob/blob.h"
#include "services/sanction/testing_world.h"
#include "shian/common/v1/todo_service.grpc.pb.h"
#include "shian/sanction/v1/document_service.grpc.pb.h"
#include "shian/sanction/v1/publicity_service.grpc.pb.h"

namespace shian::sanction::testing::publicity {

using Publicities = v1::PublicityService::Stub;

template <class In, class Out>
std::string Act(World& world, const char* person, const char* post,
                grpc::Status (Cases::*method)(grpc::ClientContext*, const In&, Out*), In in) {
  Out out;
  return ReasonOf(world.Act(person, {post}, method, in, &out));
}

template <class In>
In Named(const std::string& name) {
  In in;
  in.set_name(name);
  if constexpr (requires { in.set_text("同意"); }) in.set_text("同意");
  return in;
}

// A penalty without a listing, served on `day` and, when asked for, published. `violation`, when
// given, is stated in the case.
inline std::string Penalised(World& world, bool publish, absl::Time day = Morning(2025, 3, 17),
                             const char* violation = nullptr) {
  const std::string name = FileCase(world, "华市监立〔2025〕1号");
  if (violation != nullptr) {
    auto facts = Named<v1::StateFactsRequest>(name);
    facts.mutable_facts()->set_violation(violation);
    REQUIRE(Act(world, "p1", "handler", &Cases::StateFacts, facts) == kAllowed);
  }
  REQUIRE(Act(world, "p2", "legal-reviewer", &Cases::RecordLegalReview,
              Named<v1::RecordLegalReviewRequest>(name)) == kAllowed);
  REQUIRE(Act(world, "p1", "handler", &Cases::ServeNotice, testing::NoticeOf(name)) == kAllowed);
  world.AdvanceTo(day);
  REQUIRE(Act(world, "h2", "deputy-head", &Cases::RecordCollectiveDiscussion,
              Named<v1::RecordCollectiveDiscussionRequest>(name)) == kAllowed);
  REQUIRE(Act(world, "h1", "head", &Cases::DecidePenalty, testing::PenaltyOf(name)) == kAllowed);
  auto serve = Named<v1::ServeDecisionRequest>(name);
  serve.set_service_method("直接送达");
  REQUIRE(Act(world, "p1", "handler", &Cases::ServeDecision, serve) == kAllowed);
  if (publish) {
    REQUIRE(Act(world, "c1", "clerk", &Cases::PublishPenalty,
                Named<v1::PublishPenaltyRequest>(name)) == kAllowed);
  }
  return name;
}

inline std::string PublicityOf(const std::string& case_name) {
  std::string name = case_name;
  return name.replace(name.find("/cases/"), 7, "/publicities/");
}

// UNSPECIFIED when it is not found.
inline v1::PublicityState Read(World& world, const std::string& name, v1::Purpose purpose,
                               v1::Publicity* publicity = nullptr) {
  v1::GetPublicityRequest in;
  in.set_name(name);
  in.set_purpose(purpose);
  in.set_reference(kReference);
  v1::GetPublicityResponse out;
  const grpc::Status status = world.Read(&Publicities::GetPublicity, in, &out);
  if (status.error_code() == grpc::StatusCode::NOT_FOUND) return v1::PUBLICITY_STATE_UNSPECIFIED;
  REQUIRE(ReasonOf(status) == kAllowed);
  if (publicity != nullptr) *publicity = out.publicity();
  return out.publicity().state();
}

template <class In, class Out>
std::string Take(World& world, const char* person, const char* post,
                 grpc::Status (Publicities::*method)(grpc::ClientContext*, const In&, Out*),
                 In in) {
  Out out;
  return ReasonOf(world.Act(person, {post}, method, in, &out));
}

inline v1::RequestPenaltyRepairRequest Asking(const std::string& name, const char* field) {
  auto in = Named<v1::RequestPenaltyRepairRequest>(name);
  in.set_duty_performed(true);
  in.set_harm_removed(true);
  in.set_field(field);
  return in;
}

// The last event of that act, which must be there.
inline v1::PublicityEvent EventOf(const v1::Publicity& publicity, v1::PublicityAct act) {
  const auto& events = publicity.events();
  const auto found =
      std::find_if(events.rbegin(), events.rend(), [act](const auto& e) { return e.act() == act; });
  REQUIRE(found != events.rend());
  return *found;
}

// Attaches one more paper.
template <class In>
void Attach(World& world, const char* bytes, In* in) {
  const auto blob = world.edge().blobs().Put(bytes);
  REQUIRE(blob.ok());
  in->add_documents()->set_sha256(blob->sha256);
}

// The reason for which the document is not issued.
inline std::string Issue(World& world, const std::string& matter, const char* kind,
                         const char* materials = nullptr) {
  v1::IssueDocumentRequest in;
  in.set_matter(matter);
  in.set_kind(kind);
  if (materials != nullptr) {
    in.add_fields()->set_key("materials");
    in.mutable_fields(0)->set_value(materials);
  }
  v1::IssueDocumentResponse out;
  return ReasonOf(
      world.Act("p1", {"handler"}, &v1::DocumentService::Stub::IssueDocument, in, &out));
}

inline std::set<std::string> Due(World& world) {
  common::v1::ListTodosRequest in;
  in.set_page_size(500);
  common::v1::ListTodosResponse out;
  const auto stub = common::v1::TodoService::NewStub(world.ChannelAs("ctl"));
  REQUIRE(stub->ListTodos(rpc::testing::Context().get(), in, &out).ok());
  std::set<std::string> kinds;
  for (const auto& todo : out.todos()) kinds.insert(todo.kind());
  return kinds;
}

}  // namespace shian::sanction::testing::publicity
