// The whole sanction service in one process behind real mTLS, and the acts that its tests share.
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "embedded/sanction_schema.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "libs/base/time.h"
#include "libs/base/uuid.h"
#include "libs/blob/blob.h"
#include "libs/ledger/log_reader.h"
#include "libs/ledger/testing.h"
#include "libs/policy/testing.h"
#include "libs/rpc/convert.h"
#include "libs/rpc/testing.h"
#include "services/sanction/case/service.h"
#include "services/sanction/document/reactions.h"
#include "services/sanction/document/service.h"
#include "services/sanction/document/store.h"
#include "services/sanction/lead/service.h"
#include "services/sanction/lead/store.h"
#include "services/sanction/listing/reactions.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/measure/reactions.h"
#include "services/sanction/measure/service.h"
#include "services/sanction/measure/service_todo.h"
#include "services/sanction/party/store.h"
#include "services/sanction/publicity/reactions.h"
#include "services/sanction/publicity/service_lists.h"
#include "services/sanction/screening/service.h"
#include "shian/common/v1/clock_service.grpc.pb.h"

namespace shian::sanction::testing {

inline constexpr char kOperator[] = "operators/914403001922038216";
inline constexpr char kName[] = "河南省瑞丰源水产食品有限公司";

inline constexpr char kReference[] = "（2026）豫0902行初12号";

// What ReasonOf gives for a success.
inline constexpr char kAllowed[] = "";

// The stable word of a refusal.
inline std::string ReasonOf(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return status.error_message();
  for (const auto& any : details.details()) {
    google::rpc::ErrorInfo info;
    if (any.type_url().find("ErrorInfo") != std::string::npos &&
        info.ParseFromString(any.value())) {
      UNSCOPED_INFO(status.error_message());
      return info.reason();
    }
  }
  return status.error_message();
}

class World {
 public:
  World() : folder_(Options()) {
    host_ = rpc::testing::MakeHost(folder_, rpc::SchemaOf("sanction", 0x53410004, kMigrations));
    rpc::Edge& edge = host_->edge();
    leads_ = std::make_unique<LeadService>(edge);
    cases_ = std::make_unique<CaseService>(edge, CaseFollowers(edge.policies()), IsIssued,
                                           DecisionNumbers(edge.policies()));
    const auto order = [&edge](store::WriteTx& tx, const Entry& entry) {
      return OrderMeasures(tx, edge.policies(), entry);
    };
    lists_ = std::make_unique<ListServices>(edge, order, IsIssued);
    documents_ = std::make_unique<DocumentService>(edge);
    measures_ = std::make_unique<MeasureService>(edge);
    screening_ = std::make_unique<ScreeningService>(edge);
    for (grpc::Service* service :
         {static_cast<grpc::Service*>(leads_.get()), static_cast<grpc::Service*>(cases_.get()),
          static_cast<grpc::Service*>(documents_.get()),
          static_cast<grpc::Service*>(measures_.get()),
          static_cast<grpc::Service*>(screening_.get())}) {
      host_->Serve(service);
    }
    lists_->ServeOn(host_.get());
    host_->Remind(SanctionTodos(edge));
    const absl::Status started = host_->Start();
    INFO(started);
    REQUIRE(started.ok());
    REQUIRE(policy::ActivateFolder(edge.store(), edge.clock().Now()).ok());
    KnowParty();
    channel_ = rpc::testing::ChannelAs("ctl", folder_);
  }

  // Calls as ctl, with the token of `person` in these posts. A request without an id gets one.
  template <class Stub, class In, class Out>
  grpc::Status Act(const std::string& person, std::vector<std::string> posts,
                   grpc::Status (Stub::*method)(grpc::ClientContext*, const In&, Out*), In in,
                   Out* out, const std::string& region = "410902") {
    auth::Officer officer = rpc::testing::OfficerNamed(person, std::move(posts));
    officer.region = region;
    if (in.request_id().empty()) in.set_request_id(NewUuid7(absl::Now()));
    Stub stub(channel_);
    const auto context = rpc::testing::Context(rpc::testing::TokenFor(officer));
    return (stub.*method)(context.get(), in, out);
  }

  void AdvanceTo(absl::Time time) {
    common::v1::AdvanceToRequest in;
    *in.mutable_time() = rpc::ToProto(time);
    common::v1::AdvanceToResponse out;
    const auto context = rpc::testing::Context();
    const auto stub = common::v1::ClockService::NewStub(channel_);
    const grpc::Status status = stub->AdvanceTo(context.get(), in, &out);
    INFO(status.error_message());
    REQUIRE(status.ok());
  }

  // Reads as `system`.
  template <class Stub, class In, class Out>
  grpc::Status Read(grpc::Status (Stub::*method)(grpc::ClientContext*, const In&, Out*),
                    const In& in, Out* out, const char* system = "ctl") {
    Stub stub(ChannelAs(system));
    return (stub.*method)(rpc::testing::Context().get(), in, out);
  }

  // What other services are told, by the beginning of the type.
  std::vector<ledger::FeedEntry> Facts(const std::string& prefix) {
    std::vector<ledger::FeedEntry> facts;
    REQUIRE(ledger::Place(host_->edge().store()).ok());
    REQUIRE(host_->edge()
                .store()
                .ReadNow([&](store::ReadTx& tx) -> absl::Status {
                  auto batch = ledger::ReadFeed(tx, {.type_prefixes = {prefix}});
                  if (!batch.ok()) return batch.status();
                  facts = batch->entries;
                  return absl::OkStatus();
                })
                .ok());
    return facts;
  }

  rpc::Edge& edge() { return host_->edge(); }
  std::shared_ptr<grpc::Channel> ChannelAs(const char* system) {
    return rpc::testing::ChannelAs(system, folder_);
  }

 private:
  static rpc::testing::HostOptions Options() {
    rpc::testing::HostOptions options;
    options.service = "sanction";
    return options;
  }

  void KnowParty() {
    const absl::Time now = host_->edge().clock().Now();
    REQUIRE(host_->edge()
                .store()
                .WriteAndWait(
                    {.now = now, .caller = "", .request_id = "", .body_digest = "", .seed = ""},
                    [](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                      Party party;
                      party.op = OperatorId("914403001922038216");
                      party.name = kName;
                      party.code = "914403001922038216";
                      const auto put = PutParty(tx, party);
                      if (!put.ok()) return put.status();
                      return std::string();
                    })
                .ok());
  }

  rpc::testing::HostFolder folder_;
  std::unique_ptr<rpc::Host> host_;
  std::unique_ptr<LeadService> leads_;
  std::unique_ptr<CaseService> cases_;
  std::unique_ptr<ListServices> lists_;
  std::unique_ptr<DocumentService> documents_;
  std::unique_ptr<MeasureService> measures_;
  std::unique_ptr<ScreeningService> screening_;
  std::shared_ptr<grpc::Channel> channel_;
};

inline absl::Time Morning(int year, int month, int day) {
  return StartOfDay(Date(year, month, day)) + absl::Hours(10);
}

inline v1::ServeNoticeRequest NoticeOf(const std::string& name) {
  v1::ServeNoticeRequest in;
  in.set_name(name);
  in.mutable_notice()->set_facts("经检验恩诺沙星超过食品安全标准限量");
  in.mutable_notice()->set_grounds("食品安全法第一百二十四条");
  in.mutable_notice()->set_rights("有权陈述、申辩");
  in.mutable_notice()->add_proposed_kinds(v1::PENALTY_KIND_FINE);
  in.mutable_notice()->set_proposed_fine_fen(20'000'000);
  in.mutable_notice()->set_proposed_confiscation_fen(20'000'000);
  in.mutable_notice()->set_proposed_aggravated(true);
  in.mutable_notice()->set_listing_announced(true);
  in.mutable_notice()->set_service_method("直接送达");
  return in;
}

inline v1::DecidePenaltyRequest PenaltyOf(const std::string& name) {
  v1::DecidePenaltyRequest in;
  in.set_name(name);
  v1::Penalty* penalty = in.mutable_penalty();
  penalty->set_decision_number("华市监处罚〔2025〕1号");
  penalty->add_kinds(v1::PENALTY_KIND_FINE);
  penalty->set_fine_fen(15'000'000);
  penalty->set_aggravated(true);
  penalty->add_legal_bases()->set_statute("食品安全法");
  penalty->mutable_legal_bases(0)->set_article("第一百二十四条");
  penalty->set_reasons("供应学校食堂，从重处罚");
  return in;
}

inline v1::ScreenResponse Screen(World& world, const char* system, v1::Purpose purpose,
                                 absl::Time as_of = absl::InfinitePast(),
                                 absl::Time known_at = absl::InfiniteFuture()) {
  v1::ScreenRequest in;
  in.set_purpose(purpose);
  if (as_of != absl::InfinitePast()) {
    *in.mutable_as_of() = rpc::ToProto(as_of);
    in.set_reference(kReference);
  }
  if (known_at != absl::InfiniteFuture()) *in.mutable_known_at() = rpc::ToProto(known_at);
  v1::ScreenSubject* by_code = in.add_subjects();
  by_code->set_client_ref("code");
  by_code->set_code("914403001922038216");
  v1::ScreenSubject* by_name = in.add_subjects();
  by_name->set_client_ref("name");
  by_name->set_name("河南瑞丰源水产食品有限责任公司");
  v1::ScreenSubject* wrong = in.add_subjects();
  wrong->set_client_ref("wrong");
  wrong->set_code("914403001922038217");
  v1::ScreenResponse out;
  const auto stub = v1::ScreeningService::NewStub(world.ChannelAs(system));
  const auto context = rpc::testing::Context();
  const grpc::Status status = stub->Screen(context.get(), in, &out);
  INFO(status.error_message() << " " << ReasonOf(status));
  REQUIRE(status.ok());
  return out;
}

using Cases = v1::CaseService::Stub;
using Listings = v1::ListingService::Stub;
using Measures = v1::MeasureService::Stub;

using Leads = v1::LeadService::Stub;

inline v1::AnnulPenaltyRequest AnnulmentOf(const std::string& name) {
  v1::AnnulPenaltyRequest in;
  in.set_name(name);
  in.set_text("行政复议决定撤销");
  return in;
}

inline std::string FileCase(World& world, const std::string& number) {
  v1::FileCaseRequest file;
  file.set_operator_(kOperator);
  file.set_region("410902");
  file.set_number(number);
  file.set_cause("经营兽药残留超标食品");
  v1::FileCaseResponse filed;
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Cases::FileCase, file, &filed)) == kAllowed);
  return filed.case_().name();
}

// Files, reviews, serves, waits, discusses, decides and lists.
inline std::string DecideAll(World& world, std::string* entry) {
  const std::string name = FileCase(world, "华市监立〔2025〕1号");
  v1::RecordLegalReviewRequest review;
  review.set_name(name);
  review.set_text("同意");
  v1::RecordLegalReviewResponse reviewed;
  // Filing and review are kept apart, whatever posts one person holds.
  REQUIRE(ReasonOf(world.Act("p1", {"handler", "legal-reviewer"}, &Cases::RecordLegalReview, review,
                             &reviewed)) == "STEPS_KEPT_APART");
  REQUIRE(ReasonOf(world.Act("p2", {"handler"}, &Cases::RecordLegalReview, review, &reviewed)) ==
          "STEP_NOT_ALLOWED");
  REQUIRE(ReasonOf(world.Act("p2", {"legal-reviewer"}, &Cases::RecordLegalReview, review,
                             &reviewed)) == kAllowed);
  v1::ServeNoticeResponse noticed;
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Cases::ServeNotice, NoticeOf(name), &noticed)) ==
          kAllowed);
  REQUIRE(noticed.case_().deadlines_size() == 2);
  v1::DecidePenaltyResponse decided;
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Cases::DecidePenalty, PenaltyOf(name), &decided)) ==
          "STATEMENT_WINDOW_OPEN");
  v1::DecideListingRequest list;
  list.set_case_(name);
  list.set_list("SAMR_SERIOUS");
  list.set_ground("food.over_limit");
  list.set_reasons("兽药残留超标并被处以较重行政处罚");
  v1::DecideListingResponse listed;
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Listings::DecideListing, list, &listed)) ==
          "LISTING_WITHOUT_PENALTY");
  world.AdvanceTo(Morning(2025, 3, 17));
  v1::RecordCollectiveDiscussionRequest discuss;
  discuss.set_name(name);
  discuss.set_text("一致同意");
  v1::RecordCollectiveDiscussionResponse discussed;
  REQUIRE(ReasonOf(world.Act("h2", {"deputy-head"}, &Cases::RecordCollectiveDiscussion, discuss,
                             &discussed)) == kAllowed);
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Cases::DecidePenalty, PenaltyOf(name), &decided)) ==
          kAllowed);
  REQUIRE(decided.case_().penalty().heavier());
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Listings::DecideListing, list, &listed)) == kAllowed);
  *entry = listed.entry().name();
  return name;
}

// Consent, service and both publications, each refused before its time.
inline std::string TakeEffect(World& world, const std::string& name, const std::string& entry) {
  v1::ServeDecisionRequest serve;
  serve.set_name(name);
  serve.set_service_method("直接送达");
  v1::ServeDecisionResponse served;
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Cases::ServeDecision, serve, &served)) ==
          "CONSENT_MISSING");
  v1::GiveConsentRequest consent;
  consent.set_name(name);
  consent.set_text("同意列入");
  v1::GiveConsentResponse consented;
  REQUIRE(ReasonOf(world.Act("h3", {"head"}, &Cases::GiveConsent, consent, &consented)) ==
          "STEP_NOT_ALLOWED");
  REQUIRE(ReasonOf(world.Act("h9", {"head"}, &Cases::GiveConsent, consent, &consented, "410900")) ==
          kAllowed);
  v1::PublishListingRequest publish;
  publish.set_name(entry);
  v1::PublishListingResponse published;
  REQUIRE(ReasonOf(world.Act("c1", {"clerk"}, &Listings::PublishListing, publish, &published)) ==
          "DECISION_NOT_SERVED");
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Cases::ServeDecision, serve, &served)) ==
          kAllowed);
  v1::PublishPenaltyRequest penalty;
  penalty.set_name(name);
  v1::PublishPenaltyResponse penalised;
  REQUIRE(ReasonOf(world.Act("c1", {"clerk"}, &Cases::PublishPenalty, penalty, &penalised)) ==
          kAllowed);
  REQUIRE_FALSE(Screen(world, "housing-fund", v1::PURPOSE_LICENSING).results(0).listed());
  REQUIRE(ReasonOf(world.Act("c1", {"clerk"}, &Listings::PublishListing, publish, &published)) ==
          kAllowed);
  REQUIRE(published.measures_size() > 0);
  REQUIRE(published.entry().state() == v1::ENTRY_STATE_IN_FORCE);
  return published.entry().name();
}

}  // namespace shian::sanction::testing
