#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/codes/check_digits.h"
#include "libs/codes/checkers.h"
#include "libs/codes/regions.h"
#include "libs/codes/rules.h"

// The numbers of food licences and filings: two letters, 13 digits, a check digit; and regions.
namespace shian::codes {
namespace {

constexpr size_t kLicenceDigits = 14;

bool HasShape(absl::string_view text, absl::string_view letters) {
  return absl::StartsWith(text, letters) && text.size() == letters.size() + kLicenceDigits &&
         IsDigits(text.substr(letters.size()));
}

bool CheckDigitHolds(absl::string_view digits) {
  return Mod1110CheckDigit(digits.substr(0, 13)) == digits[13];
}

bool IsFoodCategory(absl::string_view three) {
  return (three >= "101" && three <= "131") || (three >= "201" && three <= "203");
}

struct FormRules {
  Kind kind;
  absl::string_view letters;
  char last_form;  // forms count from '1'
  CodeRule shape, form, region, check;
};

// JY and YB: business form, region, serial of six digits.
absl::StatusOr<Parsed> CheckForm(absl::string_view text, const FormRules& rules) {
  if (!HasShape(text, rules.letters)) return Broken(rules.shape);
  const absl::string_view digits = text.substr(rules.letters.size());
  if (digits[0] < '1' || digits[0] > rules.last_form) return Broken(rules.form);
  if (!IsProvince(digits.substr(1, 2))) return Broken(rules.region);
  if (!CheckDigitHolds(digits)) return Broken(rules.check);
  return Parsed{rules.kind,
                std::string(text),
                {{"form", std::string(digits.substr(0, 1)), "主体业态代码"},
                 {"region", std::string(digits.substr(1, 6)), "行政区划代码"},
                 {"serial", std::string(digits.substr(7, 6)), "顺序码"},
                 {"check", std::string(digits.substr(13)), "校验码"}}};
}

constexpr absl::string_view LevelWord(RegionLevel level) {
  switch (level) {
    case RegionLevel::kProvince:
      return "province";
    case RegionLevel::kPrefecture:
      return "prefecture";
    case RegionLevel::kCounty:
      return "county";
    case RegionLevel::kTownship:
      return "township";
    case RegionLevel::kVillage:
      return "village";
  }
  return "";
}

CodeRule WhyNoRegion(absl::string_view text) {
  if ((text.size() != 6 && text.size() != 9 && text.size() != 12) || !IsDigits(text)) {
    return CodeRule::kRegionShape;
  }
  if (!IsProvince(text.substr(0, 2))) return CodeRule::kRegionProvince;
  const auto prefecture = text.substr(2, 2);
  const bool known = prefecture <= "70" || prefecture == "90";
  return known ? CodeRule::kRegionCounty : CodeRule::kRegionPrefecture;
}

}  // namespace

absl::StatusOr<Parsed> CheckProductionLicence(absl::string_view text) {
  if (!HasShape(text, "SC")) return Broken(CodeRule::kScShape);
  const absl::string_view digits = text.substr(2);
  if (!IsFoodCategory(digits.substr(0, 3))) return Broken(CodeRule::kScCategory);
  if (!IsProvince(digits.substr(3, 2))) return Broken(CodeRule::kScRegion);
  if (!CheckDigitHolds(digits)) return Broken(CodeRule::kScCheckDigit);
  return Parsed{Kind::kProductionLicence,
                std::string(text),
                {{"category", std::string(digits.substr(0, 3)), "食品类别编码"},
                 {"region", std::string(digits.substr(3, 6)), "行政区划代码"},
                 {"serial", std::string(digits.substr(9, 4)), "顺序码"},
                 {"check", std::string(digits.substr(13)), "校验码"}}};
}

absl::StatusOr<Parsed> CheckOperationLicence(absl::string_view text) {
  return CheckForm(text, {Kind::kOperationLicence, "JY", '3', CodeRule::kJyShape, CodeRule::kJyForm,
                          CodeRule::kJyRegion, CodeRule::kJyCheckDigit});
}

absl::StatusOr<Parsed> CheckPrepackagedFiling(absl::string_view text) {
  return CheckForm(text, {Kind::kPrepackagedFiling, "YB", '2', CodeRule::kYbShape,
                          CodeRule::kYbForm, CodeRule::kYbRegion, CodeRule::kYbCheckDigit});
}

absl::StatusOr<Parsed> CheckRegion(absl::string_view text) {
  const auto level = RegionLevelOf(text);
  if (!level) return Broken(WhyNoRegion(text));
  Parsed parsed{Kind::kRegion, std::string(text), {}};
  parsed.parts.push_back({"level", std::string(LevelWord(*level)), "级别"});
  parsed.parts.push_back({"province", absl::StrCat(text.substr(0, 2), "0000"), "省级"});
  if (*level != RegionLevel::kProvince) {
    parsed.parts.push_back({"prefecture", absl::StrCat(text.substr(0, 4), "00"), "地级"});
  }
  if (*level >= RegionLevel::kCounty) {
    parsed.parts.push_back({"county", std::string(text.substr(0, 6)), "县级"});
  }
  return parsed;
}

}  // namespace shian::codes
