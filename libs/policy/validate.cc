#include "libs/policy/validate.h"

#include "absl/strings/ascii.h"
#include "libs/base/time.h"
#include "libs/base/views.h"
#include "libs/policy/limits.h"

namespace shian::policy {
namespace {

bool IsPolicyId(const std::string& id) {
  if (id.size() < limits::kIdCharsMin || id.size() > limits::kIdCharsMax) return false;
  for (const char c : id) {
    if (!absl::ascii_islower(c) && !absl::ascii_isdigit(c) && c != '.' && c != '-' && c != '_') {
      return false;
    }
  }
  return true;
}

void ValidateHeader(const Node& header) {
  const auto& value = header.As<v1::PolicyHeader>();
  if (!IsPolicyId(value.id())) {
    header.Wrong("id", {"must be 3 to 100 of a-z 0-9 . - _", "应为3至100个小写字母、数字或.-_"});
  }
  header.Text("title_zh", limits::kTitleCodePointsMax);
  header.Present("selected_by");
  header.Present("mark");
  header.Present("legal_basis");
  for (const Node& basis : header.Each("legal_basis")) {
    basis.Text("statute", limits::kTitleCodePointsMax);
  }
  const bool from = header.Present("effective_from") && header.DateText("effective_from");
  const bool to = header.DateText("effective_to");
  if (from && to && !value.effective_to().empty() &&
      value.effective_to() < value.effective_from()) {
    header.Wrong("effective_to", {"is before effective_from", "早于effective_from"});
  }
}

}  // namespace

void Validate(v1::PolicyKind kind, const Node& root) {
  if (root.Present("header")) ValidateHeader(root.Child("header"));
  switch (kind) {
    case v1::POLICY_KIND_CALENDAR:
      return ValidateCalendar(root);
    case v1::POLICY_KIND_DEADLINE:
      return ValidateDeadlines(root);
    case v1::POLICY_KIND_APPROVAL:
      return ValidateApproval(root);
    case v1::POLICY_KIND_RATING:
      return ValidateRating(root);
    case v1::POLICY_KIND_LIST:
      return ValidateList(root);
    case v1::POLICY_KIND_MEASURE:
      return ValidateMeasures(root);
    case v1::POLICY_KIND_SAMPLING:
      return ValidateSampling(root);
    case v1::POLICY_KIND_RECALL:
      return ValidateRecall(root);
    case v1::POLICY_KIND_SYSTEMS:
      return ValidateSystems(root);
    case v1::POLICY_KIND_DRAW:
      return ValidateDraw(root);
    case v1::POLICY_KIND_PUBLICITY:
      return ValidatePublicity(root);
    case v1::POLICY_KIND_DOCUMENT:
      return ValidateDocument(root);
    case v1::POLICY_KIND_CASE:
      return ValidateCase(root);
    case v1::POLICY_KIND_DISCRETION:
      return ValidateDiscretion(root);
    case v1::POLICY_KIND_BAN:
      return ValidateBan(root);
    case v1::POLICY_KIND_JUDGEMENT:
      return ValidateJudgement(root);
    default:
      return;
  }
}

}  // namespace shian::policy
