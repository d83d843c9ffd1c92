#include "libs/base/time.h"

#include <catch2/catch.hpp>
#include <limits>
#include <random>

#include "libs/base/testing.h"

namespace shian {
namespace {

TEST_CASE("a day begins and ends at China's midnight") {
  const Date date(2025, 3, 3);
  REQUIRE(FormatTime(StartOfDay(date)) == "2025-03-03T00:00:00+08:00");
  REQUIRE(FormatTime(EndOfDay(date)) == "2025-03-03T23:59:59.999999+08:00");
  REQUIRE(ToDate(StartOfDay(date)) == date);
  REQUIRE(ToDate(EndOfDay(date)) == date);
  REQUIRE(ToDate(EndOfDay(date) + absl::Microseconds(1)) == date + 1);
}

TEST_CASE("the day of any time is what the library of time zones says") {
  std::mt19937_64 random(testing::Seed());
  for (int i = 0; i < 10'000; ++i) {
    // From before the common era to the year 36,000, and the ends of days.
    const int64_t seconds =
        static_cast<int64_t>(random() % (int64_t{1} << 41)) - (int64_t{1} << 40);
    const absl::Time time =
        absl::FromUnixSeconds(seconds) + absl::Microseconds(random() % 1'000'000);
    REQUIRE(ToDate(time) == absl::ToCivilDay(time, ChinaTime()));
    const absl::Time midnight = StartOfDay(ToDate(time));
    REQUIRE(ToDate(midnight) == ToDate(time));
    REQUIRE(ToDate(midnight - absl::Nanoseconds(1)) == ToDate(time) - 1);
  }
  for (const absl::Time end : {absl::InfiniteFuture(), absl::InfinitePast()}) {
    REQUIRE(ToDate(end) == absl::ToCivilDay(end, ChinaTime()));
  }
}

TEST_CASE("dates have one form") {
  REQUIRE(*ParseDate("2024-02-29") == Date(2024, 2, 29));
  REQUIRE(FormatDate(Date(987, 1, 2)) == "0987-01-02");
  for (const char* wrong : {"2025-02-29", "2025-2-01", "2025-13-01", "0000-01-01", "2025/01/01",
                            "2025-01-01 ", "", "2025-00-10", "2025-01-0a"}) {
    INFO(wrong);
    REQUIRE_FALSE(ParseDate(wrong).ok());
  }
}

TEST_CASE("times are RFC 3339, written at +08:00") {
  const absl::Time time = *ParseTime("2025-03-03T01:00:00Z");
  REQUIRE(FormatTime(time) == "2025-03-03T09:00:00+08:00");
  REQUIRE(*ParseTime("2025-03-03T09:00:00+08:00") == time);
  REQUIRE(*ParseTime("2025-03-03T09:00:00.25+08:00") == time + absl::Milliseconds(250));
  for (const char* wrong :
       {"infinite-future", "2025-03-03", "2025-03-03 09:00:00+08:00", "2025-02-30T09:00:00Z",
        "2025-03-03T25:00:00Z", "2025-03-03T09:00:00", "2025-03-03T09:00:00Zx", ""}) {
    INFO(wrong);
    REQUIRE_FALSE(ParseTime(wrong).ok());
  }
  REQUIRE_FALSE(ParseTime("2025-03-03T09:00:00." + std::string(1 << 20, '0') + "Z").ok());
}

TEST_CASE("microseconds keep instants and open ends") {
  const absl::Time time = *ParseTime("1880-12-31T10:00:00.000001+08:00");
  REQUIRE(FromMicros(ToMicros(time)) == time);
  REQUIRE(FromMicros(ToMicros(absl::InfiniteFuture())) == absl::InfiniteFuture());
  REQUIRE(FromMicros(std::numeric_limits<int64_t>::min()) == absl::InfinitePast());
}

}  // namespace
}  // namespace shian
