#include "services/inspection/check/visit.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"

namespace shian::inspection::check {
namespace {

using errors::Reason;
using errors::Refuse;

// The same day of a later month, or its last day.
Date AddMonths(Date date, int months) {
  const absl::CivilMonth month = absl::CivilMonth(date) + months;
  const Date last = Date(month + 1) - 1;
  return Date(month.year(), month.month(), std::min(date.day(), last.day()));
}

}  // namespace

Result ResultOf(const Counts& counts) {
  if (counts.key_failed == 0 && counts.general_failed == 0) return Result::kConforming;
  const bool slight = counts.key_failed == 0 && counts.general_failed == counts.slight_failed;
  return slight ? Result::kMostlyConforming : Result::kNonconforming;
}

absl::Status CheckStaff(const Visit& visit, const StaffRule& rule,
                        const std::vector<std::optional<frame::Inspector>>& known) {
  const std::set<std::string> different(visit.inspectors.begin(), visit.inspectors.end());
  if (different.size() < static_cast<size_t>(rule.inspectors_min)) {
    return Refuse(Reason::kInspectorsTooFew, {{"min", absl::StrCat(rule.inspectors_min)}},
                  rule.inspectors_basis);
  }
  for (size_t i = 0; i < known.size(); ++i) {
    const std::string name = "inspectors/" + visit.inspectors[i];
    if (!known[i] || !frame::MayBeDrawn(*known[i], visit.date)) {
      return Refuse(Reason::kInspectorUnknown, {{"inspector", name}}, rule.inspectors_basis);
    }
    const auto& conflicts = known[i]->conflicts;
    if (std::find(conflicts.begin(), conflicts.end(), visit.operator_id) != conflicts.end()) {
      return Refuse(Reason::kInspectorRecused, {{"inspector", name}}, rule.recusal_basis);
    }
  }
  return absl::OkStatus();
}

Frequency Weighed(const Frequency& graded, const std::vector<VisitFlag>& flags) {
  int more = 0, fewer = 0;
  for (const VisitFlag& flag : flags) {
    if (flag.percent > 100) more = std::max(more, flag.percent);
    if (flag.percent < 100) fewer = fewer == 0 ? flag.percent : std::max(fewer, flag.percent);
  }
  const int percent = more != 0 ? more : (fewer != 0 ? fewer : 100);
  const auto weighed = [percent](int visits) {
    return visits == 0 ? 0 : std::max((visits * percent + 99) / 100, 1);
  };
  return {weighed(graded.visits_min), weighed(graded.visits_max), graded.per_months};
}

Date NextVisitDue(const Frequency& frequency, Date since, const std::optional<Date>& last_visit) {
  const int visits = std::max(frequency.visits_min, 1);
  const int months = std::max(frequency.per_months / visits, 1);
  return AddMonths(last_visit.value_or(since), months);
}

}  // namespace shian::inspection::check
