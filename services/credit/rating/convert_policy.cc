// Rating policies as domain rules.
#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "libs/base/status_macros.h"
#include "services/credit/rating/convert.h"
#include "services/credit/rating/limits.h"

namespace shian::credit {
namespace {

errors::Basis ToBasis(const common::v1::LegalBasis& basis) {
  return {basis.statute(), basis.article()};
}

StaticFactor ToFactor(const policy::v1::StaticFactor& in) {
  StaticFactor out = {in.attribute(), in.title_zh(), {}, in.unknown_points_milli()};
  for (const policy::v1::StaticItem& item : in.items()) {
    out.items.push_back(
        {item.value(), item.up_to(), item.points_milli(), item.title_zh(), item.mark()});
  }
  return out;
}

StaticTable ToTable(const policy::v1::StaticTable& in) {
  StaticTable out;
  out.key = in.key();
  out.operator_kinds.assign(in.operator_kinds().begin(), in.operator_kinds().end());
  for (const policy::v1::StaticFactor& factor : in.factors()) {
    out.factors.push_back(ToFactor(factor));
  }
  out.basis = ToBasis(in.legal_basis());
  out.mark = in.mark();
  return out;
}

// The two rules share what says which visits count.
template <class Rule>
void FillVisits(const Rule& in, DynamicRule* out) {
  out->window_months = in.window_months();
  out->check_kinds.assign(in.check_kinds().begin(), in.check_kinds().end());
  out->basis = ToBasis(in.legal_basis());
  out->mark = in.mark();
}

DynamicRule ToDynamic(const policy::v1::RatingPolicy& in) {
  DynamicRule out;
  if (in.has_findings()) {
    const policy::v1::FindingRule& f = in.findings();
    out.findings =
        FindingRule{f.key_failed_milli(), f.general_failed_milli(), f.slight_failed_milli(),
                    f.nonconforming_milli(), f.half_life_days()};
    FillVisits(f, &out);
  } else {
    out.checklist =
        ChecklistRule{in.dynamic().key_item_weight(), in.dynamic().general_item_weight()};
    FillVisits(in.dynamic(), &out);
  }
  return out;
}

Adjustment ToAdjustment(const policy::v1::GradeAdjustment& in) {
  Adjustment out;
  out.event = in.event();
  out.title_zh = in.title_zh();
  out.title_en = in.title_en();
  if (in.has_up()) out.steps = in.up();
  if (in.has_down()) out.steps = -in.down();
  if (in.has_set()) out.set = static_cast<Grade>(in.set());
  out.count_min = std::max(1, in.count_min());
  out.years_min = in.years_min();
  out.not_for.assign(in.not_for().begin(), in.not_for().end());
  out.determines_at_once = in.determines_at_once();
  out.while_cause_lasts = in.while_cause_lasts();
  out.requires_all.assign(in.requires_all().begin(), in.requires_all().end());
  out.requires_any.assign(in.requires_any().begin(), in.requires_any().end());
  out.way_back_zh = in.way_back_zh();
  out.way_back_en = in.way_back_en();
  out.basis = ToBasis(in.legal_basis());
  out.mark = in.mark();
  return out;
}

// "04-30"; left as it is when the policy says nothing.
void ReadMonthDay(const std::string& text, int* month, int* day) {
  const std::vector<std::string> parts = absl::StrSplit(text, '-');
  int m = 0;
  int d = 0;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &m) || !absl::SimpleAtoi(parts[1], &d)) {
    return;
  }
  *month = m;
  *day = d;
}

}  // namespace

Rules ToRules(const policy::v1::RatingPolicy& in, absl::string_view revision) {
  Rules out;
  out.id = in.header().id();
  out.revision = std::string(revision);
  out.title_zh = in.header().title_zh();
  out.static_max_milli = in.static_max_milli();
  out.dynamic_max_milli = in.dynamic_max_milli();
  for (const policy::v1::StaticTable& table : in.static_tables()) {
    out.tables.push_back(ToTable(table));
  }
  out.dynamic = ToDynamic(in);
  for (const policy::v1::GradeBand& band : in.bands()) {
    out.bands.push_back({static_cast<Grade>(band.grade()), band.upper_milli(), band.title_zh()});
  }
  for (const policy::v1::GradeAdjustment& adjustment : in.adjustments()) {
    out.adjustments.push_back(ToAdjustment(adjustment));
  }
  out.bounds = {in.bounds().up_max(), in.bounds().down_max(), in.bounds().no_down_with_up()};
  ReadMonthDay(in.annual().applies_from(), &out.applies_month, &out.applies_day);
  ReadMonthDay(in.annual().finish_by(), &out.finish_month, &out.finish_day);
  out.static_alone_for_new = in.unrated().static_alone_for_new();
  out.new_months = in.unrated().new_months();
  return out;
}

absl::StatusOr<std::shared_ptr<const Rules>> RulesSource::InForce(store::ReadTx& tx,
                                                                  absl::string_view id,
                                                                  Date on) const {
  ASSIGN_OR_RETURN(const Revision revision,
                   policies_.InForce<policy::v1::RatingPolicy>(tx, id, on));
  return Converted(revision);
}

absl::StatusOr<std::shared_ptr<const Rules>> RulesSource::OfRevision(
    store::ReadTx& tx, absl::string_view revision) const {
  ASSIGN_OR_RETURN(const Revision found,
                   policies_.OfRevision<policy::v1::RatingPolicy>(tx, revision));
  return Converted(found);
}

std::shared_ptr<const Rules> RulesSource::Converted(const Revision& revision) const {
  absl::MutexLock lock(&mutex_);
  if (rules_.size() >= limits::kRulesCachedMax) rules_.clear();
  std::shared_ptr<const Rules>& rules = rules_[revision.revision];
  if (rules == nullptr) {
    rules = std::make_shared<const Rules>(ToRules(revision.policy(), revision.revision));
  }
  return rules;
}

}  // namespace shian::credit
