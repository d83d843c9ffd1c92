// Documents of a case: previewed, issued with numbers without gaps, served by the act that starts
// the clock, replaced, listed, told, and erased with their party.
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/blob/blob.h"
#include "services/sanction/party/reactions.h"
#include "services/sanction/party/store.h"
#include "services/sanction/testing_world.h"
#include "shian/sanction/v1/changes.pb.h"
#include "shian/sanction/v1/document_service.grpc.pb.h"

namespace shian::sanction {
namespace {

using testing::Cases;
using testing::DecideAll;
using testing::FileCase;
using testing::kAllowed;
using testing::kName;
using testing::kOperator;
using testing::Listings;
using testing::Morning;
using testing::NoticeOf;
using testing::PenaltyOf;
using testing::ReasonOf;
using testing::TakeEffect;
using testing::World;

using Documents = v1::DocumentService::Stub;

const std::vector<std::pair<std::string, std::string>> kNoticeFields = {
    {"facts", "恩诺沙星<超标>"}, {"grounds", "食品安全法"}, {"proposal", "罚款"}};

template <class In>
In Of(const std::string& matter, const std::string& kind,
      const std::vector<std::pair<std::string, std::string>>& fields = {}) {
  In in;
  in.set_matter(matter);
  in.set_kind(kind);
  for (const auto& [key, value] : fields) {
    in.add_fields()->set_key(key);
    in.mutable_fields(in.fields_size() - 1)->set_value(value);
  }
  return in;
}

grpc::Status Issue(World& world, v1::IssueDocumentRequest in, v1::Document* document,
                   std::vector<std::string> posts = {"handler"}) {
  v1::IssueDocumentResponse out;
  const grpc::Status status =
      world.Act("p1", std::move(posts), &Documents::IssueDocument, std::move(in), &out);
  *document = out.document();
  return status;
}

// Reads that need an officer.
template <class In, class Out>
grpc::Status ReadAs(World& world,
                    grpc::Status (Documents::*method)(grpc::ClientContext*, const In&, Out*),
                    const In& in, Out* out) {
  Documents stub(world.ChannelAs("ctl"));
  const auto officer = rpc::testing::OfficerNamed("p1", {"handler"});
  const auto context = rpc::testing::Context(rpc::testing::TokenFor(officer));
  return (stub.*method)(context.get(), in, out);
}

v1::GetDocumentResponse Get(World& world, const std::string& name) {
  v1::GetDocumentRequest in;
  in.set_name(name);
  v1::GetDocumentResponse out;
  REQUIRE(ReasonOf(ReadAs(world, &Documents::GetDocument, in, &out)) == kAllowed);
  return out;
}

std::string ReviewedCase(World& world, const std::string& number) {
  const std::string name = FileCase(world, number);
  v1::RecordLegalReviewRequest review;
  review.set_name(name);
  review.set_text("同意");
  v1::RecordLegalReviewResponse reviewed;
  REQUIRE(ReasonOf(world.Act("p2", {"legal-reviewer"}, &Cases::RecordLegalReview, review,
                             &reviewed)) == kAllowed);
  return name;
}

TEST_CASE("a notice is previewed, issued, and served by the act that names it") {
  World world;
  const std::string name = ReviewedCase(world, "华市监立〔2025〕1号");
  v1::PreviewDocumentResponse draft;
  REQUIRE(ReasonOf(ReadAs(world, &Documents::PreviewDocument,
                          Of<v1::PreviewDocumentRequest>(name, "penalty-notice"), &draft)) ==
          kAllowed);
  REQUIRE(draft.html().find("草稿") != std::string::npos);
  REQUIRE(draft.html().find(kName) != std::string::npos);
  REQUIRE(draft.missing_size() == 3);

  v1::Document document;
  REQUIRE(ReasonOf(Issue(world, Of<v1::IssueDocumentRequest>(name, "penalty-notice"), &document)) ==
          "DOCUMENT_INCOMPLETE");
  const auto order = Of<v1::IssueDocumentRequest>(name, "penalty-notice", kNoticeFields);
  REQUIRE(ReasonOf(Issue(world, order, &document, {"clerk"})) == "DOCUMENT_NOT_YOURS");
  REQUIRE(ReasonOf(Issue(world, order, &document)) == kAllowed);
  // A refused one took no number.
  REQUIRE(document.number() == "澄沅市监罚告〔2025〕1号");
  const v1::GetDocumentResponse got = Get(world, document.name());
  REQUIRE(HexEncode(Sha256(got.html())) == document.attachment().sha256());
  REQUIRE(got.html().find("草稿") == std::string::npos);
  REQUIRE(got.html().find("恩诺沙星&lt;超标&gt;") != std::string::npos);
  REQUIRE(got.html().find("五个工作日") != std::string::npos);
  REQUIRE(Get(world, std::string(kOperator) + "/documents/" + document.attachment().sha256())
              .document()
              .name() == document.name());

  v1::ServeNoticeRequest serve = NoticeOf(name);
  *serve.add_documents() = document.attachment();
  serve.mutable_documents(0)->set_sha256(std::string(64, '0'));
  v1::ServeNoticeResponse served;
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Cases::ServeNotice, serve, &served)) ==
          "DOCUMENT_MISSING");
  *serve.mutable_documents(0) = document.attachment();
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Cases::ServeNotice, serve, &served)) == kAllowed);
  REQUIRE(served.case_().events(2).documents(0).sha256() == document.attachment().sha256());
  REQUIRE(served.case_().deadlines(1).rule() == "penalty.statement");
}

TEST_CASE("numbers have no gap in their series, and a replaced document stays") {
  World world;
  const std::string name = ReviewedCase(world, "华市监立〔2025〕1号");
  v1::Document first;
  const auto order = Of<v1::IssueDocumentRequest>(name, "penalty-notice", kNoticeFields);
  v1::IssueDocumentRequest again = order;
  again.set_request_id(NewUuid7(absl::Now()));
  REQUIRE(ReasonOf(Issue(world, again, &first)) == kAllowed);
  v1::Document repeated;
  REQUIRE(ReasonOf(Issue(world, again, &repeated)) == kAllowed);
  REQUIRE(repeated.name() == first.name());

  v1::IssueDocumentRequest better = order;
  better.set_replaces(first.name());
  v1::Document second;
  REQUIRE(ReasonOf(Issue(world, better, &second)) == kAllowed);
  REQUIRE(second.number() == "澄沅市监罚告〔2025〕2号");
  REQUIRE(second.replaces() == first.name());
  REQUIRE(Get(world, second.name()).html().find("替换澄沅市监罚告〔2025〕1号") !=
          std::string::npos);
  REQUIRE(Get(world, first.name()).document().replaced_by() == second.name());
  REQUIRE(ReasonOf(Issue(world, better, &second)) == "DOCUMENT_REPLACED");
  v1::Document third;
  REQUIRE(ReasonOf(Issue(world, order, &third)) == kAllowed);
  REQUIRE(third.number() == "澄沅市监罚告〔2025〕3号");
  // Another kind counts for itself.
  v1::Document receipt;
  REQUIRE(ReasonOf(Issue(
              world,
              Of<v1::IssueDocumentRequest>(name, "service-receipt", {{"document", third.number()}}),
              &receipt)) == kAllowed);
  REQUIRE(receipt.number() == "澄沅市监送〔2025〕1号");

  v1::ListDocumentsRequest list;
  list.set_organisation("410902");
  list.set_year(2025);
  list.set_page_size(3);
  v1::ListDocumentsResponse page;
  REQUIRE(ReasonOf(world.Read(&Documents::ListDocuments, list, &page)) == kAllowed);
  REQUIRE(page.documents_size() == 3);
  // All were issued in one moment of this clock, so in no order.
  std::set<std::string> numbers;
  for (const v1::Document& one : page.documents()) numbers.insert(one.number());
  list.set_page_token(page.next_page_token());
  REQUIRE(ReasonOf(world.Read(&Documents::ListDocuments, list, &page)) == kAllowed);
  REQUIRE(page.documents_size() == 1);
  numbers.insert(page.documents(0).number());
  REQUIRE(numbers == std::set<std::string>{first.number(), "澄沅市监罚告〔2025〕2号",
                                           third.number(), receipt.number()});

  const auto facts = world.Facts("shian.sanction.document.issued");
  REQUIRE(facts.size() == 4);
  v1::DocumentIssued told;
  REQUIRE(told.ParseFromString(facts.front().change.payload));
  REQUIRE(told.sha256() == first.attachment().sha256());
  REQUIRE(facts.front().change.payload.find(kName) == std::string::npos);
}

TEST_CASE("each act of a case offers its document") {
  World world;
  std::string entry;
  const std::string name = DecideAll(world, &entry);
  v1::Document document;
  const auto decision = Of<v1::IssueDocumentRequest>(name, "penalty-decision");
  REQUIRE(ReasonOf(Issue(world, decision, &document)) == kAllowed);
  // The decision was given its number when it was decided.
  REQUIRE(document.number() == "华市监处罚〔2025〕1号");
  REQUIRE(ReasonOf(Issue(world, decision, &document)) == "DOCUMENT_ALREADY_ISSUED");
  REQUIRE(ReasonOf(Issue(world, Of<v1::IssueDocumentRequest>(name, "filing-approval"),
                         &document)) == kAllowed);
  REQUIRE(ReasonOf(Issue(world, Of<v1::IssueDocumentRequest>(entry, "listing-decision"),
                         &document)) == kAllowed);
  REQUIRE(document.number() == "澄沅市监列严〔2025〕1号");
  REQUIRE(ReasonOf(Issue(
              world,
              Of<v1::IssueDocumentRequest>(entry, "repair-acceptance", {{"materials", "申请书"}}),
              &document)) == "DOCUMENT_NOT_OFFERED");
  REQUIRE(ReasonOf(Issue(world, Of<v1::IssueDocumentRequest>(entry, "penalty-decision"),
                         &document)) == "FIELD_INVALID");
  TakeEffect(world, name, entry);

  v1::ListDocumentKindsRequest ask;
  ask.set_matter(entry);
  v1::ListDocumentKindsResponse kinds;
  REQUIRE(ReasonOf(world.Read(&Documents::ListDocumentKinds, ask, &kinds)) == kAllowed);
  std::vector<std::string> offered;
  for (const v1::DocumentKind& kind : kinds.kinds()) {
    if (kind.offered()) offered.push_back(kind.kind());
  }
  REQUIRE(kinds.kinds_size() == 7);
  REQUIRE(offered == std::vector<std::string>{"listing-decision", "service-receipt"});

  v1::RequestRepairRequest request;
  request.set_name(entry);
  request.set_duty_performed(true);
  request.set_harm_removed(true);
  request.set_promise_made(true);
  request.set_text("罚款已缴纳");
  v1::RequestRepairResponse requested;
  world.AdvanceTo(Morning(2026, 3, 18));
  REQUIRE(ReasonOf(world.Act("c1", {"clerk"}, &Listings::RequestRepair, request, &requested)) ==
          kAllowed);
  REQUIRE(ReasonOf(Issue(
              world,
              Of<v1::IssueDocumentRequest>(entry, "repair-acceptance", {{"materials", "申请书"}}),
              &document)) == kAllowed);
  v1::DecideRepairRequest decide;
  decide.set_name(entry);
  decide.set_granted(true);
  decide.set_text("符合条件");
  v1::DecideRepairResponse decided;
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Listings::DecideRepair, decide, &decided)) ==
          kAllowed);
  for (const char* kind : {"repair-decision", "removal-decision"}) {
    REQUIRE(ReasonOf(Issue(world, Of<v1::IssueDocumentRequest>(entry, kind), &document)) ==
            kAllowed);
  }
  REQUIRE(document.number() == "澄沅市监移严〔2026〕1号");
}

TEST_CASE("a decision without a number is given the next one, and its document bears it") {
  World world;
  const std::string name = ReviewedCase(world, "华市监立〔2025〕1号");
  v1::ServeNoticeResponse noticed;
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Cases::ServeNotice, NoticeOf(name), &noticed)) ==
          kAllowed);
  world.AdvanceTo(Morning(2025, 3, 17));
  v1::RecordCollectiveDiscussionRequest discuss;
  discuss.set_name(name);
  discuss.set_text("一致同意");
  v1::RecordCollectiveDiscussionResponse discussed;
  REQUIRE(ReasonOf(world.Act("h2", {"deputy-head"}, &Cases::RecordCollectiveDiscussion, discuss,
                             &discussed)) == kAllowed);
  v1::DecidePenaltyRequest decide = PenaltyOf(name);
  decide.mutable_penalty()->clear_decision_number();
  v1::DecidePenaltyResponse decided;
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Cases::DecidePenalty, decide, &decided)) == kAllowed);
  REQUIRE(decided.case_().penalty().decision_number() == "澄沅市监罚〔2025〕1号");
  v1::Document document;
  REQUIRE(ReasonOf(Issue(world, Of<v1::IssueDocumentRequest>(name, "penalty-decision"),
                         &document)) == kAllowed);
  REQUIRE(document.number() == "澄沅市监罚〔2025〕1号");
  v1::IssueDocumentRequest better = Of<v1::IssueDocumentRequest>(name, "penalty-decision");
  better.set_replaces(document.name());
  REQUIRE(ReasonOf(Issue(world, better, &document)) == kAllowed);
  REQUIRE(document.number() == "澄沅市监罚〔2025〕2号");
}

TEST_CASE("an erased party's documents keep their hash and lose their page") {
  World world;
  const std::string name = ReviewedCase(world, "华市监立〔2025〕1号");
  v1::Document document;
  REQUIRE(ReasonOf(Issue(world, Of<v1::IssueDocumentRequest>(name, "penalty-notice", kNoticeFields),
                         &document)) == kAllowed);
  REQUIRE(
      world.edge()
          .store()
          .WriteAndWait(
              {.now = absl::Now(), .caller = "", .request_id = "", .body_digest = "", .seed = ""},
              [](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                const absl::Status erased = EraseParty(tx, OperatorId("914403001922038216"));
                if (!erased.ok()) return erased;
                return std::string();
              })
          .ok());
  const v1::GetDocumentResponse got = Get(world, document.name());
  REQUIRE(got.html().empty());
  REQUIRE(got.document().attachment().sha256() == document.attachment().sha256());
}

}  // namespace
}  // namespace shian::sanction
