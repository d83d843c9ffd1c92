#include "services/trace/judgement/amount.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace shian::trace {
namespace {

Amount PowerOfTen(int exponent) {
  Amount power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

// The smallest parts of a base unit.
const Amount kOne = PowerOfTen(kAmountDecimals);
constexpr int kDigitsMax = 30;

// mantissa * 10^-decimals, the mantissa without a zero at its end unless it has no decimals.
struct Decimal {
  Amount mantissa = 0;
  int decimals = 0;
};

std::optional<Decimal> ToDecimal(absl::string_view text) {
  Decimal out;
  int digits = 0;
  bool point = false;
  for (const char c : text) {
    if (c == '.' && !point && digits > 0) {
      point = true;
      continue;
    }
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c)) || ++digits > kDigitsMax) {
      return std::nullopt;
    }
    out.mantissa = out.mantissa * 10 + (c - '0');
    out.decimals += point ? 1 : 0;
  }
  if (digits == 0 || (point && out.decimals == 0)) return std::nullopt;
  while (out.decimals > 0 && out.mantissa % 10 == 0) out.mantissa /= 10, --out.decimals;
  return out;
}

// Nothing when the product is above `most`.
std::optional<Amount> Product(Amount a, Amount b, Amount most) {
  if (a != 0 && b > most / a) return std::nullopt;
  return a * b;
}

}  // namespace

std::optional<Amount> ToAmount(absl::string_view quantity, absl::string_view factor) {
  const std::optional<Decimal> a = ToDecimal(quantity);
  const std::optional<Decimal> b = ToDecimal(factor);
  if (!a || !b) return std::nullopt;
  const Amount kMost = Amount(kAmountUnitsMax) * kOne - 1;
  const int decimals = a->decimals + b->decimals;
  const int missing = kAmountDecimals - decimals;
  if (missing >= 0) {
    const std::optional<Amount> whole = Product(a->mantissa, b->mantissa, kMost);
    return whole ? Product(*whole, PowerOfTen(missing), kMost) : whole;
  }
  // The surplus digits must be zeros: twos of one number may meet fives of the other.
  const std::optional<Amount> product = Product(a->mantissa, b->mantissa, absl::Int128Max());
  if (!product || -missing > kDigitsMax) return std::nullopt;
  const Amount surplus = PowerOfTen(-missing);
  if (*product % surplus != 0 || *product / surplus > kMost) return std::nullopt;
  return *product / surplus;
}

std::string ToDigits(absl::int128 number) {
  std::string digits;
  for (; number > 0 || digits.empty(); number /= 10) {
    digits += static_cast<char>('0' + static_cast<int>(number % 10));
  }
  std::reverse(digits.begin(), digits.end());
  return digits;
}

std::string ToText(Amount amount) {
  const bool negative = amount < 0;
  if (negative) amount = -amount;
  std::string decimals = ToDigits(amount % kOne + kOne).substr(1);
  decimals.erase(decimals.find_last_not_of('0') + 1);
  return absl::StrCat(negative ? "-" : "", ToDigits(amount / kOne), decimals.empty() ? "" : ".",
                      decimals);
}

}  // namespace shian::trace
