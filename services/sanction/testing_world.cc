#include "services/sanction/testing_world.h"

#include <initializer_list>

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
#include "services/sanction/attested/service.h"
#include "services/sanction/ban/reactions.h"
#include "services/sanction/ban/service.h"
#include "services/sanction/case/service.h"
#include "services/sanction/document/reactions.h"
#include "services/sanction/document/service.h"
#include "services/sanction/document/store.h"
#include "services/sanction/lead/convert.h"
#include "services/sanction/lead/service.h"
#include "services/sanction/lead/store.h"
#include "services/sanction/listing/reactions.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/match/service.h"
#include "services/sanction/measure/reactions.h"
#include "services/sanction/measure/service.h"
#include "services/sanction/measure/service_todo.h"
#include "services/sanction/party/store.h"
#include "services/sanction/publicity/reactions.h"
#include "services/sanction/publicity/service_lists.h"
#include "services/sanction/saved/service.h"
#include "services/sanction/saved/service_modules.h"
#include "services/sanction/screening/service.h"
#include "shian/common/v1/clock_service.grpc.pb.h"

namespace shian::sanction::testing {

std::string ReasonOf(const grpc::Status& status) {
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

namespace {

rpc::testing::HostOptions Options() {
  rpc::testing::HostOptions options;
  options.service = "sanction";
  return options;
}

}  // namespace

struct World::Services {
  explicit Services(rpc::Host& host)
      : leads(host.edge()),
        cases(host.edge(),
              CaseFollowers(host.edge().policies(), AnnulAllBy(host.edge().policies())),
              MatterOfIssued, DecisionNumbers(host.edge().policies())),
        lists(host.edge(), OrderMeasuresBy(host.edge().policies()),
              LiftMeasuresBy(host.edge().policies()), MatterOfIssued),
        documents(host.edge()),
        measures(host.edge()),
        screening(host),
        bans(host.edge(), MatterOfIssued, *codes::IdentityHasher::Create(std::string(64, 'k'))),
        attested(host.edge(), bans.hasher()) {
    for (grpc::Service* service : std::initializer_list<grpc::Service*>{
             &leads, &cases, &documents, &measures, &bans, &attested}) {
      host.Serve(service);
    }
    lists.ServeOn(&host);
  }

  LeadService leads;
  CaseService cases;
  ListServices lists;
  DocumentService documents;
  MeasureService measures;
  ScreeningModules screening;
  BanService bans;
  AttestedService attested;
};

World::World() : folder_(Options()) {
  host_ = rpc::testing::MakeHost(folder_, rpc::SchemaOf("sanction", 0x53410004, kMigrations));
  rpc::Edge& edge = host_->edge();
  services_ = std::make_unique<Services>(*host_);
  host_->Remind(SanctionTodos(edge));
  host_->OnAdvance(
      [&edge](absl::Time now) { return TellEnds(edge.store(), edge.policies(), now); });
  host_->OnAdvance([&edge](absl::Time now) { return TellBanExpiries(edge.store(), now); });
  const absl::Status started = host_->Start();
  INFO(started);
  REQUIRE(started.ok());
  REQUIRE(policy::ActivateFolder(edge.store(), edge.clock().Now()).ok());
  KnowParty();
  channel_ = ChannelAs("ctl");
}

World::~World() = default;

void World::AdvanceTo(absl::Time time) {
  common::v1::AdvanceToRequest in;
  *in.mutable_time() = rpc::ToProto(time);
  common::v1::AdvanceToResponse out;
  const auto context = rpc::testing::Context();
  const auto stub = common::v1::ClockService::NewStub(channel_);
  const grpc::Status status = stub->AdvanceTo(context.get(), in, &out);
  INFO(status.error_message());
  REQUIRE(status.ok());
}

std::vector<ledger::FeedEntry> World::Facts(const std::string& prefix) {
  std::vector<ledger::FeedEntry> facts;
  REQUIRE(ledger::Place(edge().store()).ok());
  REQUIRE(edge()
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

void World::KnowParty() {
  REQUIRE(edge()
              .store()
              .WriteAndWait({.now = edge().clock().Now(),
                             .caller = "",
                             .request_id = "",
                             .body_digest = "",
                             .seed = ""},
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

absl::Time Morning(int year, int month, int day) {
  return StartOfDay(Date(year, month, day)) + absl::Hours(10);
}

v1::ServeNoticeRequest NoticeOf(const std::string& name) {
  v1::ServeNoticeRequest in;
  in.set_name(name);
  in.mutable_notice()->set_facts("经检验恩诺沙星超过食品安全标准限量");
  in.mutable_notice()->set_grounds("食品安全法第一百二十四条");
  in.mutable_notice()->set_rights("有权陈述、申辩");
  in.mutable_notice()->add_proposed_kinds(v1::PENALTY_KIND_FINE);
  in.mutable_notice()->set_proposed_fine_fen(20'000'000);
  in.mutable_notice()->set_proposed_aggravated(true);
  in.mutable_notice()->set_listing_announced(true);
  in.mutable_notice()->set_service_method("直接送达");
  return in;
}

v1::DecidePenaltyRequest PenaltyOf(const std::string& name) {
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

v1::ScreenResponse Screen(World& world, const char* system, v1::Purpose purpose, absl::Time as_of,
                          absl::Time known_at) {
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

v1::AnnulPenaltyRequest AnnulmentOf(const std::string& name) {
  v1::AnnulPenaltyRequest in;
  in.set_name(name);
  in.set_text("行政复议决定撤销");
  return in;
}

std::string RaiseLead(World& world) {
  Lead lead;
  lead.op = OperatorId("914403001922038216");
  lead.region = "410902";
  lead.evidence = "samples/410902-0001";
  lead.found = lead.recorded = world.edge().clock().Now();
  const auto raised = world.edge().store().WriteAndWait(
      {.now = lead.found, .caller = "", .request_id = "", .body_digest = "", .seed = ""},
      [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
        auto clock =
            convert::StartClock(tx, world.edge().policies(), kFilingClock, ToDate(lead.found));
        if (!clock.ok()) return clock.status();
        lead.started = *clock;
        lead.id = LeadId(tx.NewId());
        const absl::Status put = InsertLead(tx, lead);
        if (!put.ok()) return put;
        return std::string();
      });
  REQUIRE(raised.ok());
  return lead.name();
}

std::string FileCase(World& world, const std::string& number) {
  v1::FileCaseRequest file;
  file.set_operator_(kOperator);
  file.set_region("410902");
  file.set_number(number);
  file.set_cause("经营兽药残留超标食品");
  v1::FileCaseResponse filed;
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Cases::FileCase, file, &filed)) == kAllowed);
  return filed.case_().name();
}

std::string DecideAll(World& world, std::string* entry) {
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

std::string TakeEffect(World& world, const std::string& name, const std::string& entry) {
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
