#include "libs/calendar/calendar.h"

#include <utility>

namespace shian::calendar {

Calendar::Calendar(Parts parts)
    : years_(std::move(parts.years)),
      fixed_holidays_(std::move(parts.fixed_holidays)),
      revision_(std::move(parts.revision)) {
  for (DayChange& change : parts.changes) {
    const Date date = change.date;
    changes_[date] = std::move(change);
  }
}

DayKind Calendar::KindOf(Date date) const {
  if (const DayChange* change = ChangeOn(date)) {
    return change->off ? DayKind::kRest : DayKind::kWorking;
  }
  if (!Published(static_cast<int>(date.year()))) return DayKind::kUnknown;
  return IsWeekend(date) ? DayKind::kRest : DayKind::kWorking;
}

bool Calendar::MayBeWorked(Date date) const {
  switch (KindOf(date)) {
    case DayKind::kWorking:
      return true;
    case DayKind::kRest:
      return false;
    case DayKind::kUnknown:
      return !fixed_holidays_.contains({date.month(), date.day()});
  }
  return true;
}

const DayChange* Calendar::ChangeOn(Date date) const {
  const auto found = changes_.find(date);
  return found == changes_.end() ? nullptr : &found->second;
}

Period Calendar::HolidayAround(Date date) const {
  const DayChange* middle = ChangeOn(date);
  if (middle == nullptr || !middle->off) return {date, date};
  const auto same = [&](Date other) {
    const DayChange* change = ChangeOn(other);
    return change != nullptr && change->off && change->name == middle->name;
  };
  Period period{date, date};
  while (same(period.from - 1)) --period.from;
  while (same(period.to + 1)) ++period.to;
  return period;
}

bool IsWeekend(Date date) {
  const absl::Weekday weekday = absl::GetWeekday(date);
  return weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday;
}

}  // namespace shian::calendar
