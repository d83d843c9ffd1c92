#include "absl/strings/str_cat.h"
#include "libs/codes/check_digits.h"
#include "libs/codes/checkers.h"
#include "libs/codes/rules.h"

// The keys of GS1: trade items, places and logistic units.
namespace shian::codes {
namespace {

constexpr size_t kGtinDigits = 14;
constexpr size_t kGlnDigits = 13;
constexpr size_t kSsccDigits = 18;

bool CheckDigitHolds(absl::string_view digits) {
  return Gs1CheckDigit(digits.substr(0, digits.size() - 1)) == digits.back();
}

bool IsGtinLength(size_t size) { return size == 8 || (size >= 12 && size <= kGtinDigits); }

}  // namespace

absl::StatusOr<Parsed> CheckGtin(absl::string_view text) {
  if (!IsGtinLength(text.size()) || !IsDigits(text)) return Broken(CodeRule::kGtinShape);
  if (!CheckDigitHolds(text)) return Broken(CodeRule::kGtinCheckDigit);
  const std::string full = absl::StrCat(std::string(kGtinDigits - text.size(), '0'), text);
  return Parsed{Kind::kGtin,
                full,
                {{"indicator", full.substr(0, 1), "指示符"},
                 {"item", full.substr(1, 12), "厂商识别代码和商品项目代码"},
                 {"check", full.substr(13), "校验码"}}};
}

absl::StatusOr<Parsed> CheckGln(absl::string_view text) {
  if (text.size() != kGlnDigits || !IsDigits(text)) return Broken(CodeRule::kGlnShape);
  if (!CheckDigitHolds(text)) return Broken(CodeRule::kGlnCheckDigit);
  return Parsed{Kind::kGln,
                std::string(text),
                {{"location", std::string(text.substr(0, 12)), "厂商识别代码和位置参考代码"},
                 {"check", std::string(text.substr(12)), "校验码"}}};
}

absl::StatusOr<Parsed> CheckSscc(absl::string_view text) {
  if (text.size() != kSsccDigits || !IsDigits(text)) return Broken(CodeRule::kSsccShape);
  if (!CheckDigitHolds(text)) return Broken(CodeRule::kSsccCheckDigit);
  return Parsed{Kind::kSscc,
                std::string(text),
                {{"extension", std::string(text.substr(0, 1)), "扩展位"},
                 {"serial", std::string(text.substr(1, 16)), "厂商识别代码和系列号"},
                 {"check", std::string(text.substr(17)), "校验码"}}};
}

}  // namespace shian::codes
