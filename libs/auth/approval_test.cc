#include "libs/auth/approval.h"

#include <google/protobuf/text_format.h>

#include <catch2/catch.hpp>

#include "libs/errors/errors.h"
#include "shian/policy/v1/approval.pb.h"

namespace shian::auth {
namespace {

using errors::Reason;

constexpr char kChain[] = R"(
acts { act: "file" title_zh: "立案" posts: "handler" officers_min: 2 }
acts { act: "legal_review" title_zh: "法制审核" posts: "legal" after: "file"
       kept_apart_from: "file"
       legal_basis { statute: "行政处罚法" article: "第五十八条" } }
acts { act: "discuss" title_zh: "集体讨论" posts: "head" after: "legal_review" optional: true }
acts { act: "superior_consent" title_zh: "上级同意" posts: "head" after: "legal_review"
       of_superior: true needed_at: REGION_LEVEL_COUNTY }
acts { act: "decide" title_zh: "负责人决定" posts: "head" after: "legal_review"
       after: "discuss" after: "superior_consent" kept_apart_from: "legal_review" }
)";

policy::v1::ApprovalChain Chain() {
  policy::v1::ApprovalChain chain;
  REQUIRE(google::protobuf::TextFormat::ParseFromString(kChain, &chain));
  return chain;
}

Officer Of(const std::string& person, const std::string& post,
           const std::string& region = "410902") {
  return {.person = person, .region = region, .posts = {post}};
}

std::optional<Reason> Check(const std::string& act, const Officer& officer,
                            const std::vector<ChainStep>& done,
                            const std::string& region = "410902") {
  return errors::ReasonOf(CheckStep(Chain(), act, officer, done, region));
}

const std::vector<ChainStep> kFiled = {{"file", "a", {}}, {"file", "b", {}}};

std::vector<ChainStep> With(std::vector<ChainStep> steps, const char* act, const char* person) {
  steps.push_back({act, person, {}});
  return steps;
}

TEST_CASE("the steps go in their order, by those who may") {
  REQUIRE(!Check("file", Of("a", "handler"), {}));
  REQUIRE(!Check("file", Of("b", "handler"), {{"file", "a", {}}}));
  REQUIRE(Check("file", Of("a", "handler"), {{"file", "a", {}}}) == Reason::kStepAlreadyDone);
  REQUIRE(Check("file", Of("a", "legal"), {}) == Reason::kStepNotAllowed);
  REQUIRE(Check("legal_review", Of("c", "legal"), {{"file", "a", {}}}) == Reason::kStepOutOfOrder);
  REQUIRE(!Check("legal_review", Of("c", "legal"), kFiled));
  REQUIRE(Check("sign", Of("a", "handler"), {}) == Reason::kStepUnknown);
}

TEST_CASE("nobody takes two steps that are kept apart, in either order") {
  Officer both = Of("a", "legal");
  REQUIRE(Check("legal_review", both, kFiled) == Reason::kStepsKeptApart);
  REQUIRE(Check("file", Of("c", "handler"), {{"legal_review", "c", {}}}) ==
          Reason::kStepsKeptApart);
  const absl::Status refused = CheckStep(Chain(), "legal_review", both, kFiled, "410902");
  REQUIRE(errors::BasisOf(refused)->article == "第五十八条");
}

TEST_CASE("the superior consents where the chain needs it, and only the superior") {
  const auto reviewed = With(kFiled, "legal_review", "c");
  REQUIRE(Check("decide", Of("h", "head"), reviewed) == Reason::kStepOutOfOrder);
  REQUIRE(!Check("decide", Of("h", "head", "410900"), reviewed, "410900"));
  REQUIRE(Check("superior_consent", Of("s", "head", "410902"), reviewed) ==
          Reason::kStepNotAllowed);
  REQUIRE(Check("superior_consent", Of("s", "head", "410901"), reviewed) ==
          Reason::kStepNotAllowed);
  REQUIRE(!Check("superior_consent", Of("s", "head", "410900"), reviewed));
  const auto consented = With(reviewed, "superior_consent", "s");
  REQUIRE(!Check("decide", Of("h", "head"), consented));
}

}  // namespace
}  // namespace shian::auth
