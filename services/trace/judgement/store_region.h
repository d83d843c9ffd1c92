// Divisions as the tables of this module are searched by them.
#pragma once

#include <string>
#include <utility>

namespace shian::trace::judgement {

// All divisions within one, first and last: pairs of zeros at the end stand for "everything below".
inline std::pair<std::string, std::string> RegionRange(const std::string& region) {
  std::string last = region;
  for (size_t pair = 3; pair-- > 0 && region.compare(pair * 2, 2, "00") == 0;) {
    last.replace(pair * 2, 2, "99");
  }
  return {region, last};
}

}  // namespace shian::trace::judgement
