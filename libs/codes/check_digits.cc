#include "libs/codes/check_digits.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"

namespace shian::codes {
namespace {

constexpr size_t kUsccBody = 17;
constexpr size_t kOrganisationBody = 8;
constexpr size_t kCitizenIdBody = 17;
constexpr int kOrganisationWeights[] = {3, 7, 9, 10, 5, 8, 4, 2};
constexpr int kCitizenIdWeights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
constexpr absl::string_view kCitizenIdMap = "10X98765432";

char DigitChar(int value) { return static_cast<char>('0' + value); }

}  // namespace

bool IsDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isdigit(c); });
}

std::optional<char> UsccCheckDigit(absl::string_view body) {
  if (body.size() != kUsccBody) return std::nullopt;
  int sum = 0, weight = 1;
  for (const char c : body) {
    const size_t value = kUsccAlphabet.find(c);
    if (value == kUsccAlphabet.npos) return std::nullopt;
    sum += static_cast<int>(value) * weight;
    weight = weight * 3 % 31;
  }
  return kUsccAlphabet[(31 - sum % 31) % 31];
}

bool IsUscc(absl::string_view text) {
  return text.size() == kUsccBody + 1 && IsDigits(text.substr(2, 6)) &&
         UsccCheckDigit(text.substr(0, kUsccBody)) == text[kUsccBody];
}

std::optional<char> OrganisationCheckDigit(absl::string_view body) {
  if (body.size() != kOrganisationBody) return std::nullopt;
  int sum = 0;
  for (size_t i = 0; i < body.size(); ++i) {
    const char c = body[i];
    if (!absl::ascii_isdigit(c) && !absl::ascii_isupper(c)) return std::nullopt;
    sum += (absl::ascii_isdigit(c) ? c - '0' : c - 'A' + 10) * kOrganisationWeights[i];
  }
  const int check = (11 - sum % 11) % 11;
  return check == 10 ? 'X' : DigitChar(check);
}

std::optional<char> Mod1110CheckDigit(absl::string_view digits) {
  if (!IsDigits(digits)) return std::nullopt;
  int product = 10;
  for (const char c : digits) {
    const int sum = (product + (c - '0')) % 10;
    product = 2 * (sum == 0 ? 10 : sum) % 11;
  }
  return DigitChar((11 - product) % 10);
}

std::optional<char> CitizenIdCheckDigit(absl::string_view body) {
  if (body.size() != kCitizenIdBody || !IsDigits(body)) return std::nullopt;
  int sum = 0;
  for (size_t i = 0; i < body.size(); ++i) sum += (body[i] - '0') * kCitizenIdWeights[i];
  return kCitizenIdMap[sum % 11];
}

std::optional<char> Gs1CheckDigit(absl::string_view digits) {
  if (digits.empty() || !IsDigits(digits)) return std::nullopt;
  int sum = 0, weight = 3;
  for (auto c = digits.rbegin(); c != digits.rend(); ++c) {
    sum = (sum + (*c - '0') * weight) % 10;
    weight = 4 - weight;
  }
  return DigitChar((10 - sum) % 10);
}

}  // namespace shian::codes
