// CountPoints: the static and the dynamic share.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/credit/rating/assess.h"
#include "services/credit/rating/decay.h"

namespace shian::credit {
namespace {

// ---- Static share ----------------------------------------------------------------------------

const StaticTable* TableFor(const Rules& rules, const Subject& subject) {
  for (const StaticTable& table : rules.tables) {
    const auto& kinds = table.operator_kinds;
    if (std::find(kinds.begin(), kinds.end(), subject.kind) != kinds.end()) return &table;
  }
  return nullptr;
}

// The row of a number: the first one whose bound it does not pass.
const StaticItem* NumberRow(const StaticFactor& factor, const std::string& value) {
  int64_t number = 0;
  if (!absl::SimpleAtoi(value, &number)) return nullptr;
  for (const StaticItem& item : factor.items) {
    if (item.value.empty() && (item.up_to == 0 || number <= item.up_to)) return &item;
  }
  return nullptr;
}

// The row of a code: the one with the longest prefix of it.
const StaticItem* PrefixRow(const StaticFactor& factor, const std::string& value) {
  const StaticItem* best = nullptr;
  for (const StaticItem& item : factor.items) {
    if (item.value.empty() || !absl::StartsWith(value, item.value)) continue;
    if (best == nullptr || item.value.size() > best->value.size()) best = &item;
  }
  return best;
}

// Of several values the one with most points counts.
Contribution Weigh(const StaticTable& table, const StaticFactor& factor, const Subject& subject) {
  Contribution out;
  out.kind = ContributionKind::kStatic;
  out.rule = factor.attribute;
  out.title_zh = factor.title_zh;
  out.basis = table.basis;
  out.mark = table.mark;
  out.assumed = true;
  out.points_milli = factor.unknown_points_milli;
  const auto values = subject.attributes.find(factor.attribute);
  if (values == subject.attributes.end()) return out;
  for (const std::string& value : values->second) {
    const StaticItem* row = PrefixRow(factor, value);
    if (row == nullptr) row = NumberRow(factor, value);
    if (row == nullptr || (!out.assumed && row->points_milli <= out.points_milli)) continue;
    out.assumed = false;
    out.points_milli = row->points_milli;
    out.value = value;
    out.title_zh = absl::StrCat(factor.title_zh, "：", row->title_zh);
    if (row->mark != 0) out.mark = row->mark;
  }
  return out;
}

void CountStatic(const Rules& rules, const std::optional<Subject>& subject, Points* points) {
  if (rules.static_max_milli == 0) return;
  const StaticTable* table = subject ? TableFor(rules, *subject) : nullptr;
  points->not_covered = table == nullptr;
  if (table == nullptr) return;
  for (const StaticFactor& factor : table->factors) {
    Contribution contribution = Weigh(*table, factor, *subject);
    if (contribution.points_milli == 0 && contribution.assumed) continue;
    points->static_milli += contribution.points_milli;
    points->contributions.push_back(std::move(contribution));
  }
  points->static_milli = std::min(points->static_milli, rules.static_max_milli);
}

// ---- Dynamic share ---------------------------------------------------------------------------

// The visits that count, newest first.
std::vector<const Evidence*> Visits(const DynamicRule& rule, const View& view) {
  const Date today = ToDate(view.as_of);
  const Date since(today.year(), today.month() - rule.window_months, today.day());
  std::vector<const Evidence*> visits;
  for (const Evidence& evidence : view.evidence) {
    if (evidence.kind != EvidenceKind::kCheck || ToDate(evidence.time) <= since) continue;
    const auto& kinds = rule.check_kinds;
    if (std::find(kinds.begin(), kinds.end(), evidence.findings.check_kind) == kinds.end())
      continue;
    visits.push_back(&evidence);
  }
  std::sort(visits.begin(), visits.end(), [](const Evidence* a, const Evidence* b) {
    return a->time != b->time ? a->time > b->time : a->number > b->number;
  });
  return visits;
}

Contribution OfVisit(const DynamicRule& rule, const Evidence& visit, ContributionKind kind) {
  Contribution out;
  out.kind = kind;
  out.rule = "check";
  out.title_zh = visit.summary;
  out.evidence = visit.number;
  out.date = ToDate(visit.time);
  out.basis = rule.basis;
  out.mark = rule.mark;
  return out;
}

int64_t RoundedHalfUp(int64_t numerator, int64_t denominator) {
  return (2 * numerator + denominator) / (2 * denominator);
}

int64_t FailedWeight(const ChecklistRule& rule, const Findings& f) {
  return rule.key_item_weight * f.key_failed + rule.general_item_weight * f.general_failed;
}

int64_t ApplicableWeight(const ChecklistRule& rule, const Findings& f) {
  return rule.key_item_weight * f.key_items + rule.general_item_weight * f.general_items;
}

// max * failed / applicable over all visits. Each visit's share is rounded on the running sum, so
// that the shares add up to the whole.
void CountChecklist(const Rules& rules, std::vector<const Evidence*> visits, Points* points) {
  const ChecklistRule& rule = *rules.dynamic.checklist;
  // A record from elsewhere may not say how many items applied: it is evidence, no exposure.
  std::erase_if(
      visits, [&](const Evidence* visit) { return ApplicableWeight(rule, visit->findings) == 0; });
  points->no_visit = visits.empty();
  int64_t applicable = 0;
  for (const Evidence* visit : visits) applicable += ApplicableWeight(rule, visit->findings);
  int64_t failed = 0;
  for (const Evidence* visit : visits) {
    failed += FailedWeight(rule, visit->findings);
    const int64_t sum = std::min(RoundedHalfUp(rules.dynamic_max_milli * failed, applicable),
                                 rules.dynamic_max_milli);
    Contribution contribution = OfVisit(rules.dynamic, *visit, ContributionKind::kDynamic);
    contribution.points_milli = sum - points->dynamic_milli;
    contribution.value = absl::StrCat(FailedWeight(rule, visit->findings), "/",
                                      ApplicableWeight(rule, visit->findings));
    points->dynamic_milli = sum;
    points->contributions.push_back(std::move(contribution));
  }
}

int64_t FindingPoints(const FindingRule& rule, const Findings& f) {
  return rule.key_failed_milli * f.key_failed +
         rule.general_failed_milli * (f.general_failed - f.slight_failed) +
         rule.slight_failed_milli * f.slight_failed +
         (f.nonconforming ? rule.nonconforming_milli : 0);
}

void CountFindings(const Rules& rules, const std::vector<const Evidence*>& visits, Date today,
                   Points* points) {
  const FindingRule& rule = *rules.dynamic.findings;
  points->no_visit = visits.empty();
  for (const Evidence* visit : visits) {
    Contribution contribution = OfVisit(rules.dynamic, *visit, ContributionKind::kFinding);
    const int64_t age_days = today - ToDate(visit->time);
    const int64_t faded =
        Decayed(FindingPoints(rule, visit->findings), age_days, rule.half_life_days);
    const int64_t room = rules.dynamic_max_milli - points->dynamic_milli;
    contribution.points_milli = std::min(faded, room);
    contribution.bounded = faded > room;
    points->dynamic_milli += contribution.points_milli;
    points->contributions.push_back(std::move(contribution));
  }
}

bool IsNew(const Rules& rules, const View& view) {
  if (!rules.static_alone_for_new || !view.subject || !view.subject->licensed_from) return false;
  const Date licensed = *view.subject->licensed_from;
  const Date new_until(licensed.year(), licensed.month() + rules.new_months, licensed.day());
  const Date today = ToDate(view.as_of);
  return licensed <= today && today < new_until;
}

}  // namespace

Points CountPoints(const Rules& rules, const View& view, bool static_suffices) {
  Points points;
  CountStatic(rules, view.subject, &points);
  const std::vector<const Evidence*> visits = Visits(rules.dynamic, view);
  if (rules.dynamic.checklist) CountChecklist(rules, visits, &points);
  if (rules.dynamic.findings) CountFindings(rules, visits, ToDate(view.as_of), &points);
  const bool static_alone = rules.static_max_milli > 0 && (static_suffices || IsNew(rules, view));
  if (!points.not_covered && (!points.no_visit || static_alone)) {
    points.grade = GradeOf(rules, points.total());
  }
  if (points.no_visit && static_alone && !points.not_covered) {
    Contribution assumed;
    assumed.kind = ContributionKind::kDynamic;
    assumed.rule = "no_visit";
    assumed.title_zh = "评价期内没有可计分的监督检查，仅按静态分值";
    assumed.title_en = "No visit counts in the window: static points alone";
    assumed.assumed = true;
    assumed.basis = rules.dynamic.basis;
    assumed.mark = rules.dynamic.mark;
    points.contributions.push_back(std::move(assumed));
  }
  return points;
}

}  // namespace shian::credit
