#include "libs/base/region.h"

#include <utility>

namespace shian {

RegionRange RangeOf(absl::string_view region) {
  std::string last(region);
  for (size_t end = last.size(); end >= 2 && last.compare(end - 2, 2, "00") == 0; end -= 2) {
    last.replace(end - 2, 2, "99");
  }
  return {std::string(region), std::move(last)};
}

}  // namespace shian
