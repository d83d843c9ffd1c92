#include "libs/codes/codes.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/codes/check_digits.h"
#include "libs/codes/checkers.h"
#include "libs/codes/limits.h"
#include "libs/codes/regions.h"
#include "libs/codes/rules.h"

namespace shian::codes {
namespace {

// "SC1234567" may be an organisation code; licences are longer.
constexpr size_t kOrganisationCharsMax = 10;

struct KindRow {
  Kind kind;
  absl::string_view word;
  absl::string_view zh;
  absl::StatusOr<Parsed> (*check)(absl::string_view);
};

// In the order of the enumeration.
constexpr KindRow kKinds[] = {
    {Kind::kUscc, "USCC", "统一社会信用代码", CheckUscc},
    {Kind::kOrganisationCode, "ORG", "组织机构代码", CheckOrganisationCode},
    {Kind::kProductionLicence, "SC", "食品生产许可证编号", CheckProductionLicence},
    {Kind::kOperationLicence, "JY", "食品经营许可证编号", CheckOperationLicence},
    {Kind::kPrepackagedFiling, "YB", "仅销售预包装食品备案编号", CheckPrepackagedFiling},
    {Kind::kRegion, "REGION", "行政区划代码", CheckRegion},
    {Kind::kCitizenId, "CITIZEN_ID", "公民身份号码", CheckCitizenId},
    {Kind::kGtin, "GTIN", "全球贸易项目代码", CheckGtin},
    {Kind::kGln, "GLN", "全球位置码", CheckGln},
    {Kind::kSscc, "SSCC", "系列货运包装箱代码", CheckSscc},
    {Kind::kEpcUrn, "EPC_URN", "产品电子代码URN", CheckEpcUrn},
    {Kind::kDigitalLink, "DIGITAL_LINK", "GS1数字链接", CheckDigitalLink},
};

const KindRow& RowOf(Kind kind) {
  const auto index = static_cast<size_t>(kind);
  CHECK_LT(index, std::size(kKinds));
  return kKinds[index];
}

bool Holds(Kind kind, absl::string_view text) { return RowOf(kind).check(text).ok(); }

// Eighteen characters: three kinds share the form.
Kind KindOfEighteen(absl::string_view text) {
  for (const Kind kind : {Kind::kUscc, Kind::kCitizenId, Kind::kSscc}) {
    if (Holds(kind, text)) return kind;
  }
  const bool digits_then_any = IsDigits(text.substr(0, 17));
  const bool like_person = digits_then_any && IsProvince(text.substr(0, 2)) &&
                           (text.substr(6, 2) == "19" || text.substr(6, 2) == "20");
  if (like_person) return Kind::kCitizenId;
  return digits_then_any && text[0] == '0' ? Kind::kSscc : Kind::kUscc;
}

std::optional<Kind> KindOfDigits(absl::string_view text) {
  switch (text.size()) {
    case 6:
      return Kind::kRegion;
    case 9:
      return Holds(Kind::kOrganisationCode, text) ? Kind::kOrganisationCode : Kind::kRegion;
    case 12:
      return Holds(Kind::kGtin, text) ? Kind::kGtin : Kind::kRegion;
    case 8:
    case 13:
    case 14:
      return Kind::kGtin;
    case 15:
      return Kind::kCitizenId;
    default:
      return std::nullopt;
  }
}

std::optional<Kind> KindOfPrefix(absl::string_view text) {
  for (const Kind kind :
       {Kind::kProductionLicence, Kind::kOperationLicence, Kind::kPrepackagedFiling}) {
    if (absl::StartsWith(text, RowOf(kind).word) && text.size() > kOrganisationCharsMax &&
        IsDigits(text.substr(2))) {
      return kind;
    }
  }
  return std::nullopt;
}

bool IsPlain(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isdigit(c) || absl::ascii_isupper(c); });
}

bool IsLink(absl::string_view text) {
  return absl::StartsWith(text, "https://") || absl::StartsWith(text, "http://") ||
         absl::StartsWith(text, "/");
}

bool IsUri(absl::string_view text) { return IsLink(text) || absl::StartsWith(text, "urn:"); }

// One character of `text` at `*at` as ASCII when it has a full-width form: U+FF01 to U+FF5E are
// U+0021 to U+007E, in UTF-8 EF BC 81 to EF BD 9E. Spaces of all kinds become nothing.
void AppendTidy(absl::string_view text, size_t* at, std::string* out) {
  const absl::string_view rest = text.substr(*at);
  for (const absl::string_view blank :
       {"\xE3\x80\x80", "\xC2\xA0", "\xE2\x80\x8B", "\xEF\xBB\xBF"}) {
    if (!absl::StartsWith(rest, blank)) continue;
    *at += blank.size();
    return;
  }
  const bool wide = rest.size() >= 3 && rest[0] == '\xEF' &&
                    (rest[1] == '\xBC' || (rest[1] == '\xBD' && rest[2] <= '\x9E'));
  if (wide) {
    const int low = static_cast<unsigned char>(rest[2]) - 0x80;
    out->push_back(static_cast<char>((rest[1] == '\xBC' ? 0x20 : 0x60) + low));
    *at += 3;
    return;
  }
  if (!absl::ascii_isspace(rest[0])) out->push_back(rest[0]);
  ++*at;
}

}  // namespace

absl::string_view KindWord(Kind kind) { return RowOf(kind).word; }

absl::string_view KindChinese(Kind kind) { return RowOf(kind).zh; }

std::optional<Kind> KindFromWord(absl::string_view word) {
  for (const KindRow& row : kKinds) {
    if (absl::EqualsIgnoreCase(row.word, word)) return row.kind;
  }
  return std::nullopt;
}

const std::vector<Kind>& AllKinds() {
  static const std::vector<Kind> all = [] {
    std::vector<Kind> kinds;
    for (const KindRow& row : kKinds) kinds.push_back(row.kind);
    return kinds;
  }();
  return all;
}

std::string Parsed::Get(absl::string_view name) const {
  for (const Part& part : parts) {
    if (part.name == name) return part.value;
  }
  return "";
}

absl::StatusOr<Parsed> Check(Kind kind, absl::string_view text) {
  if (text.size() > limits::kCodeBytesMax) return Broken(CodeRule::kCodeTooLong);
  return RowOf(kind).check(text);
}

std::optional<Kind> KindByForm(absl::string_view text) {
  if (text.size() > limits::kCodeBytesMax) return std::nullopt;
  if (absl::StartsWith(text, "urn:")) return Kind::kEpcUrn;
  if (IsLink(text)) return Kind::kDigitalLink;
  if (const auto kind = KindOfPrefix(text)) return kind;
  if (text.size() == 10 && text[8] == '-') return Kind::kOrganisationCode;
  if (!IsPlain(text)) return std::nullopt;
  if (text.size() == 18) return KindOfEighteen(text);
  if (IsDigits(text)) return KindOfDigits(text);
  if (text.size() == 9) return Kind::kOrganisationCode;
  return std::nullopt;
}

absl::StatusOr<Parsed> Detect(absl::string_view text) {
  if (text.size() > limits::kCodeBytesMax) return Broken(CodeRule::kCodeTooLong);
  const auto kind = KindByForm(text);
  if (!kind) return Broken(CodeRule::kCodeKindUnknown);
  return Check(*kind, text);
}

std::string Tidy(absl::string_view text) {
  text = text.substr(0, limits::kCodeBytesMax + 1);
  std::string out;
  for (size_t i = 0; i < text.size();) AppendTidy(text, &i, &out);
  if (!IsUri(out)) absl::AsciiStrToUpper(&out);
  return out;
}

absl::StatusOr<std::string> Make(Kind kind, absl::string_view body) {
  std::optional<char> check;
  absl::string_view letters;
  switch (kind) {
    case Kind::kUscc:
      check = UsccCheckDigit(body);
      break;
    case Kind::kOrganisationCode:
      check = OrganisationCheckDigit(body);
      break;
    case Kind::kCitizenId:
      check = CitizenIdCheckDigit(body);
      break;
    case Kind::kProductionLicence:
    case Kind::kOperationLicence:
    case Kind::kPrepackagedFiling:
      letters = RowOf(kind).word;
      check = Mod1110CheckDigit(body);
      break;
    case Kind::kGtin:
    case Kind::kGln:
    case Kind::kSscc:
      check = Gs1CheckDigit(body);
      break;
    default:
      return Broken(CodeRule::kCodeNotMakeable);
  }
  std::string code = absl::StrCat(letters, body);
  if (check) code.push_back(*check);
  const auto parsed = Check(kind, code);
  if (!parsed.ok()) return parsed.status();
  // A body without a check digit is wrong in itself, even if it happens to be a whole code.
  if (!check) return Broken(CodeRule::kCodeNotMakeable);
  return code;
}

absl::StatusOr<std::string> MakeUscc(absl::string_view prefix17) {
  return Make(Kind::kUscc, prefix17);
}

}  // namespace shian::codes
