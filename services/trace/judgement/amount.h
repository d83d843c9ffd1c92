// Quantities that are added up exactly: a decimal number times the exact factor of its unit, as a
// whole number of the smallest part. What does not fit is refused, not rounded.
#pragma once

#include <optional>
#include <string>

#include "absl/numeric/int128.h"
#include "absl/strings/string_view.h"

namespace shian::trace {

// In 10^-12 of a base unit.
using Amount = absl::int128;

inline constexpr int kAmountDecimals = 12;
// Below this many base units each: four million of them, times any ratio of a rule, fit an Amount.
inline constexpr int64_t kAmountUnitsMax = 100'000'000'000;

// A decimal number such as "200.5", without sign or exponent, times another one. Empty when either
// is none, when it is kAmountUnitsMax or more, or when it is not a whole number of the smallest
// part.
std::optional<Amount> ToAmount(absl::string_view quantity, absl::string_view factor);

// A whole number as it is, not as so many parts. It must not be negative.
std::string ToDigits(absl::int128 number);
// "-0.5", without needless zeros.
std::string ToText(Amount amount);

}  // namespace shian::trace
