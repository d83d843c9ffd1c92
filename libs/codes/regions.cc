#include "libs/codes/regions.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/codes/check_digits.h"

namespace shian::codes {
namespace {

constexpr size_t kCountyDigits = 6;
constexpr size_t kTownshipDigits = 9;
constexpr size_t kVillageDigits = 12;

bool IsPrefecture(absl::string_view two_digits) {
  return (two_digits >= "01" && two_digits <= "70") || two_digits == "90";
}

std::optional<RegionLevel> LevelOfSix(absl::string_view region) {
  const auto prefecture = region.substr(2, 2), county = region.substr(4, 2);
  if (!IsProvince(region.substr(0, 2))) return std::nullopt;
  if (prefecture == "00") {
    return county == "00" ? std::optional(RegionLevel::kProvince) : std::nullopt;
  }
  if (!IsPrefecture(prefecture)) return std::nullopt;
  return county == "00" ? RegionLevel::kPrefecture : RegionLevel::kCounty;
}

// The digits that all places inside share: "410900" -> "4109".
absl::string_view Stem(absl::string_view region, RegionLevel level) {
  switch (level) {
    case RegionLevel::kProvince:
      return region.substr(0, 2);
    case RegionLevel::kPrefecture:
      return region.substr(0, 4);
    case RegionLevel::kCounty:
      return region.substr(0, kCountyDigits);
    case RegionLevel::kTownship:
      return region.substr(0, kTownshipDigits);
    case RegionLevel::kVillage:
      return region;
  }
  return region;
}

}  // namespace

const std::vector<Province>& Provinces() {
  static const std::vector<Province> provinces = {
      {"11", "北京市", "Beijing"},
      {"12", "天津市", "Tianjin"},
      {"13", "河北省", "Hebei"},
      {"14", "山西省", "Shanxi"},
      {"15", "内蒙古自治区", "Inner Mongolia"},
      {"21", "辽宁省", "Liaoning"},
      {"22", "吉林省", "Jilin"},
      {"23", "黑龙江省", "Heilongjiang"},
      {"31", "上海市", "Shanghai"},
      {"32", "江苏省", "Jiangsu"},
      {"33", "浙江省", "Zhejiang"},
      {"34", "安徽省", "Anhui"},
      {"35", "福建省", "Fujian"},
      {"36", "江西省", "Jiangxi"},
      {"37", "山东省", "Shandong"},
      {"41", "河南省", "Henan"},
      {"42", "湖北省", "Hubei"},
      {"43", "湖南省", "Hunan"},
      {"44", "广东省", "Guangdong"},
      {"45", "广西壮族自治区", "Guangxi"},
      {"46", "海南省", "Hainan"},
      {"50", "重庆市", "Chongqing"},
      {"51", "四川省", "Sichuan"},
      {"52", "贵州省", "Guizhou"},
      {"53", "云南省", "Yunnan"},
      {"54", "西藏自治区", "Tibet"},
      {"61", "陕西省", "Shaanxi"},
      {"62", "甘肃省", "Gansu"},
      {"63", "青海省", "Qinghai"},
      {"64", "宁夏回族自治区", "Ningxia"},
      {"65", "新疆维吾尔自治区", "Xinjiang"},
      {"71", "台湾省", "Taiwan"},
      {"81", "香港特别行政区", "Hong Kong"},
      {"82", "澳门特别行政区", "Macao"},
  };
  return provinces;
}

bool IsProvince(absl::string_view two_digits) {
  return std::any_of(Provinces().begin(), Provinces().end(),
                     [&](const Province& province) { return province.code == two_digits; });
}

std::optional<RegionLevel> RegionLevelOf(absl::string_view region) {
  const size_t size = region.size();
  if (size != kCountyDigits && size != kTownshipDigits && size != kVillageDigits) {
    return std::nullopt;
  }
  if (!IsDigits(region)) return std::nullopt;
  const auto level = LevelOfSix(region.substr(0, kCountyDigits));
  if (!level || size == kCountyDigits) return level;
  // Functional zones hang townships directly under a prefecture, but never under a province.
  if (*level == RegionLevel::kProvince) return std::nullopt;
  if (region.substr(kCountyDigits, 3) == "000") return std::nullopt;
  if (size == kTownshipDigits) return RegionLevel::kTownship;
  return region.substr(kTownshipDigits) == "000" ? RegionLevel::kTownship : RegionLevel::kVillage;
}

std::optional<std::string> RegionAbove(absl::string_view region) {
  const auto level = RegionLevelOf(region);
  if (!level || *level == RegionLevel::kProvince) return std::nullopt;
  if (*level == RegionLevel::kVillage) return std::string(region.substr(0, kTownshipDigits));
  if (*level == RegionLevel::kTownship) return std::string(region.substr(0, kCountyDigits));
  if (*level == RegionLevel::kCounty) return absl::StrCat(region.substr(0, 4), "00");
  return absl::StrCat(region.substr(0, 2), "0000");
}

bool RegionContains(absl::string_view outer, absl::string_view inner) {
  if (!RegionLevelOf(inner)) return false;
  if (outer.empty()) return true;
  const auto level = RegionLevelOf(outer);
  return level && absl::StartsWith(inner, Stem(outer, *level));
}

}  // namespace shian::codes
