#include "libs/calendar/deadline.h"

#include "libs/calendar/count.h"
#include "libs/calendar/explain.h"

namespace shian::calendar {

Due DueOf(const Calendar& calendar, absl::Time start, const Budget& budget,
          const std::vector<Suspension>& suspensions) {
  const Count count = CountPeriod(calendar, start, budget, suspensions);
  Due due;
  due.pending = count.pending;
  due.suspended = count.running;
  due.date = count.end;
  if (due.known()) {
    due.due = budget.unit == Unit::kHours ? count.end_time : EndOfDay(count.end);
  }
  due.moved_by = MovedBy(calendar, budget, count, suspensions);
  due.explanation_zh = ExplainInChinese(start, budget, count, due.moved_by);
  due.explanation_en = ExplainInEnglish(calendar, start, budget, count, suspensions);
  return due;
}

}  // namespace shian::calendar
