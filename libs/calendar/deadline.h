// Statutory periods (法定期间). A deadline is a budget, not a date: count, unit, last-day rule,
// calendar and the ledger of suspensions; the due time is derived from them and explained.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/base/time.h"
#include "libs/calendar/calendar.h"

namespace shian::calendar {

enum class Unit { kWorkingDays, kCalendarDays, kHours, kMonths, kYears };

// What happens when the last day is a rest day: the period ends on the next working day
// (民法典第二百零三条), or on that day all the same. Hours run at once and never wait.
enum class LastDay { kExtend, kNone };

struct Budget {
  int count = 0;
  Unit unit = Unit::kWorkingDays;
  LastDay last_day = LastDay::kExtend;
  friend bool operator==(const Budget&, const Budget&) = default;
};

// Days that do not count (中止、扣除期间), both inclusive.
struct Suspension {
  Date from;
  Date to;
  std::string why;
};

// The `to` of a suspension that has not ended.
inline constexpr Date kRunning = Date(9999, 12, 31);

struct Due {
  // The period reaches a year whose calendar is not published, and the end depends on it (待日历).
  bool pending = false;
  // A suspension is running (中止中): the end is not known before it ends.
  bool suspended = false;
  // The last moment of the period; InfiniteFuture while pending or suspended.
  absl::Time due = absl::InfiniteFuture();
  // The last day; the earliest possible one while pending or suspended.
  Date date;
  // What moved the end, in Chinese: "国庆节（2025-10-01至2025-10-08）放假", "2025-09-28调休上班".
  std::vector<std::string> moved_by;
  std::string explanation_zh;
  std::string explanation_en;

  bool known() const { return !pending && !suspended; }
};

// The day of `start` is not counted (民法典第二百零一条); months and years end on the same day of
// the month or at its end (第二百零二条); a period in days ends with its last day. Suspended days
// do not count and are no last day.
Due DueOf(const Calendar& calendar, absl::Time start, const Budget& budget,
          const std::vector<Suspension>& suspensions);

}  // namespace shian::calendar
