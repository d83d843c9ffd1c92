#include "libs/base/time.h"

#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "libs/base/limits.h"

namespace shian {
namespace {

constexpr int kChinaOffsetSeconds = 8 * 60 * 60;
constexpr size_t kDateBytes = 10;
// "2025-03-03T09:00:00Z"
constexpr size_t kTimeBytesMin = 20;

bool AllDigits(absl::string_view text) {
  for (const char c : text) {
    if (!absl::ascii_isdigit(c)) return false;
  }
  return true;
}

int Number(absl::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

bool HasTimeShape(absl::string_view text) {
  if (text.size() < kTimeBytesMin || text.size() > limits::kTimeTextBytesMax) return false;
  return ParseDate(text.substr(0, kDateBytes)).ok() && text[kDateBytes] == 'T' && text[13] == ':' &&
         text[16] == ':';
}

}  // namespace

absl::TimeZone ChinaTime() { return absl::FixedTimeZone(kChinaOffsetSeconds); }

int64_t ToMicros(absl::Time time) { return absl::ToUnixMicros(time); }

absl::Time FromMicros(int64_t micros) {
  if (micros == std::numeric_limits<int64_t>::max()) return absl::InfiniteFuture();
  if (micros == std::numeric_limits<int64_t>::min()) return absl::InfinitePast();
  return absl::FromUnixMicros(micros);
}

// Every call asks for the day: plain arithmetic for all times that a day number holds, and the
// library's own way for the infinite ends.
Date ToDate(absl::Time time) {
  constexpr int64_t kSecondsOfDay = 24 * 60 * 60;
  constexpr int64_t kFarSeconds = int64_t{1} << 40;  // some 35,000 years
  const int64_t seconds = absl::ToUnixSeconds(time);
  if (seconds < -kFarSeconds || seconds > kFarSeconds) return absl::ToCivilDay(time, ChinaTime());
  const int64_t local = seconds + kChinaOffsetSeconds;
  const int64_t days = local / kSecondsOfDay - (local % kSecondsOfDay < 0 ? 1 : 0);
  return Date(1970, 1, 1) + days;
}

// Counted and not looked up: reads of lists ask it for every entry.
absl::Time StartOfDay(Date date) {
  const int64_t days = date - Date(1970, 1, 1);
  return absl::UnixEpoch() + absl::Hours(24) * days - absl::Seconds(kChinaOffsetSeconds);
}

absl::Time EndOfDay(Date date) { return StartOfDay(date + 1) - absl::Microseconds(1); }

std::string FormatDate(Date date) {
  return absl::StrFormat("%04d-%02d-%02d", date.year(), date.month(), date.day());
}

absl::StatusOr<Date> ParseDate(absl::string_view text) {
  const auto wrong = absl::InvalidArgumentError("a date is written YYYY-MM-DD");
  if (text.size() != kDateBytes || text[4] != '-' || text[7] != '-') return wrong;
  const auto year = text.substr(0, 4), month = text.substr(5, 2), day = text.substr(8, 2);
  if (!AllDigits(year) || !AllDigits(month) || !AllDigits(day)) return wrong;
  const Date date(Number(year), Number(month), Number(day));
  // CivilDay carries 31 February over into March; a date that changed was none.
  if (date.year() < 1 || date.month() != Number(month) || date.day() != Number(day)) {
    return absl::InvalidArgumentError("no such day in the calendar");
  }
  return date;
}

std::string TimeFormat::operator()(absl::Time time) const {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*S%Ez", time, ChinaTime());
}

absl::StatusOr<absl::Time> ParseTime(absl::string_view text) {
  absl::Time time;
  std::string why;
  if (!HasTimeShape(text) || !absl::ParseTime(absl::RFC3339_full, text, &time, &why)) {
    return absl::InvalidArgumentError("a time is written YYYY-MM-DDThh:mm:ss+08:00 (RFC 3339)");
  }
  return time;
}

}  // namespace shian
