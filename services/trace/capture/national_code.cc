#include "services/trace/capture/national_code.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/text.h"
#include "libs/codes/check_digits.h"

namespace shian::trace {
namespace {

constexpr absl::string_view kSchemes[] = {"nyt4712", "zsl"};
constexpr size_t kBatchBytesMax = 120;
constexpr size_t kGlnDigits = 13;

bool IsSubject(absl::string_view text) {
  if (text.size() == kGlnDigits && codes::IsDigits(text)) {
    return text.back() == codes::Gs1CheckDigit(text.substr(0, kGlnDigits - 1));
  }
  return codes::IsUscc(text);
}

// What may stand in a batch number without encoding: letters and digits of any script, and the
// marks that firms print.
bool IsPlain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || absl::ascii_isalnum(byte) || absl::StrContains("-_.~", c);
}

std::string Encoded(absl::string_view batch) {
  std::string out;
  for (const char c : batch) {
    if (IsPlain(c)) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      absl::StrAppend(&out, "%",
                      absl::AsciiStrToUpper(absl::StrCat(absl::Hex(byte, absl::kZeroPad2))));
    }
  }
  return out;
}

}  // namespace

std::optional<std::string> PercentDecoded(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    const absl::string_view hex = text.substr(i + 1, 2);
    if (hex.size() != 2 || !absl::ascii_isxdigit(static_cast<unsigned char>(hex[0])) ||
        !absl::ascii_isxdigit(static_cast<unsigned char>(hex[1]))) {
      return std::nullopt;
    }
    out += absl::HexStringToBytes(hex);
    i += 2;
  }
  if (!IsValidUtf8(out)) return std::nullopt;
  return out;
}

std::string NationalLot(absl::string_view scheme, absl::string_view subject,
                        absl::string_view batch) {
  const std::string who = absl::AsciiStrToUpper(absl::StripAsciiWhitespace(subject));
  const auto normal = NormaliseText(batch, kBatchBytesMax);
  const bool known =
      std::find(std::begin(kSchemes), std::end(kSchemes), scheme) != std::end(kSchemes);
  if (!known || !IsSubject(who) || !normal.ok() || normal->empty()) return "";
  const std::string encoded = Encoded(*normal);
  if (encoded.size() > 3 * kBatchBytesMax) return "";
  return absl::StrCat(kNationalLot, scheme, ":", who, ":", encoded);
}

Epc FromNationalCode(absl::string_view text) {
  const Epc malformed{"", EpcKind::kOther, &rules::kNationalCode};
  const std::vector<absl::string_view> parts =
      absl::StrSplit(text.substr(kNationalLot.size()), ':');
  if (parts.size() != 3) return malformed;
  const auto batch = PercentDecoded(parts[2]);
  if (!batch) return malformed;
  std::string code = NationalLot(parts[0], parts[1], *batch);
  if (code.empty()) return malformed;
  return {std::move(code), EpcKind::kLot, nullptr};
}

}  // namespace shian::trace
