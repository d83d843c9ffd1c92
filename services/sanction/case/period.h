// The period for the decision (办案期限): what prolongs it, and the times that do not count.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/sanction/case/case.h"
#include "services/sanction/case/steps.h"

namespace shian::sanction {

// Whether it is not over yet, as far as is known.
bool InTime(const Clock& clock, absl::Time now);

// By how many days it was prolonged.
int PeriodDays(const Case& c);

// A time that does not count, by the acts it began and ended with.
struct ExcludedTime {
  std::string ground;
  const Event* begun = nullptr;
  const Event* ended = nullptr;  // null while it lasts
};
// Those that officers began, tests that things were sent for, and hearings from request to end.
std::vector<ExcludedTime> ExcludedTimes(const Case& c);
// Those days of them that a rule which excludes `grounds` does not count.
std::vector<calendar::Suspension> DaysExcluded(const Case& c, const std::set<std::string>& grounds);
// The same for a seizure: what was preserved and sent for a test are other goods.
std::vector<calendar::Suspension> SeizureDaysExcluded(const Case& c,
                                                      const std::set<std::string>& grounds);

// An act on the period: that it may be taken at all (CheckPeriodAct), and that what it states is
// allowed (CheckPeriod). `grounds` are those that the running clocks of the case exclude.
absl::Status CheckPeriodAct(const Case& c, const Step& step);
absl::Status CheckPeriod(const Case& c, const PeriodStep& period,
                         const std::set<std::string>& grounds, const Step& step);

}  // namespace shian::sanction
