#include "services/sanction/case/procedure.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::Refuse;

constexpr int kFenOfYuan = 100;

// The level of a division code: the smaller, the higher the authority.
int LevelOf(absl::string_view region) {
  constexpr size_t kCountyDigits = 6;
  if (region.empty() || region == "000000") return 1;
  if (region.size() > kCountyDigits) return 5;
  if (absl::EndsWith(region, "0000")) return 2;
  return absl::EndsWith(region, "00") ? 3 : 4;
}

std::string Yuan(int64_t fen) { return absl::StrCat(fen / kFenOfYuan); }

}  // namespace

absl::Status CheckProcedure(const ProcedureLimits& limits, const Penalty& penalty) {
  const bool kinds =
      limits.kinds.empty() || std::includes(limits.kinds.begin(), limits.kinds.end(),
                                            penalty.kinds.begin(), penalty.kinds.end());
  const bool fine = limits.fine_fen_max == 0 || penalty.fine_fen <= limits.fine_fen_max;
  if (kinds && fine) return absl::OkStatus();
  return Refuse(Reason::kProcedureTooLight, {{"max", Yuan(limits.fine_fen_max)}}, limits.basis);
}

absl::Status CheckLevel(const std::vector<DecisionLevel>& levels, const Penalty& penalty,
                        absl::string_view region) {
  for (const DecisionLevel& level : levels) {
    if (penalty.fine_fen < level.fine_fen_min || LevelOf(region) <= level.level_min) continue;
    return Refuse(Reason::kDecisionLevelTooLow, {{"min", Yuan(level.fine_fen_min)}}, level.basis);
  }
  return absl::OkStatus();
}

absl::Status CheckTimeBar(const calendar::Rule& rule, const calendar::Due& due, Date found) {
  // Years are counted without a calendar of rest days; a period that cannot be counted bars
  // nothing.
  if (!due.known() || found <= due.date) return absl::OkStatus();
  return Refuse(Reason::kTimeBarred, {{"due", FormatDate(due.date)}}, rule.basis);
}

absl::Status CheckOfficers(const std::vector<CaseOfficer>& officers, absl::string_view person,
                           int min, const errors::Basis& basis) {
  std::set<std::string> persons;
  for (const CaseOfficer& officer : officers) persons.insert(officer.person);
  const bool enough = static_cast<int>(persons.size()) >= min;
  if (enough && persons.contains(std::string(person))) return absl::OkStatus();
  return Refuse(Reason::kOfficersTooFew, {{"min", absl::StrCat(min)}}, basis);
}

}  // namespace shian::sanction
