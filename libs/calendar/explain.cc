#include "libs/calendar/explain.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace shian::calendar {
namespace {

std::string Span(Date from, Date to, const char* between) {
  if (from == to) return FormatDate(from);
  return absl::StrCat(FormatDate(from), between, FormatDate(to));
}

std::string Span(const Suspension& suspension, const char* between, const char* running) {
  if (suspension.to == kRunning) return absl::StrCat(FormatDate(suspension.from), running);
  return Span(suspension.from, suspension.to, between);
}

std::string Dates(const std::set<Date>& dates, const char* separator) {
  return absl::StrJoin(dates, separator,
                       [](std::string* out, Date date) { out->append(FormatDate(date)); });
}

bool EndMoved(const Count& count) { return count.end != count.nominal_end; }

// "收到之日" for days, the moment for hours.
std::string StartText(absl::Time start, Unit unit) {
  return unit == Unit::kHours ? FormatTime(start) : FormatDate(ToDate(start));
}

std::string EndText(const Count& count, Unit unit) {
  return unit == Unit::kHours ? FormatTime(count.end_time) : FormatDate(count.end);
}

}  // namespace

UnitNames NamesOf(Unit unit) {
  switch (unit) {
    case Unit::kWorkingDays:
      return {"个工作日", "working days"};
    case Unit::kCalendarDays:
      return {"日", "calendar days"};
    case Unit::kHours:
      return {"小时", "hours"};
    case Unit::kMonths:
      return {"个月", "months"};
    case Unit::kYears:
      return {"年", "years"};
  }
  return {"", ""};
}

std::vector<std::string> MovedBy(const Calendar& calendar, const Budget& budget, const Count& count,
                                 const std::vector<Suspension>& suspensions) {
  std::vector<std::string> phrases;
  for (const Date first : count.holidays) {
    const Period holiday = calendar.HolidayAround(first);
    phrases.push_back(absl::StrCat(calendar.ChangeOn(first)->name, "（",
                                   Span(holiday.from, holiday.to, "至"), "）放假"));
  }
  if (!count.worked.empty()) {
    phrases.push_back(absl::StrCat(Dates(count.worked, "、"), "调休上班"));
  }
  for (const size_t i : count.suspended) {
    phrases.push_back(
        absl::StrCat("中止（", Span(suspensions[i], "至", "起"), "，", suspensions[i].why, "）"));
  }
  if (budget.unit != Unit::kWorkingDays && EndMoved(count)) {
    phrases.push_back(absl::StrCat("最后一日", FormatDate(count.nominal_end), "为休息日，顺延"));
  }
  return phrases;
}

std::string ExplainInChinese(absl::Time start, const Budget& budget, const Count& count,
                             const std::vector<std::string>& moved_by) {
  const bool hours = budget.unit == Unit::kHours;
  std::string text =
      absl::StrCat("自", StartText(start, budget.unit), "起算", hours ? "" : "，当日不计入",
                   "，期间为", budget.count, NamesOf(budget.unit).zh);
  if (count.pending) {
    absl::StrAppend(&text, "，待日历：", count.unknown_year, "年放假安排尚未公布，最早于",
                    FormatDate(count.end), "届满");
  } else if (count.running) {
    absl::StrAppend(&text, "，中止中：恢复后再行计算，最早于", EndText(count, budget.unit), "届满");
  } else {
    absl::StrAppend(&text, "，于", EndText(count, budget.unit), hours ? "" : "终了时", "届满");
  }
  if (!moved_by.empty()) absl::StrAppend(&text, "；", absl::StrJoin(moved_by, "；"));
  return absl::StrCat(text, "。");
}

std::string ExplainInEnglish(const Calendar& calendar, absl::Time start, const Budget& budget,
                             const Count& count, const std::vector<Suspension>& suspensions) {
  const bool hours = budget.unit == Unit::kHours;
  std::string text =
      absl::StrCat(budget.count, " ", NamesOf(budget.unit).en, " from ",
                   StartText(start, budget.unit), hours ? "" : ", that day not counted");
  if (count.pending) {
    absl::StrAppend(&text, ", pending: the calendar of ", count.unknown_year,
                    " is not published; the earliest end is ", FormatDate(count.end));
  } else if (count.running) {
    absl::StrAppend(&text, ", suspended: the earliest end is ", EndText(count, budget.unit));
  } else {
    absl::StrAppend(&text, ", end ", hours ? "at " : "with ", EndText(count, budget.unit));
  }
  for (const Date first : count.holidays) {
    const Period holiday = calendar.HolidayAround(first);
    const DayChange& change = *calendar.ChangeOn(first);
    absl::StrAppend(&text, "; off: ", change.name_en.empty() ? change.name : change.name_en, " (",
                    Span(holiday.from, holiday.to, " to "), ")");
  }
  if (!count.worked.empty()) {
    absl::StrAppend(&text, "; worked instead of a holiday: ", Dates(count.worked, ", "));
  }
  for (const size_t i : count.suspended) {
    absl::StrAppend(&text, "; suspended: ", Span(suspensions[i], " to ", " onwards"), " (",
                    suspensions[i].why, ")");
  }
  if (budget.unit != Unit::kWorkingDays && EndMoved(count)) {
    absl::StrAppend(&text, "; the last day, ", FormatDate(count.nominal_end),
                    ", is a rest day, so the period ends on the next working day");
  }
  return absl::StrCat(text, ".");
}

}  // namespace shian::calendar
