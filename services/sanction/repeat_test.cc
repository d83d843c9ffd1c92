// Calls that are sent again, pages that go on, and documents that are named.
#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/blob/blob.h"
#include "services/sanction/testing_world.h"

namespace shian::sanction {
namespace {

using testing::Cases;
using testing::kAllowed;
using testing::kOperator;
using testing::ReasonOf;
using testing::World;

v1::FileCaseRequest Filing(const std::string& number) {
  v1::FileCaseRequest in;
  in.set_operator_(kOperator);
  in.set_region("410902");
  in.set_number(number);
  in.set_cause("经营兽药残留超标食品");
  in.set_request_id(NewUuid7(absl::Now()));
  return in;
}

grpc::Status File(World& world, const v1::FileCaseRequest& in, v1::FileCaseResponse* out) {
  return world.Act("p1", {"handler"}, &Cases::FileCase, in, out);
}

v1::ListCasesResponse Page(World& world, int size, const std::string& token) {
  v1::ListCasesRequest in;
  in.set_page_size(size);
  in.set_page_token(token);
  v1::ListCasesResponse out;
  REQUIRE(ReasonOf(world.Read(&Cases::ListCases, in, &out)) == kAllowed);
  return out;
}

TEST_CASE("a call that is sent again has one effect and one answer") {
  World world;
  const v1::FileCaseRequest in = Filing("华市监立〔2025〕1号");
  v1::FileCaseResponse first;
  REQUIRE(ReasonOf(File(world, in, &first)) == kAllowed);
  v1::FileCaseResponse again;
  REQUIRE(ReasonOf(File(world, in, &again)) == kAllowed);
  first.clear_revision();
  again.clear_revision();
  REQUIRE(again.SerializeAsString() == first.SerializeAsString());
  REQUIRE(Page(world, 10, "").cases_size() == 1);
  REQUIRE(world.Facts("shian.sanction.case.filed").size() == 1);

  v1::FileCaseRequest other = in;
  other.set_cause("另一案由");
  REQUIRE(ReasonOf(File(world, other, &again)) == "REQUEST_ID_REUSED");
  // The same number with another id is another filing; its refusal is judged anew each time.
  v1::FileCaseRequest taken = Filing("华市监立〔2025〕1号");
  for (int i = 0; i < 2; ++i) REQUIRE(ReasonOf(File(world, taken, &again)) == "CASE_NUMBER_TAKEN");
  taken.set_number("华市监立〔2025〕2号");
  REQUIRE(ReasonOf(File(world, taken, &again)) == kAllowed);
}

TEST_CASE("pages show each case once and nothing that came after the first page") {
  World world;
  std::set<std::string> filed;
  for (int i = 1; i <= 5; ++i) {
    filed.insert(testing::FileCase(world, absl::StrCat("华市监立〔2025〕", i, "号")));
  }
  std::set<std::string> seen;
  std::string token;
  for (int pages = 1;; ++pages) {
    const v1::ListCasesResponse page = Page(world, 2, token);
    for (const v1::Case& c : page.cases()) REQUIRE(seen.insert(c.name()).second);
    token = page.next_page_token();
    if (token.empty()) break;
    REQUIRE(pages < 5);
    if (pages > 1) continue;
    world.AdvanceTo(world.edge().clock().Now() + absl::Minutes(1));
    testing::FileCase(world, "华市监立〔2025〕9号");
  }
  REQUIRE(seen == filed);
  REQUIRE(Page(world, 10, "").cases_size() == 6);

  v1::ListCasesRequest other;
  other.set_page_size(2);
  other.set_page_token(Page(world, 2, "").next_page_token());
  other.set_operator_(kOperator);
  v1::ListCasesResponse out;
  REQUIRE(ReasonOf(world.Read(&Cases::ListCases, other, &out)) == "PAGE_TOKEN_INVALID");
}

TEST_CASE("a document that was never uploaded proves nothing") {
  World world;
  const std::string name = testing::FileCase(world, "华市监立〔2025〕1号");
  v1::RecordLegalReviewRequest in;
  in.set_name(name);
  in.set_text("同意");
  in.add_documents()->set_sha256(std::string(64, 'a'));
  v1::RecordLegalReviewResponse out;
  const auto review = [&] {
    in.set_request_id(NewUuid7(absl::Now()));
    return ReasonOf(world.Act("p2", {"legal-reviewer"}, &Cases::RecordLegalReview, in, &out));
  };
  REQUIRE(review() == "DOCUMENT_MISSING");
  const auto stored = world.edge().blobs().Put("法制审核意见书");
  REQUIRE(stored.ok());
  in.mutable_documents(0)->set_sha256(stored->sha256);
  REQUIRE(review() == kAllowed);
  REQUIRE(out.case_().events(1).documents(0).sha256() == stored->sha256);

  v1::FileCaseRequest file = Filing("华市监立〔2025〕2号");
  file.add_documents()->set_sha256(std::string(64, 'b'));
  v1::FileCaseResponse filed;
  REQUIRE(ReasonOf(File(world, file, &filed)) == "DOCUMENT_MISSING");
}

}  // namespace
}  // namespace shian::sanction
