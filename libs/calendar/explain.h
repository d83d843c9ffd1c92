#pragma once

#include "libs/calendar/count.h"

namespace shian::calendar {

// "个工作日", "working days".
struct UnitNames {
  const char* zh;
  const char* en;
};
UnitNames NamesOf(Unit unit);

// What moved the end, one phrase each, in Chinese.
std::vector<std::string> MovedBy(const Calendar& calendar, const Budget& budget, const Count& count,
                                 const std::vector<Suspension>& suspensions);

// The whole count in one or two sentences, for the party as well as for the officer.
std::string ExplainInChinese(absl::Time start, const Budget& budget, const Count& count,
                             const std::vector<std::string>& moved_by);
std::string ExplainInEnglish(const Calendar& calendar, absl::Time start, const Budget& budget,
                             const Count& count, const std::vector<Suspension>& suspensions);

}  // namespace shian::calendar
