#include "services/trace/judgement/temperature.h"

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "services/trace/capture/json.h"

namespace shian::trace {
namespace {

using absl::int128;

constexpr size_t kDecimals = 18;
constexpr size_t kWholeDigitsMax = 6;
// 10^-18 degrees in a thousandth.
constexpr int64_t kMilli = 1'000'000'000'000'000;

// In 10^-18 of the unit. With 6 digits before the point it is below 10^24; twice that times a
// thousand, and cross-multiplied with another denominator of a thousand, fits 128 bits.
std::optional<int128> ToParts(absl::string_view value) {
  json::Value number;
  if (json::Parse(value, &number) != nullptr || !number.IsNumber()) return std::nullopt;
  const std::string normal = json::NormalNumber(number.text);
  absl::string_view digits = normal;
  const bool negative = absl::ConsumePrefix(&digits, "-");
  const size_t point = digits.find('.');
  const absl::string_view whole = digits.substr(0, point);
  const absl::string_view decimals = point == digits.npos ? "" : digits.substr(point + 1);
  if (whole.empty() || whole.size() > kWholeDigitsMax || decimals.size() > kDecimals) {
    return std::nullopt;
  }
  int128 parts = 0;
  for (const char c : whole) parts = parts * 10 + (c - '0');
  for (size_t i = 0; i < kDecimals; ++i) {
    parts = parts * 10 + (i < decimals.size() ? decimals[i] - '0' : 0);
  }
  return negative ? -parts : parts;
}

}  // namespace

Temperature FromMillicelsius(int64_t millicelsius) { return {int128(millicelsius) * kMilli, 1}; }

int64_t ToMillicelsius(const Temperature& temperature) {
  const int128 whole = int128(temperature.denominator) * kMilli;
  const bool negative = temperature.numerator < 0;
  const int128 size = negative ? -temperature.numerator : temperature.numerator;
  const auto rounded = static_cast<int64_t>((size * 2 + whole) / (whole * 2));
  return negative ? -rounded : rounded;
}

Temperature Above(const Temperature& a, const Temperature& b) {
  return {a.numerator * b.denominator - b.numerator * a.denominator, a.denominator * b.denominator};
}

std::optional<Temperature> ToTemperature(absl::string_view value, const TemperatureUnit& unit) {
  const std::optional<int128> parts = ToParts(value);
  const std::optional<int128> offset = ToParts(unit.offset);
  if (!parts || !offset) return std::nullopt;
  return Temperature{(*parts - *offset) * unit.numerator, unit.denominator};
}

}  // namespace shian::trace
