#include "libs/calendar/count.h"

#include <algorithm>
#include <utility>

#include "libs/base/check.h"
#include "libs/calendar/limits.h"

namespace shian::calendar {
namespace {

class Counter {
 public:
  Counter(const Calendar& calendar, Date start, const std::vector<Suspension>& suspensions)
      : calendar_(calendar), suspensions_(suspensions), at_(start), start_(start) {}

  // Steps to the next day that is not suspended.
  void Step() {
    ++at_;
    for (bool moved = true; moved;) {
      moved = false;
      for (size_t i = 0; i < suspensions_.size(); ++i) {
        if (at_ < suspensions_[i].from || LastOf(i) < at_) continue;
        NoteSuspension(i);
        at_ = LastOf(i) + 1;
        moved = true;
      }
    }
    NoteRunning();
  }

  // Whether the day is worked, as far as is known; notes what made it so.
  bool Worked() {
    const DayChange* change = calendar_.ChangeOn(at_);
    switch (calendar_.KindOf(at_)) {
      case DayKind::kWorking:
        if (change != nullptr && IsWeekend(at_)) count_.worked.insert(at_);
        return true;
      case DayKind::kRest:
        if (change != nullptr && !IsWeekend(at_)) {
          count_.holidays.insert(calendar_.HolidayAround(at_).from);
        }
        return false;
      case DayKind::kUnknown:
        NoteUnknown();
        return calendar_.MayBeWorked(at_);
    }
    return false;
  }

  void WorkingDays(int days) {
    while (days > 0) {
      Step();
      if (Worked()) --days;
    }
  }

  void CalendarDays(int days) {
    for (; days > 0; --days) Step();
  }

  // The same day of the month or the month's end, and a day more for each suspended one.
  void Months(int months) {
    const absl::CivilMonth month = absl::CivilMonth(start_) + months;
    const Date month_end = Date(month + 1) - 1;
    const Date end = std::min(Date(month) + (start_.day() - 1), month_end);
    // Walking day by day counts the suspended days that lie before the end of the walk.
    CalendarDays(static_cast<int>(end - start_));
  }

  // 民法典第二百零三条: a period whose last day is a rest day ends on the next working day.
  void LeaveRestDay() {
    while (!LastDayWorked()) Step();
  }

  Count Finish() {
    count_.end = at_;
    return std::move(count_);
  }
  void MarkNominalEnd() { count_.nominal_end = at_; }

 private:
  // An open suspension has taken its first day; how many more, nobody knows yet.
  Date LastOf(size_t i) const {
    return suspensions_[i].to == kRunning ? suspensions_[i].from : suspensions_[i].to;
  }
  void NoteSuspension(size_t i) {
    count_.suspended.insert(i);
    if (suspensions_[i].to == kRunning) count_.running = true;
  }
  // One may have begun within days that another one took.
  void NoteRunning() {
    for (size_t i = 0; i < suspensions_.size(); ++i) {
      const Suspension& one = suspensions_[i];
      if (one.to == kRunning && start_ < one.from && one.from < at_) NoteSuspension(i);
    }
  }
  void NoteUnknown() {
    if (!count_.pending) count_.unknown_year = static_cast<int>(at_.year());
    count_.pending = true;
  }
  bool LastDayWorked() {
    const bool worked = Worked();
    if (!worked && calendar_.ChangeOn(at_) != nullptr) {
      count_.holidays.insert(calendar_.HolidayAround(at_).from);
    }
    return worked;
  }

  const Calendar& calendar_;
  const std::vector<Suspension>& suspensions_;
  Date at_;
  const Date start_;
  Count count_;
};

// Hours run through nights and holidays; only suspended days are taken out.
Count CountHours(absl::Time start, int hours, const std::vector<Suspension>& suspensions) {
  std::vector<size_t> order(suspensions.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return suspensions[a].from < suspensions[b].from; });
  Count count;
  absl::Duration left = absl::Hours(hours);
  absl::Time at = start;
  for (const size_t i : order) {
    const Suspension& suspension = suspensions[i];
    const bool running = suspension.to == kRunning;
    const absl::Time from = StartOfDay(suspension.from);
    const absl::Time to = StartOfDay((running ? suspension.from : suspension.to) + 1);
    if (to <= start) continue;
    if (at + left <= from) break;
    left -= std::max(from - at, absl::ZeroDuration());
    at = std::max(at, to);
    // Also one that began within days that another one took.
    count.suspended.insert(i);
    count.running |= running;
  }
  count.end_time = at + left;
  count.end = ToDate(count.end_time);
  count.nominal_end = count.end;
  return count;
}

}  // namespace

Count CountPeriod(const Calendar& calendar, absl::Time start, const Budget& budget,
                  const std::vector<Suspension>& suspensions) {
  CHECK(budget.count >= 0 && budget.count <= limits::kCountMax) << "count " << budget.count;
  if (budget.unit == Unit::kHours) return CountHours(start, budget.count, suspensions);
  Counter counter(calendar, ToDate(start), suspensions);
  switch (budget.unit) {
    case Unit::kWorkingDays:
      counter.WorkingDays(budget.count);
      break;
    case Unit::kCalendarDays:
      counter.CalendarDays(budget.count);
      break;
    case Unit::kMonths:
      counter.Months(budget.count);
      break;
    case Unit::kYears:
      counter.Months(budget.count * 12);
      break;
    case Unit::kHours:
      break;
  }
  counter.MarkNominalEnd();
  // A working-day count ends on a working day by itself; with a count of zero nothing is counted.
  const bool in_days = budget.unit != Unit::kWorkingDays;
  if (in_days && budget.count > 0 && budget.last_day == LastDay::kExtend) counter.LeaveRestDay();
  return counter.Finish();
}

}  // namespace shian::calendar
