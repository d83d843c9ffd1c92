// The credit service on the wire: real mTLS, real store, the policies of the tree.
#include "services/credit/archive/service.h"

#include <catch2/catch.hpp>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "embedded/credit_schema.h"
#include "libs/base/uuid.h"
#include "libs/errors/errors.h"
#include "libs/policy/testing.h"
#include "libs/rpc/client.h"
#include "libs/rpc/testing.h"
#include "services/credit/archive/store.h"
#include "services/credit/rating/reactions.h"
#include "services/credit/rating/service.h"
#include "services/credit/rating/testing.h"

namespace shian::credit {
namespace {

using errors::Reason;
using rpc::testing::Context;

constexpr char kSystems[] = R"(
systems { id: "ctl" region: "410902" services: "shian.credit.v1.RatingService"
  services: "shian.credit.v1.ArchiveService"
  services: "shian.common.v1.BackupService"
  services: "shian.common.v1.BlobService" services: "shian.common.v1.ClockService"
  services: "shian.common.v1.TodoService"
  services: "shian.ledger.v1.LedgerService" services: "shian.ledger.v1.FeedService"
  services: "shian.ledger.v1.AuditService" services: "shian.policy.v1.PolicyService" }
systems { id: "transport-bureau" region: "410901" services: "shian.credit.v1.RatingService" }
)";

rpc::testing::HostOptions Options() {
  rpc::testing::HostOptions options;
  options.service = "credit";
  options.systems = kSystems;
  return options;
}

std::optional<Reason> ReasonOf(const grpc::Status& status) {
  return errors::ReasonOf(rpc::FromGrpc(status));
}

struct Process {
  rpc::testing::HostFolder folder{Options()};
  std::unique_ptr<rpc::Host> host =
      rpc::testing::MakeHost(folder, rpc::SchemaOf("credit", 7, kMigrations));
  RulesSource rules{host->edge().policies()};
  ArchiveService archives{host->edge()};
  RatingService ratings{host->edge(), rules};
  std::unique_ptr<v1::RatingService::Stub> stub;

  Process() {
    REQUIRE(policy::ActivateFolder(host->edge().store(), host->edge().clock().Now()).ok());
    FileHistory();
    host->Serve(&archives);
    host->Serve(&ratings);
    const absl::Status started = host->Start();
    INFO(started);
    REQUIRE(started.ok());
    stub = v1::RatingService::NewStub(rpc::testing::ChannelAs("ctl", folder));
  }
  ~Process() { host.reset(); }

  // One producer with a clean visit in the year before and a sample that is final now.
  void FileHistory() {
    const absl::Time now = host->edge().clock().Now();
    const OperatorId id("firm-1");
    const auto written = host->edge().store().WriteAndWait(
        {.now = now}, [id, now](store::WriteTx& tx) -> absl::StatusOr<std::string> {
          for (const absl::Status& status :
               {FileSubject(tx, id, "410902", testing::MeatProducer()).status(),
                FileEvidence(tx, id, "410902",
                             testing::Visit(now - absl::Hours(24 * 100), 10, 0, 20, 0))
                    .status(),
                FileEvidence(tx, id, "410902", testing::Event(EvidenceKind::kSampleFailed, now))
                    .status()}) {
            if (!status.ok()) return status;
          }
          return std::string();
        });
    REQUIRE(written.ok());
  }
};

std::string Token(const char* person, const char* post) {
  return rpc::testing::TokenFor(rpc::testing::OfficerNamed(person, {post}));
}

TEST_CASE("a rating is read, explained and refused on the wire") {
  Process process;
  v1::GetRatingRequest get;
  get.set_name("operators/firm-1/rating");
  v1::GetRatingResponse got;
  REQUIRE(process.stub->GetRating(Context().get(), get, &got).ok());
  REQUIRE_FALSE(got.rating().has_determined());
  REQUIRE(got.rating().indicative().grade() == policy::v1::RISK_GRADE_C);
  v1::ExplainRatingRequest explain;
  explain.set_name(get.name());
  v1::ExplainRatingResponse explained;
  REQUIRE(process.stub->ExplainRating(Context().get(), explain, &explained).ok());
  REQUIRE(explained.rating().indicative().contributions_size() > 2);

  get.set_name("operators/nobody/rating");
  REQUIRE(ReasonOf(process.stub->GetRating(Context().get(), get, &got)) == Reason::kNotFound);
  get.set_name("operators/firm-1");
  REQUIRE(ReasonOf(process.stub->GetRating(Context().get(), get, &got)) == Reason::kFieldInvalid);
  get.set_name("operators/firm-1/rating");
  get.mutable_as_of()->set_seconds(4'000'000'000);
  REQUIRE(ReasonOf(process.stub->GetRating(Context().get(), get, &got)) == Reason::kFieldInvalid);
  get.mutable_as_of()->set_seconds(int64_t{1} << 62);
  REQUIRE(ReasonOf(process.stub->GetRating(Context().get(), get, &got)) == Reason::kFieldInvalid);
  get.clear_as_of();
  const auto other =
      v1::RatingService::NewStub(rpc::testing::ChannelAs("transport-bureau", process.folder));
  REQUIRE(other->GetRating(Context().get(), get, &got).error_code() ==
          grpc::StatusCode::PERMISSION_DENIED);
}

TEST_CASE("a yearly determination takes two officers") {
  Process process;
  v1::RateOperatorsRequest rate;
  rate.set_request_id(NewUuid7(absl::Now()));
  rate.set_region("410902");
  rate.set_year(2025);
  v1::RateOperatorsResponse proposed;
  const auto propose = [&](const std::string& token) {
    rate.set_request_id(NewUuid7(absl::Now()));
    return process.stub->RateOperators(Context(token).get(), rate, &proposed);
  };
  REQUIRE(propose("").error_code() == grpc::StatusCode::UNAUTHENTICATED);
  REQUIRE(ReasonOf(propose(Token("p-1", "clerk"))) == Reason::kStepNotAllowed);
  REQUIRE(propose(Token("p-1", "handler")).ok());
  REQUIRE(proposed.run().state() == v1::RATING_RUN_STATE_PROPOSED);
  rate.set_year(2026);
  REQUIRE(ReasonOf(propose(Token("p-1", "handler"))) == Reason::kFieldInvalid);

  v1::ApproveRatingsRequest approve;
  approve.set_name(proposed.run().name());
  v1::ApproveRatingsResponse approved;
  const auto decide = [&](const std::string& token) {
    approve.set_request_id(NewUuid7(absl::Now()));
    return process.stub->ApproveRatings(Context(token).get(), approve, &approved);
  };
  REQUIRE(ReasonOf(decide(Token("p-1", "head"))) == Reason::kStepsKeptApart);
  approve.set_etag("77");
  REQUIRE(ReasonOf(decide(Token("p-2", "head"))) == Reason::kEtagMismatch);
  approve.set_etag(proposed.run().etag());
  const grpc::Status done = decide(Token("p-2", "head"));
  INFO(done.error_message());
  REQUIRE(done.ok());
  REQUIRE(approved.run().state() == v1::RATING_RUN_STATE_DONE);

  v1::ListDeterminationsRequest list;
  list.set_parent("operators/firm-1");
  v1::ListDeterminationsResponse listed;
  REQUIRE(process.stub->ListDeterminations(Context().get(), list, &listed).ok());
  REQUIRE(listed.determinations_size() == 1);
  REQUIRE(listed.determinations(0).grade() == policy::v1::RISK_GRADE_C);
  v1::ReplayRatingRequest replay;
  replay.set_name(listed.determinations(0).name());
  v1::ReplayRatingResponse replayed;
  REQUIRE(process.stub->ReplayRating(Context().get(), replay, &replayed).ok());
  REQUIRE(replayed.identical());
}

TEST_CASE("the archive lists its evidence page by page") {
  Process process;
  const auto stub = v1::ArchiveService::NewStub(rpc::testing::ChannelAs("ctl", process.folder));
  v1::ListEvidenceRequest list;
  list.set_parent("operators/firm-1");
  list.set_page_size(1);
  std::vector<v1::EvidenceKind> kinds;
  do {
    v1::ListEvidenceResponse out;
    REQUIRE(stub->ListEvidence(Context().get(), list, &out).ok());
    for (const auto& evidence : out.evidence()) kinds.push_back(evidence.kind());
    list.set_page_token(out.next_page_token());
  } while (!list.page_token().empty());
  REQUIRE(kinds == std::vector{v1::EVIDENCE_KIND_CHECK, v1::EVIDENCE_KIND_SAMPLE_FAILED});
  v1::GetArchiveRequest get;
  get.set_name("operators/firm-1/archive");
  v1::GetArchiveResponse got;
  REQUIRE(stub->GetArchive(Context().get(), get, &got).ok());
  REQUIRE(got.archive().version() == 3);
  REQUIRE(got.archive().counts_size() == 2);
}

TEST_CASE("a policy that is not loaded cannot be tried") {
  Process process;
  v1::EvaluatePolicyRequest in;
  in.set_policy("rating.example-points");
  in.set_region("410902");
  v1::EvaluatePolicyResponse out;
  REQUIRE(process.stub->EvaluatePolicy(Context().get(), in, &out).ok());
  REQUIRE(out.operators() == 1);
  in.set_policy("rating.none");
  REQUIRE(ReasonOf(process.stub->EvaluatePolicy(Context().get(), in, &out)) == Reason::kNotFound);
  in.set_policy("No Such");
  in.mutable_cut()->set_month(13);
  REQUIRE(ReasonOf(process.stub->EvaluatePolicy(Context().get(), in, &out)) ==
          Reason::kFieldInvalid);
}

}  // namespace
}  // namespace shian::credit
