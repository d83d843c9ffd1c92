#ifndef SHIAN_LIBS_BASE_TIME_H_
#define SHIAN_LIBS_BASE_TIME_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace shian {

// A civil date in China's time, which is fixed at +08:00. Instants are stored as INT64
// microseconds UTC, dates as text "2025-03-03".
using Date = absl::CivilDay;

absl::TimeZone ChinaTime();

// The infinite ends map to INT64_MIN and INT64_MAX and back.
int64_t ToMicros(absl::Time time);
absl::Time FromMicros(int64_t micros);

Date ToDate(absl::Time time);
absl::Time StartOfDay(Date date);
// The last microsecond that still belongs to `date`: a deadline on that day is kept until then.
absl::Time EndOfDay(Date date);

// "2025-03-03". Parsing takes this form only, years 0001 to 9999.
std::string FormatDate(Date date);
absl::StatusOr<Date> ParseDate(absl::string_view text);

// RFC 3339 at +08:00: "2025-03-03T09:00:00+08:00", with a fraction when there is one. Parsing
// takes any offset, and "T" between date and time.
//
// FormatTime is an object, not a function, because absl::FormatTime would else be found as well
// (by its argument) and make every call ambiguous.
struct TimeFormat {
  std::string operator()(absl::Time time) const;
};
inline constexpr TimeFormat FormatTime;
absl::StatusOr<absl::Time> ParseTime(absl::string_view text);

}  // namespace shian

#endif  // SHIAN_LIBS_BASE_TIME_H_
