// The official calendar (节假日安排): which days are worked. It is made from the yearly notices of
// the State Council, which policy files carry; a year without a notice stays unknown.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "libs/base/time.h"

namespace shian::calendar {

// One day that a notice names: off, or a weekend day worked instead (调休上班).
struct DayChange {
  Date date;
  bool off = false;
  std::string name;     // "国庆节"
  std::string name_en;  // "National Day"
};

struct MonthDay {
  int month = 1;
  int day = 1;
  auto operator<=>(const MonthDay&) const = default;
};

enum class DayKind { kWorking, kRest, kUnknown };

// Consecutive days off with one name.
struct Period {
  Date from;
  Date to;
};

class Calendar {
 public:
  struct Parts {
    std::vector<DayChange> changes;     // one per date; a later one replaces an earlier one
    std::set<int> years;                // settled whole by a notice
    std::set<MonthDay> fixed_holidays;  // public holidays of every year by statute
    std::string revision;               // names what it was made from
  };

  // Knows no year: every count of working days is pending.
  Calendar() = default;
  explicit Calendar(Parts parts);

  bool Published(int year) const { return years_.contains(year); }
  // A day that a notice names is known also in a year that has none of its own: the notice for
  // 2007 changed days of December 2006.
  DayKind KindOf(Date date) const;
  // Whether a notice still to come could make it a working day. Weekends can be worked instead, so
  // only the holidays of the statute are sure to be off.
  bool MayBeWorked(Date date) const;
  // What a notice says of the day, or null.
  const DayChange* ChangeOn(Date date) const;
  // The whole holiday that `date`, a day off named by a notice, belongs to.
  Period HolidayAround(Date date) const;
  const std::string& revision() const { return revision_; }

 private:
  absl::flat_hash_map<Date, DayChange> changes_;
  std::set<int> years_;
  std::set<MonthDay> fixed_holidays_;
  std::string revision_;
};

bool IsWeekend(Date date);

}  // namespace shian::calendar
