// Temperatures that are compared exactly in whatever unit they came: a decimal number becomes a
// fraction of degrees Celsius. Nothing is rounded but what is shown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/numeric/int128.h"
#include "absl/strings/string_view.h"

namespace shian::trace {

// (value - offset) * numerator / denominator is degrees Celsius.
struct TemperatureUnit {
  std::string offset;  // a decimal number
  int numerator = 1;
  int denominator = 1;
};

// In 10^-18 degrees Celsius, over a small denominator.
struct Temperature {
  absl::int128 numerator = 0;
  int64_t denominator = 1;

  friend bool operator<(const Temperature& a, const Temperature& b) {
    return a.numerator * b.denominator < b.numerator * a.denominator;
  }
  friend bool operator==(const Temperature& a, const Temperature& b) { return !(a < b || b < a); }
};

Temperature FromMillicelsius(int64_t millicelsius);
// Rounded, half away from zero.
int64_t ToMillicelsius(const Temperature& temperature);
// How much `a` is above `b`.
Temperature Above(const Temperature& a, const Temperature& b);

// `value` is a number of JSON: "-18.0", "4e0". Nothing when it is none, when it is a million or
// more either way, or has more than 18 decimals that are not zero.
std::optional<Temperature> ToTemperature(absl::string_view value, const TemperatureUnit& unit);

}  // namespace shian::trace
