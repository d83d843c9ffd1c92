// Counting without words: which day a period ends on and which days mattered on the way.
#pragma once

#include <set>
#include <vector>

#include "libs/calendar/deadline.h"

namespace shian::calendar {

struct Count {
  Date end;
  Date nominal_end;     // before the last day was moved
  absl::Time end_time;  // hours only
  bool pending = false;
  int unknown_year = 0;        // the first year without a calendar that mattered
  bool running = false;        // an open suspension mattered
  std::set<Date> holidays;     // first day of each holiday that moved the end
  std::set<Date> worked;       // weekend days that counted
  std::set<size_t> suspended;  // indexes of suspensions that took days
};

Count CountPeriod(const Calendar& calendar, absl::Time start, const Budget& budget,
                  const std::vector<Suspension>& suspensions);

}  // namespace shian::calendar
