#include "services/trace/judgement/convert_completeness.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "services/trace/capture/convert.h"
#include "services/trace/judgement/convert.h"
#include "services/trace/judgement/limits.h"

namespace shian::trace::judgement {
namespace {

using errors::Violations;

constexpr size_t kGtinDigits = 14;

std::vector<std::string> ReadOperators(const v1::GetCompletenessRequest& in, Violations* wrong) {
  std::vector<std::string> operators;
  if (in.operators().empty() || in.operators_size() > limits::kKeyOperatorsMax) {
    wrong->Add("operators", {absl::StrCat("must be 1 to ", limits::kKeyOperatorsMax),
                             absl::StrCat("应为1至", limits::kKeyOperatorsMax, "个"), "COUNT"});
    return operators;
  }
  for (int i = 0; i < in.operators_size(); ++i) {
    CheckOperator(in.operators(i), absl::StrCat("operators[", i, "]"), wrong);
    operators.push_back(in.operators(i));
  }
  std::sort(operators.begin(), operators.end());
  if (std::adjacent_find(operators.begin(), operators.end()) != operators.end()) {
    wrong->Add("operators", {"must be each once", "经营者重复", "TWICE"});
  }
  return operators;
}

std::vector<std::string> ReadPrefixes(const v1::GetCompletenessRequest& in, Violations* wrong) {
  if (in.gtin_prefixes_size() > limits::kPrefixCountMax) {
    wrong->Add("gtin_prefixes", {absl::StrCat("must be at most ", limits::kPrefixCountMax),
                                 absl::StrCat("最多", limits::kPrefixCountMax, "个"), "COUNT"});
    return {};
  }
  for (int i = 0; i < in.gtin_prefixes_size(); ++i) {
    const std::string& prefix = in.gtin_prefixes(i);
    const bool digits = std::all_of(prefix.begin(), prefix.end(),
                                    [](unsigned char c) { return absl::ascii_isdigit(c); });
    if (!prefix.empty() && prefix.size() <= kGtinDigits && digits) continue;
    wrong->Add(absl::StrCat("gtin_prefixes[", i, "]"),
               {"must be 1 to 14 digits", "应为1至14位数字", "GTIN_PREFIX"});
  }
  return {in.gtin_prefixes().begin(), in.gtin_prefixes().end()};
}

}  // namespace

absl::StatusOr<CompletenessQuestion> ToQuestion(const v1::GetCompletenessRequest& in) {
  Violations wrong;
  CompletenessQuestion question;
  question.region = in.region();
  CheckRegion(in.region(), &wrong);
  question.operators = ReadOperators(in, &wrong);
  question.gtin_prefixes = ReadPrefixes(in, &wrong);
  question.period = ReadPeriod(in, &wrong);
  question.known_at =
      capture::ToTime(in.has_known_at(), in.known_at(), absl::InfiniteFuture(), "known_at", &wrong);
  RETURN_IF_ERROR(wrong.ToStatus());
  return question;
}

v1::CompletenessRate ToProto(const Share& share, int64_t target_ppm) {
  constexpr int64_t kMillion = 1'000'000;
  v1::CompletenessRate out;
  out.set_total(share.total);
  out.set_complete(share.complete);
  if (share.total > 0) out.set_rate_ppm(share.complete * kMillion / share.total);
  out.set_target_ppm(target_ppm);
  out.set_met(share.Reaches(target_ppm));
  for (const std::string& name : share.missing) {
    if (out.missing_size() == static_cast<int>(limits::kListedMax)) break;
    out.add_missing(name);
  }
  return out;
}

}  // namespace shian::trace::judgement
