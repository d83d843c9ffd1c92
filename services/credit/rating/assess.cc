#include "services/credit/rating/assess.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace shian::credit {
namespace {

using Which = EventScope::Which;

constexpr char kCleanYears[] = "clean_years";

bool IsNational(Level level) { return level == Level::kNational || level == Level::kProvince; }

bool IsViolation(const Evidence& evidence, absl::Time as_of) {
  if (!IsUsedAt(evidence, as_of)) return false;
  switch (evidence.kind) {
    case EvidenceKind::kSampleFailed:
    case EvidenceKind::kPenalty:
    case EvidenceKind::kRecallBreach:
    case EvidenceKind::kObstruction:
    case EvidenceKind::kAccident:
    case EvidenceKind::kAdverseImpact:
    case EvidenceKind::kPromiseBroken:
      return true;
    case EvidenceKind::kListing:
      return HasTag(evidence, kTagSeriousList);
    case EvidenceKind::kCheck:
      return evidence.findings.nonconforming || evidence.findings.key_failed > 0;
    default:
      return false;
  }
}

// Years are clean when they were looked at: a full calendar year with at least one visit and no
// violation. No record is no proof of a clean one.
bool YearIsClean(const View& view, int64_t year) {
  bool visited = false;
  for (const Evidence& evidence : view.evidence) {
    if (ToDate(evidence.time).year() != year) continue;
    if (IsViolation(evidence, view.as_of)) return false;
    visited |= evidence.kind == EvidenceKind::kCheck;
  }
  return visited;
}

bool YearsAreClean(const View& view, int years) {
  const int64_t this_year = ToDate(view.as_of).year();
  for (const Evidence& evidence : view.evidence) {
    if (IsViolation(evidence, view.as_of) && ToDate(evidence.time).year() == this_year)
      return false;
  }
  for (int i = 1; i <= years; ++i) {
    if (!YearIsClean(view, this_year - i)) return false;
  }
  return true;
}

bool InScope(const Adjustment& rule, Which which) {
  if (which == Which::kAtOnceOnly) return rule.determines_at_once;
  if (which == Which::kNotLastingAtOnce) {
    return !(rule.determines_at_once && rule.while_cause_lasts);
  }
  return true;
}

bool IsFor(const Adjustment& rule, const std::optional<Subject>& subject) {
  if (rule.not_for.empty() || !subject) return true;
  const auto categories = subject->attributes.find("licence_category");
  if (categories == subject->attributes.end()) return true;
  for (const std::string& category : categories->second) {
    for (const std::string& prefix : rule.not_for) {
      if (absl::StartsWith(category, prefix)) return false;
    }
  }
  return true;
}

// Whether `rule` is about this piece of evidence.
bool IsAbout(const Adjustment& rule, const Evidence& evidence) {
  const std::vector<std::string> events = EventsOf(evidence);
  if (std::find(events.begin(), events.end(), rule.event) == events.end()) return false;
  const auto tagged = [&](const std::string& tag) { return HasTag(evidence, tag); };
  const auto& any = rule.requires_any;
  return std::all_of(rule.requires_all.begin(), rule.requires_all.end(), tagged) &&
         (any.empty() || std::any_of(any.begin(), any.end(), tagged));
}

// The evidence that makes `rule` apply, oldest first.
std::vector<const Evidence*> Matches(const Adjustment& rule, const View& view, absl::Time from) {
  std::vector<const Evidence*> matches;
  for (const Evidence& evidence : view.evidence) {
    if (!IsAbout(rule, evidence) || !IsUsedAt(evidence, view.as_of)) continue;
    const bool counts =
        rule.while_cause_lasts ? LastsAt(evidence, view.as_of) : evidence.time >= from;
    if (counts) matches.push_back(&evidence);
  }
  std::sort(matches.begin(), matches.end(), [](const Evidence* a, const Evidence* b) {
    return a->time != b->time ? a->time < b->time : a->number < b->number;
  });
  return matches;
}

Contribution OfRule(const Adjustment& rule) {
  Contribution out;
  out.kind = ContributionKind::kAdjustment;
  out.rule = rule.event;
  out.title_zh = rule.title_zh;
  out.title_en = rule.title_en;
  out.steps = rule.steps;
  out.set = rule.set;
  out.basis = rule.basis;
  out.mark = rule.mark;
  out.way_back_zh = rule.way_back_zh;
  out.way_back_en = rule.way_back_en;
  return out;
}

// One contribution per piece of evidence; a rule works once, so further pieces have no steps left.
void AddMatches(const Adjustment& rule, const std::vector<const Evidence*>& matches,
                std::vector<Contribution>* out) {
  for (size_t i = 0; i < matches.size(); ++i) {
    Contribution contribution = OfRule(rule);
    contribution.evidence = matches[i]->number;
    contribution.date = ToDate(matches[i]->time);
    if (i > 0) {
      contribution.steps = 0;
      contribution.set = Grade::kUnspecified;
      contribution.bounded = true;
    }
    out->push_back(std::move(contribution));
  }
}

// Takes away what the bounds of all adjustments do not allow.
void Bound(const Bounds& bounds, std::vector<Contribution>* contributions) {
  int up = 0;
  int down = 0;
  const bool raised = std::any_of(
      contributions->begin(), contributions->end(),
      [](const Contribution& c) { return c.steps > 0 || c.set != Grade::kUnspecified; });
  const auto limit = [](int* used, int most, int wanted) {
    const int allowed = most == 0 ? wanted : std::min(wanted, most - *used);
    *used += allowed;
    return allowed;
  };
  for (Contribution& contribution : *contributions) {
    const int wanted = contribution.steps;
    if (wanted > 0) contribution.steps = limit(&up, bounds.up_max, wanted);
    if (wanted < 0) contribution.steps = -limit(&down, bounds.down_max, -wanted);
    if (wanted < 0 && raised && bounds.no_down_with_up) contribution.steps = 0;
    contribution.bounded |= contribution.steps != wanted;
  }
}

}  // namespace

std::vector<std::string> EventsOf(const Evidence& evidence) {
  switch (evidence.kind) {
    case EvidenceKind::kSampleFailed:
      return {IsNational(evidence.level) ? "sample_failed_national_or_provincial"
                                         : "sample_failed_city_or_county"};
    case EvidenceKind::kPenalty:
      return {"penalty_intentional"};
    case EvidenceKind::kListing:
      return {"blacklisted"};
    case EvidenceKind::kRecallBreach:
      return {"recall_duty_breach"};
    case EvidenceKind::kObstruction:
      return {"obstructed_inspection"};
    case EvidenceKind::kAccident:
      return {"accident"};
    case EvidenceKind::kAdverseImpact:
      return {"adverse_impact"};
    case EvidenceKind::kCertificate:
      return {"haccp_or_gmp"};
    case EvidenceKind::kAward:
      return {"government_quality_award"};
    default:
      return {};
  }
}

absl::Time YearStart(absl::Time time) { return StartOfDay(Date(ToDate(time).year(), 1, 1)); }

Adjusted Adjust(const Rules& rules, const View& view, Grade grade, const EventScope& scope) {
  Adjusted out;
  for (const Adjustment& rule : rules.adjustments) {
    if (!InScope(rule, scope.which) || !IsFor(rule, view.subject)) continue;
    if (rule.event == kCleanYears) {
      if (rule.years_min > 0 && YearsAreClean(view, rule.years_min)) {
        out.contributions.push_back(OfRule(rule));
      }
      continue;
    }
    const std::vector<const Evidence*> matches = Matches(rule, view, scope.from);
    if (static_cast<int>(matches.size()) < std::max(1, rule.count_min)) continue;
    AddMatches(rule, matches, &out.contributions);
  }
  Bound(rules.bounds, &out.contributions);
  int steps = 0;
  Grade set = Grade::kUnspecified;
  for (const Contribution& contribution : out.contributions) {
    steps += contribution.steps;
    set = Worse(set, contribution.set);
  }
  out.grade = IsGraded(set) ? Worse(set, Moved(grade, steps)) : Moved(grade, steps);
  return out;
}

Assessment Assess(const Rules& rules, const View& view) {
  Assessment out;
  out.points = CountPoints(rules, view, false);
  Adjusted adjusted = Adjust(rules, view, out.points.grade, {YearStart(view.as_of), Which::kAll});
  out.grade = adjusted.grade;
  out.adjustments = std::move(adjusted.contributions);
  return out;
}

}  // namespace shian::credit
