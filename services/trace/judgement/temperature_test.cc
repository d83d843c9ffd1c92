#include "services/trace/judgement/temperature.h"

#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/testing.h"

namespace shian::trace {
namespace {

const TemperatureUnit kCelsius{"0", 1, 1};
const TemperatureUnit kFahrenheit{"32", 5, 9};
const TemperatureUnit kKelvin{"273.15", 1, 1};

TEST_CASE("a temperature is the same in every unit, to the last digit") {
  struct {
    const char* celsius;
    const char* fahrenheit;
    const char* kelvin;
  } const rows[] = {
      {"-18", "-0.4", "255.15"},
      {"-18.0", "-4e-1", "255.150"},
      {"10", "50", "283.15"},
      {"0", "32", "273.15"},
      {"-40", "-40", "233.15"},
      {"-273.15", "-459.67", "0"},
      {"0.05", "32.09", "273.2"},
      {"37.77", "99.986", "310.92"},
      {"-17.999999999999999995", "-0.399999999999999991", "255.150000000000000005"},
  };
  for (const auto& row : rows) {
    INFO(row.celsius);
    const auto celsius = ToTemperature(row.celsius, kCelsius);
    const auto fahrenheit = ToTemperature(row.fahrenheit, kFahrenheit);
    const auto kelvin = ToTemperature(row.kelvin, kKelvin);
    REQUIRE((celsius && fahrenheit && kelvin));
    CHECK((*celsius == *fahrenheit));
    CHECK((*fahrenheit == *kelvin));
    CHECK((*kelvin == *celsius));
  }
}

TEST_CASE("the smallest step over a limit is over it") {
  const Temperature limit = FromMillicelsius(-18000);
  const auto over = [&](const char* value, const TemperatureUnit& unit) {
    return limit < *ToTemperature(value, unit);
  };
  CHECK_FALSE(over("-18", kCelsius));
  CHECK(over("-17.999999999999999999", kCelsius));
  CHECK_FALSE(over("-0.4", kFahrenheit));
  CHECK(over("-0.399999999999999999", kFahrenheit));
  CHECK_FALSE(over("-0.400000000000000001", kFahrenheit));
  CHECK_FALSE(over("255.15", kKelvin));
  CHECK(over("255.150000000000000001", kKelvin));
  // -17.78 °C, where a third would be lost in any decimal.
  CHECK(over("0", kFahrenheit));
  CHECK((ToTemperature("0", kFahrenheit) < ToTemperature("-17.777777777777777777", kCelsius)));
  CHECK((ToTemperature("-17.777777777777777778", kCelsius) < ToTemperature("0", kFahrenheit)));
}

TEST_CASE("what is shown is rounded, half away from zero") {
  const auto shown = [](const char* value, const TemperatureUnit& unit) {
    return ToMillicelsius(*ToTemperature(value, unit));
  };
  CHECK(shown("-18", kCelsius) == -18000);
  CHECK(shown("33", kFahrenheit) == 556);
  CHECK(shown("31", kFahrenheit) == -556);
  CHECK(shown("0.0005", kCelsius) == 1);
  CHECK(shown("-0.0005", kCelsius) == -1);
  CHECK(shown("0.00049", kCelsius) == 0);
  CHECK(shown("999999", kCelsius) == 999'999'000);
  CHECK(ToMillicelsius(Above(*ToTemperature("50", kFahrenheit), FromMillicelsius(-18000))) ==
        28000);
}

TEST_CASE("what is no number, too large or too fine is no temperature") {
  for (const char* text : {"",
                           " ",
                           "x",
                           "1e6",
                           "-1000000",
                           "0.0000000000000000001",
                           "1e-400",
                           "1e400",
                           "NaN",
                           "--1",
                           "1 2",
                           "+1",
                           "\"1\"",
                           "[1]",
                           "true",
                           "1,5",
                           "0x10",
                           "1e99999999999999999999",
                           "1e9223372036854775807",
                           "1e-9223372036854775808",
                           "１"}) {
    INFO(text);
    CHECK_FALSE(ToTemperature(text, kCelsius).has_value());
  }
  CHECK(ToTemperature("999999.999999999999999999", kFahrenheit).has_value());
  CHECK(ToTemperature("0.0000000000000000010", kCelsius).has_value());  // a needless zero
}

std::string Decimal(int64_t parts, int decimals) {
  const bool negative = parts < 0;
  std::string digits = absl::StrCat(negative ? -parts : parts);
  while (digits.size() <= static_cast<size_t>(decimals)) digits.insert(0, "0");
  digits.insert(digits.size() - decimals, ".");
  return absl::StrCat(negative ? "-" : "", digits);
}

TEST_CASE("units keep order and equality") {
  std::mt19937_64 random(testing::Seed());
  const int rounds = testing::Rounds(2'000);
  for (int i = 0; i < rounds; ++i) {
    const auto a = static_cast<int64_t>(random() % 400'000) - 200'000;
    const auto b = random() % 4 == 0 ? a : static_cast<int64_t>(random() % 400'000) - 200'000;
    INFO(a << " and " << b << " thousandths of a degree");
    // F = C * 9 / 5 + 32, in ten thousandths; K = C + 273.15, in thousandths.
    const auto fahrenheit = *ToTemperature(Decimal(a * 18 + 320'000, 4), kFahrenheit);
    const auto kelvin = *ToTemperature(Decimal(b + 273'150, 3), kKelvin);
    CHECK((fahrenheit < kelvin) == (a < b));
    CHECK((kelvin < fahrenheit) == (b < a));
    CHECK((fahrenheit == kelvin) == (a == b));
    CHECK(ToMillicelsius(fahrenheit) == a);
    CHECK(ToMillicelsius(Above(fahrenheit, kelvin)) == a - b);
  }
}

}  // namespace
}  // namespace shian::trace
