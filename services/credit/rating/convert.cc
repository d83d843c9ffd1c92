#include "services/credit/rating/convert.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/codes/codes.h"
#include "libs/codes/rules.h"
#include "libs/errors/errors.h"
#include "services/credit/archive/convert.h"
#include "services/credit/rating/limits.h"

namespace shian::credit {
namespace {

static_assert(static_cast<int>(Grade::kUnrated) == policy::v1::RISK_GRADE_UNRATED);
static_assert(static_cast<int>(ContributionKind::kAdjustment) == v1::CONTRIBUTION_KIND_ADJUSTMENT);
static_assert(static_cast<int>(DeterminationKind::kCauseGone) == v1::DETERMINATION_KIND_CAUSE_GONE);
static_assert(static_cast<int>(RunState::kDone) == v1::RATING_RUN_STATE_DONE);

policy::v1::RiskGrade ToProto(Grade grade) { return static_cast<policy::v1::RiskGrade>(grade); }

void FillBasis(const errors::Basis& basis, common::v1::LegalBasis* out) {
  out->set_statute(basis.statute);
  out->set_article(basis.article);
}

void FillActor(const Approver& approver, common::v1::Actor* out) {
  out->set_person(approver.person);
  out->set_organisation(approver.organisation);
  out->set_card(approver.card);
}

errors::Rule PageSizeRule() {
  const int max = limits::kRateBatchMax;
  return {absl::StrCat("must be 1 to ", max, ", or 0 for ", max),
          absl::StrCat("应为1至", max, "，0表示", max), "PAGE_SIZE"};
}

bool IsPolicyId(absl::string_view text) {
  return !text.empty() && text.size() <= limits::kPolicyIdBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '.' || c == '-' ||
                  c == '_';
         });
}

bool IsSha256Hex(absl::string_view text) {
  return text.size() == 2 * kSha256Bytes && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
         });
}

void CheckRegion(absl::string_view region, errors::Violations* wrong) {
  const absl::StatusOr<codes::Parsed> checked = codes::Check(codes::Kind::kRegion, region);
  if (!checked.ok()) {
    wrong->Add("region", codes::RuleOf(checked.status()));
  } else if (region.size() != 6) {
    wrong->Add("region", {"must have six digits", "应为六位数字", "REGION_SHAPE"});
  }
}

}  // namespace

v1::Contribution ToProto(const OperatorId& id, const Contribution& in) {
  v1::Contribution out;
  out.set_kind(static_cast<v1::ContributionKind>(in.kind));
  out.set_rule(in.rule);
  out.set_title_zh(in.title_zh);
  out.set_title_en(in.title_en);
  out.set_points_milli(in.points_milli);
  out.set_steps(in.steps);
  out.set_set_grade(ToProto(in.set));
  if (in.evidence != 0) out.set_evidence(EvidenceName(id, in.evidence));
  if (in.date) *out.mutable_date() = ToProto(*in.date);
  out.set_value(in.value);
  out.set_assumed(in.assumed);
  out.set_bounded(in.bounded);
  FillBasis(in.basis, out.mutable_legal_basis());
  out.set_mark(static_cast<policy::v1::RuleMark>(in.mark));
  out.set_way_back_zh(in.way_back_zh);
  out.set_way_back_en(in.way_back_en);
  return out;
}

v1::Determination ToProto(const Determination& in, const Outcome* outcome) {
  v1::Determination out;
  out.set_name(NameOf(in));
  out.set_kind(static_cast<v1::DeterminationKind>(in.kind));
  out.set_grade(ToProto(in.grade));
  out.set_previous_grade(ToProto(in.previous));
  out.set_base_grade(ToProto(in.base_grade));
  *out.mutable_applies_from() = ToProto(in.applies_from);
  *out.mutable_determine_time() = ToProto(in.time);
  v1::Assessment* assessment = out.mutable_assessment();
  assessment->set_grade(ToProto(in.grade));
  assessment->set_points_milli(in.points_milli);
  assessment->set_static_milli(in.static_milli);
  assessment->set_dynamic_milli(in.dynamic_milli);
  assessment->set_points_grade(ToProto(in.points_grade));
  assessment->set_policy(in.policy);
  assessment->set_policy_revision(in.policy_revision);
  assessment->set_archive_version(in.archive_version);
  assessment->set_evidence_digest(HexEncode(in.evidence_digest));
  *assessment->mutable_time() = ToProto(in.time);
  if (outcome != nullptr) {
    for (const Contribution& contribution : outcome->Contributions()) {
      *assessment->add_contributions() = ToProto(in.id, contribution);
    }
  }
  out.set_cause(in.cause);
  for (const Approver& approver : in.approvers) FillActor(approver, out.add_approvers());
  if (!in.run.empty()) out.set_rating_run(RunName(in.run));
  out.set_digest(HexEncode(in.result_digest));
  return out;
}

v1::Assessment ToProto(const OperatorId& id, const Rules& rules, const Assessment& in,
                       const View& view, bool with_reasons) {
  v1::Assessment out;
  out.set_grade(ToProto(in.grade));
  out.set_points_milli(in.points.total());
  out.set_static_milli(in.points.static_milli);
  out.set_dynamic_milli(in.points.dynamic_milli);
  out.set_points_grade(ToProto(in.points.grade));
  out.set_policy(rules.id);
  out.set_policy_revision(rules.revision);
  out.set_archive_version(view.version);
  out.set_evidence_digest(HexEncode(ViewDigest(view)));
  *out.mutable_time() = ToProto(view.as_of);
  if (!with_reasons) return out;
  for (const Contribution& one : in.points.contributions) {
    *out.add_contributions() = ToProto(id, one);
  }
  for (const Contribution& one : in.adjustments) *out.add_contributions() = ToProto(id, one);
  return out;
}

v1::WayBack ToProto(const WayBack& way) {
  v1::WayBack out;
  out.set_text_zh(way.text_zh);
  out.set_text_en(way.text_en);
  out.set_rule(way.rule);
  out.set_grade(ToProto(way.grade));
  out.set_points_milli(way.points_milli);
  return out;
}

v1::RatingRun ToProto(const Run& run, const std::map<Grade, int64_t>& counts) {
  v1::RatingRun out;
  out.set_name(RunName(run.id));
  out.set_etag(absl::StrCat(run.version));
  out.set_region(run.region);
  out.set_year(run.year);
  out.set_state(static_cast<v1::RatingRunState>(run.state));
  out.set_policy(run.policy);
  out.set_policy_revision(run.policy_revision);
  FillActor(run.proposer, out.mutable_proposer());
  if (run.approver) FillActor(*run.approver, out.mutable_approver());
  for (const auto& [grade, count] : counts) {
    v1::GradeCount* added = out.add_counts();
    added->set_grade(ToProto(grade));
    added->set_count(count);
  }
  out.set_operators(run.operators);
  out.set_determined(run.determined);
  *out.mutable_finish_by() = ToProto(run.finish_by);
  return out;
}

v1::GradeDetermined ToFact(absl::string_view region, const Determination& in,
                           const Outcome& outcome) {
  v1::GradeDetermined out;
  out.set_operator_(OperatorName(in.id));
  out.set_region(std::string(region));
  out.set_determination(NameOf(in));
  out.set_kind(static_cast<v1::DeterminationKind>(in.kind));
  out.set_previous(ToProto(in.previous));
  out.set_grade(ToProto(in.grade));
  out.set_points_milli(in.points_milli);
  out.set_policy(in.policy);
  out.set_policy_revision(in.policy_revision);
  std::vector<Contribution> contributions = outcome.Contributions();
  const auto weight = [](const Contribution& c) {
    return std::tuple(c.set != Grade::kUnspecified, std::abs(c.steps), c.points_milli);
  };
  std::stable_sort(
      contributions.begin(), contributions.end(),
      [&](const Contribution& a, const Contribution& b) { return weight(a) > weight(b); });
  for (const Contribution& contribution : contributions) {
    if (out.contributions_size() == limits::kFactContributionsMax) break;
    *out.add_contributions() = ToProto(in.id, contribution);
  }
  *out.mutable_applies_from() = ToProto(in.applies_from);
  *out.mutable_determine_time() = ToProto(in.time);
  return out;
}

v1::GradeCard ToCard(const Determination& in) {
  v1::GradeCard out;
  out.set_operator_(OperatorName(in.id));
  out.set_grade(ToProto(in.grade));
  *out.mutable_applies_from() = ToProto(in.applies_from);
  out.set_policy_revision(in.policy_revision);
  return out;
}

void Fill(const Evaluation& evaluation, v1::EvaluatePolicyResponse* out) {
  constexpr int64_t kPpm = 1'000'000;
  for (const BandOutcome& band : evaluation.bands()) {
    v1::BandOutcome* added = out->add_bands();
    added->set_grade(ToProto(band.grade));
    added->set_operators(band.operators);
    added->set_visited(band.visited);
    added->set_critical(band.critical);
    added->set_upper_milli(band.upper_milli);
    if (band.visited > 0) {
      added->set_critical_ppm((2 * kPpm * band.critical + band.visited) / (2 * band.visited));
    }
  }
  out->set_operators(evaluation.operators());
  out->set_auc_ppm(evaluation.AucPpm());
}

Determination Replayed(const Determination& recorded, const Outcome& outcome) {
  Determination out = recorded;
  out.grade = outcome.grade;
  out.base_grade = outcome.base_grade;
  out.points_milli = outcome.points.total();
  out.static_milli = outcome.points.static_milli;
  out.dynamic_milli = outcome.points.dynamic_milli;
  out.points_grade = outcome.points.grade;
  out.evidence_digest = outcome.evidence_digest;
  out.result_digest = outcome.Digest();
  return out;
}

std::string NameOf(const Determination& determination) {
  return absl::StrCat(OperatorName(determination.id), "/determinations/", determination.number);
}

absl::StatusOr<DeterminationName> ToDeterminationName(absl::string_view name) {
  constexpr absl::string_view kPart = "/determinations/";
  const size_t at = name.find(kPart);
  DeterminationName out;
  if (at != absl::string_view::npos &&
      absl::SimpleAtoi(name.substr(at + kPart.size()), &out.number) && out.number > 0) {
    const std::optional<OperatorId> id = OperatorIdOf(name.substr(0, at));
    if (id) {
      out.id = *id;
      return out;
    }
  }
  return errors::InvalidField(
      "name", {"must be operators/{operator}/determinations/{number}",
               "应为operators/{operator}/determinations/{number}形式", "RESOURCE_NAME"});
}

absl::StatusOr<std::string> ToRunId(absl::string_view name) {
  std::optional<std::string> id = RunIdOf(name);
  if (id) return *std::move(id);
  return errors::InvalidField("name", {"must be ratingRuns/{region}-{year}",
                                       "应为ratingRuns/{区划}-{年度}形式", "RESOURCE_NAME"});
}

Approver ToApprover(const auth::Officer& officer) {
  return {officer.person, officer.organisation, officer.card};
}

absl::StatusOr<int> ToBatchSize(int32_t page_size) {
  if (page_size == 0) return limits::kRateBatchMax;
  if (page_size > 0 && page_size <= limits::kRateBatchMax) return page_size;
  return errors::InvalidField("page_size", PageSizeRule());
}

absl::StatusOr<RateRequest> ToRateRequest(const v1::RateOperatorsRequest& in, Date today) {
  errors::Violations wrong;
  CheckRegion(in.region(), &wrong);
  if (in.year() < limits::kRatedYearMin || in.year() > today.year()) {
    wrong.Add("year", {"must be 2017 to this year: the year before it is over then",
                       "应为2017至本年度：其上一年度须已结束", "YEAR_RANGE"});
  }
  const absl::StatusOr<int> count = ToBatchSize(in.page_size());
  if (!count.ok()) wrong.Add("page_size", PageSizeRule());
  RETURN_IF_ERROR(wrong.ToStatus());
  return RateRequest{in.region(), in.year(), *count};
}

absl::StatusOr<EvaluateRequest> ToEvaluateRequest(const v1::EvaluatePolicyRequest& in) {
  errors::Violations wrong;
  CheckRegion(in.region(), &wrong);
  if (!IsPolicyId(in.policy())) {
    wrong.Add("policy", {"must be a policy id", "应为政策编号", "POLICY_ID"});
  }
  if (!in.policy_revision().empty() && !IsSha256Hex(in.policy_revision())) {
    wrong.Add("policy_revision", {"must be 64 lower-case hexadecimal digits",
                                  "应为64位小写十六进制数", "SHA256_SHAPE"});
  }
  EvaluateRequest out{in.policy(),  in.policy_revision(), in.region(),
                      std::nullopt, in.attested_only(),   in.at_least_revision()};
  if (in.has_cut()) {
    const Date cut = FromProto(in.cut());
    const bool exists = in.cut().year() >= 1900 && in.cut().year() <= limits::kRatedYearMax &&
                        cut.month() == in.cut().month() && cut.day() == in.cut().day();
    if (!exists) wrong.Add("cut", {"is no date", "不是有效日期", "DATE_INVALID"});
    out.cut = cut;
  }
  RETURN_IF_ERROR(wrong.ToStatus());
  return out;
}

}  // namespace shian::credit
