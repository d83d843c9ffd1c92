#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/codes/check_digits.h"
#include "libs/codes/checkers.h"
#include "libs/codes/regions.h"
#include "libs/codes/rules.h"

// The codes of organisations and people.
namespace shian::codes {
namespace {

constexpr size_t kUsccLength = 18;
constexpr size_t kOrganisationLength = 9;
constexpr size_t kCitizenIdLength = 18;
constexpr size_t kOldCitizenIdLength = 15;
// Residents of Taiwan who live on the mainland (台湾居民) have identity numbers of this "province".
constexpr absl::string_view kTaiwanResidents = "83";

bool AllOf(absl::string_view text, absl::string_view alphabet) {
  return text.find_first_not_of(alphabet) == text.npos;
}

absl::StatusOr<Date> BirthOf(absl::string_view eight_digits) {
  const auto birth = ParseDate(absl::StrCat(
      eight_digits.substr(0, 4), "-", eight_digits.substr(4, 2), "-", eight_digits.substr(6, 2)));
  if (!birth.ok()) return Broken(CodeRule::kCitizenIdBirth);
  return birth;
}

// `text` has digits and perhaps an X at its end.
absl::Status CheckCitizenCharacters(absl::string_view text) {
  absl::string_view digits = text;
  if (text.size() == kCitizenIdLength && absl::EndsWith(text, "X")) digits.remove_suffix(1);
  return IsDigits(digits) ? absl::OkStatus() : Broken(CodeRule::kCitizenIdCharacter);
}

// An old number has a year of two digits, all of them 19xx, and no check character.
std::string Lengthen(absl::string_view old) {
  std::string body = absl::StrCat(old.substr(0, 6), "19", old.substr(6));
  body.push_back(*CitizenIdCheckDigit(body));
  return body;
}

}  // namespace

absl::StatusOr<Parsed> CheckUscc(absl::string_view text) {
  if (text.size() != kUsccLength) return Broken(CodeRule::kUsccLength);
  if (!AllOf(text, kUsccAlphabet)) return Broken(CodeRule::kUsccCharacter);
  const auto region = text.substr(2, 6);
  if (!IsDigits(region)) return Broken(CodeRule::kUsccRegion);
  if (UsccCheckDigit(text.substr(0, 17)) != text[17]) return Broken(CodeRule::kUsccCheckDigit);
  return Parsed{Kind::kUscc,
                std::string(text),
                {{"department", std::string(text.substr(0, 1)), "登记管理部门代码"},
                 {"category", std::string(text.substr(1, 1)), "机构类别代码"},
                 {"region", std::string(region), "登记管理机关行政区划码"},
                 {"organisation", std::string(text.substr(8, 9)), "主体标识码"},
                 {"check", std::string(text.substr(17)), "校验码"}}};
}

absl::StatusOr<Parsed> CheckOrganisationCode(absl::string_view text) {
  std::string code(text);
  if (text.size() == kOrganisationLength + 1 && text[8] == '-') code.erase(8, 1);
  if (code.size() != kOrganisationLength) return Broken(CodeRule::kOrgShape);
  const absl::string_view body = absl::string_view(code).substr(0, 8);
  const auto check = OrganisationCheckDigit(body);
  if (!check || !(absl::ascii_isdigit(code[8]) || code[8] == 'X')) {
    return Broken(CodeRule::kOrgShape);
  }
  if (*check != code[8]) return Broken(CodeRule::kOrgCheckDigit);
  return Parsed{Kind::kOrganisationCode,
                absl::StrCat(body, "-", code.substr(8)),
                {{"body", std::string(body), "本体代码"}, {"check", code.substr(8), "校验码"}}};
}

absl::StatusOr<Parsed> CheckCitizenId(absl::string_view text) {
  const bool old = text.size() == kOldCitizenIdLength;
  if (!old && text.size() != kCitizenIdLength) return Broken(CodeRule::kCitizenIdLength);
  RETURN_IF_ERROR(CheckCitizenCharacters(text));
  const auto province = text.substr(0, 2);
  if (!IsProvince(province) && province != kTaiwanResidents) {
    return Broken(CodeRule::kCitizenIdRegion);
  }
  const std::string full = old ? Lengthen(text) : std::string(text);
  ASSIGN_OR_RETURN(const Date birth, BirthOf(absl::string_view(full).substr(6, 8)));
  if (CitizenIdCheckDigit(full.substr(0, 17)) != full[17]) {
    return Broken(CodeRule::kCitizenIdCheckDigit);
  }
  const bool male = (full[16] - '0') % 2 == 1;
  return Parsed{Kind::kCitizenId,
                full,
                {{"region", full.substr(0, 6), "地址码"},
                 {"birth", FormatDate(birth), "出生日期"},
                 {"serial", full.substr(14, 3), "顺序码"},
                 {"sex", male ? "M" : "F", "性别"},
                 {"check", full.substr(17), "校验码"}}};
}

}  // namespace shian::codes
