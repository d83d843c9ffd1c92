#pragma once

#include <vector>

#include "libs/calendar/calendar.h"

namespace shian::calendar::testing {

// The notices for 2024 to 2026, written down by hand, so that the tests of counting need no policy
// file and the files have something to be compared with. Years above `last_year` stay unknown.
inline Calendar OfficialCalendar(int last_year = 2026) {
  struct Off {
    const char* name;
    const char* name_en;
    Date from;
    int days;
  };
  const std::vector<Off> off = {
      {"元旦", "New Year's Day", Date(2024, 1, 1), 1},
      {"春节", "Spring Festival", Date(2024, 2, 10), 8},
      {"清明节", "Tomb-Sweeping Day", Date(2024, 4, 4), 3},
      {"劳动节", "Labour Day", Date(2024, 5, 1), 5},
      {"端午节", "Dragon Boat Festival", Date(2024, 6, 10), 1},
      {"中秋节", "Mid-Autumn Festival", Date(2024, 9, 15), 3},
      {"国庆节", "National Day", Date(2024, 10, 1), 7},
      {"元旦", "New Year's Day", Date(2025, 1, 1), 1},
      {"春节", "Spring Festival", Date(2025, 1, 28), 8},
      {"清明节", "Tomb-Sweeping Day", Date(2025, 4, 4), 3},
      {"劳动节", "Labour Day", Date(2025, 5, 1), 5},
      {"端午节", "Dragon Boat Festival", Date(2025, 5, 31), 3},
      {"国庆节、中秋节", "National Day and Mid-Autumn Festival", Date(2025, 10, 1), 8},
      {"元旦", "New Year's Day", Date(2026, 1, 1), 3},
      {"春节", "Spring Festival", Date(2026, 2, 15), 9},
      {"清明节", "Tomb-Sweeping Day", Date(2026, 4, 4), 3},
      {"劳动节", "Labour Day", Date(2026, 5, 1), 5},
      {"端午节", "Dragon Boat Festival", Date(2026, 6, 19), 3},
      {"中秋节", "Mid-Autumn Festival", Date(2026, 9, 25), 3},
      {"国庆节", "National Day", Date(2026, 10, 1), 7},
  };
  const std::vector<Date> worked = {
      Date(2024, 2, 4),   Date(2024, 2, 18), Date(2024, 4, 7),   Date(2024, 4, 28),
      Date(2024, 5, 11),  Date(2024, 9, 14), Date(2024, 9, 29),  Date(2024, 10, 12),
      Date(2025, 1, 26),  Date(2025, 2, 8),  Date(2025, 4, 27),  Date(2025, 9, 28),
      Date(2025, 10, 11), Date(2026, 1, 4),  Date(2026, 2, 14),  Date(2026, 2, 28),
      Date(2026, 5, 9),   Date(2026, 9, 20), Date(2026, 10, 10),
  };
  Calendar::Parts parts;
  for (const Off& holiday : off) {
    for (int i = 0; i < holiday.days && holiday.from.year() <= last_year; ++i) {
      parts.changes.push_back({holiday.from + i, true, holiday.name, holiday.name_en});
    }
  }
  for (const Date day : worked) {
    if (day.year() <= last_year) parts.changes.push_back({day, false, "调休", ""});
  }
  for (int year = 2024; year <= last_year; ++year) parts.years.insert(year);
  parts.fixed_holidays = {{1, 1}, {5, 1}, {5, 2}, {10, 1}, {10, 2}, {10, 3}};
  return Calendar(std::move(parts));
}

}  // namespace shian::calendar::testing
