#include "services/sanction/screening/convert.h"

#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "libs/base/text.h"
#include "libs/base/time.h"
#include "services/sanction/screening/limits.h"

namespace shian::sanction::convert {
namespace {

v1::NameParts ToProto(const names::Name& name) {
  v1::NameParts out;
  out.set_region(names::RegionOf(name.parts));
  out.set_brand(names::Encode(name.brand));
  out.set_trade(names::Encode(name.trade));
  out.set_form(names::FormOf(name.parts));
  out.set_branch(names::Encode(name.branch));
  return out;
}

// A natural person's name is shown only to those who brought the code.
bool HidesName(const Found& found) { return found.party.natural_person && !IsByCode(found); }

// Only what was published is found.
absl::Time PublishedOf(const EntryTimes& entry) {
  absl::Time published;
  for (const EntryMoment& moment : entry.moments) {
    if (moment.act == EntryAct::kPublished) published = moment.time;
  }
  return published;
}

v1::MatchHint HintOf(Band band) {
  if (band == Band::kSame) return v1::MATCH_HINT_LISTED;
  return band == Band::kReview ? v1::MATCH_HINT_REVIEW : v1::MATCH_HINT_UNLIKELY;
}

void Fill(const Found& found, v1::Match* to) {
  const bool hidden = HidesName(found);
  v1::Match& out = *to;
  out.set_entry(
      absl::StrCat("operators/", found.party.op.value(), "/entries/", found.entry.id.value()));
  out.set_operator_("operators/" + found.party.op.value());
  out.set_band(static_cast<v1::Band>(found.likeness.band));
  out.set_score_milli(found.likeness.score_milli);
  out.set_agreeing(found.likeness.Count(Comparison::kAgrees));
  out.set_conflicting(found.likeness.Count(Comparison::kConflicts));
  out.set_missing(found.likeness.Count(Comparison::kMissing));
  for (const Feature& feature : found.likeness.features) {
    v1::Feature* one = out.add_features();
    one->set_part(feature.part);
    one->set_comparison(static_cast<v1::Comparison>(feature.comparison));
    one->set_asked(feature.asked);
    if (!hidden) one->set_listed(feature.listed);
    one->set_detail(names::DetailOf(feature));
  }
  out.set_listed_name(hidden ? ShownName(found.party) : found.party.name);
  if (!hidden && found.matched_name != found.party.name) out.set_former_name(found.matched_name);
  out.set_list(found.entry.list);
  out.set_ground(found.entry.ground_title);
  *out.mutable_legal_basis() = convert::ToProto(found.entry.basis);
  out.set_state(v1::ENTRY_STATE_IN_FORCE);
  *out.mutable_publish_time() = convert::ToProto(PublishedOf(found.entry.times));
  *out.mutable_until_date() = convert::ToProto(found.entry.times.until);
  out.set_hint(HintOf(found.likeness.band));
  out.set_disputed(found.disputed);
}

std::string Explain(const Screened& screened, absl::string_view locale) {
  const bool english = locale == "en";
  if (screened.found.empty()) {
    return english ? "No entry was in force that this subject may be."
                   : "未发现处于公示期内的列入信息。";
  }
  const Found& nearest = screened.found.front();
  const std::string until = FormatDate(nearest.entry.times.until);
  const errors::Basis& basis = nearest.entry.basis;
  const std::string named =
      nearest.entry.joint_effect
          ? ""
          : absl::StrCat(english ? " (" : "（", nearest.entry.list, english ? ")" : "）");
  switch (nearest.likeness.band) {
    case Band::kSame:
      return english
                 ? absl::StrCat("Listed", named, " until ", until, " (", basis.statute,
                                basis.article, ").")
                 : absl::StrCat("已列入名单", named, "，期限至", until, "；依据《", basis.statute,
                                "》", basis.article, "：", nearest.entry.ground_title, "。");
    case Band::kReview:
      return english ? "May be a listed party: a person must compare them."
                     : "与名单主体名称相近，须人工核对。";
    case Band::kRelated:
    case Band::kDifferent:
      return english ? "Related names are listed; none of them is this subject."
                     : "名单中有关联主体（分支机构、异地或其他行业的同字号主体），均非本主体。";
  }
  return "";
}

SubjectOrProblem Problem(const char* problem, std::string en, std::string zh) {
  return {{}, problem, std::move(en), std::move(zh)};
}

}  // namespace

SubjectOrProblem ToSubject(const v1::ScreenSubject& in) {
  if (in.client_ref().empty() || in.client_ref().size() > limits::kClientRefCharsMax) {
    return Problem(
        "CLIENT_REF_INVALID",
        absl::StrCat("client_ref must have 1 to ", limits::kClientRefCharsMax, " characters."),
        absl::StrCat("client_ref应为1至", limits::kClientRefCharsMax, "个字符。"));
  }
  if (in.code().empty() && in.name().empty()) {
    return Problem("SUBJECT_EMPTY", "A code or a name is required.", "代码和名称至少应有一项。");
  }
  SubjectOrProblem out;
  if (!in.code().empty()) {
    if (!TakeCode(in.code(), &out.subject)) {
      return Problem("CODE_INVALID",
                     "The code is no unified social credit code, nor one that a part of it was.",
                     "统一社会信用代码（或组织机构代码、纳税人识别号）有误。");
    }
  }
  if (in.name().empty()) return out;
  const absl::StatusOr<std::string> name = NormaliseText(in.name(), limits::kNameCodePointsMax);
  if (!name.ok()) {
    return Problem(
        "NAME_INVALID",
        absl::StrCat("The name is no valid text of at most ", limits::kNameCodePointsMax,
                     " characters."),
        absl::StrCat("名称应为不超过", limits::kNameCodePointsMax, "个字符的有效文本。"));
  }
  out.subject.name = *name;
  return out;
}

std::vector<SubjectOrProblem> ToSubjects(
    const google::protobuf::RepeatedPtrField<v1::ScreenSubject>& in) {
  std::vector<SubjectOrProblem> subjects;
  subjects.reserve(static_cast<size_t>(in.size()));
  absl::flat_hash_set<absl::string_view> refs;
  for (const v1::ScreenSubject& subject : in) {
    subjects.push_back(ToSubject(subject));
    const bool repeated = !refs.insert(subject.client_ref()).second;
    if (!repeated || !subjects.back().problem.empty()) continue;
    subjects.back().problem = "CLIENT_REF_REPEATED";
    subjects.back().en = "Another subject of the request has this client_ref.";
    subjects.back().zh = "同一请求中client_ref重复。";
  }
  return subjects;
}

void Fill(const Screened& screened, const Subject& subject, absl::string_view locale,
          v1::ScreenResult* out) {
  for (const Found& found : screened.found) Fill(found, out->add_matches());
  out->set_listed(!screened.found.empty() && screened.found.front().likeness.band == Band::kSame);
  out->set_truncated(screened.truncated);
  if (!subject.name.empty()) *out->mutable_parts() = ToProto(screened.asked);
  out->set_explanation(Explain(screened, locale));
  SetHint(out);
}

bool IsByCode(const Found& found) {
  const auto& features = found.likeness.features;
  return !features.empty() && features.front().part == "code" &&
         features.front().comparison == Comparison::kAgrees;
}

void AddDecision(const MatchDecision& decision, const Standing& standing, v1::Match* match) {
  *match->mutable_decision() = ToProto(decision, standing);
  if (standing.state != DecisionState::kInForce) return;
  const bool same = decision.Decided().verdict == MatchVerdict::kSameParty;
  match->set_hint(same ? v1::MATCH_HINT_LISTED : v1::MATCH_HINT_UNLIKELY);
}

void SetHint(v1::ScreenResult* result) {
  v1::MatchHint first = v1::MATCH_HINT_UNSPECIFIED;
  for (const v1::Match& match : result->matches()) {
    if (first == v1::MATCH_HINT_UNSPECIFIED || match.hint() < first) first = match.hint();
  }
  result->set_hint(first);
}

}  // namespace shian::sanction::convert
