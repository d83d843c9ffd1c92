#ifndef SHIAN_LIBS_CODES_REGIONS_H_
#define SHIAN_LIBS_CODES_REGIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

// 行政区划 (GB/T 2260): six digits down to the county, nine with the township, twelve with the
// village. Which codes exist on a date is data elsewhere; here is their shape.
namespace shian::codes {

enum class RegionLevel { kProvince, kPrefecture, kCounty, kTownship, kVillage };

struct Province {
  absl::string_view code;
  absl::string_view zh;
  absl::string_view en;
};
const std::vector<Province>& Provinces();
// `two_digits` is one of the 34.
bool IsProvince(absl::string_view two_digits);

// Nothing when `region` is not well formed.
std::optional<RegionLevel> RegionLevelOf(absl::string_view region);

// "410902" -> "410900" -> "410000"; nothing above a province or for what is no region.
std::optional<std::string> RegionAbove(absl::string_view region);

// Whether `inner` is `outer` or lies in it: "410000" contains "410902". False for what is no
// region; the empty `outer` is the whole country.
bool RegionContains(absl::string_view outer, absl::string_view inner);

}  // namespace shian::codes

#endif  // SHIAN_LIBS_CODES_REGIONS_H_
