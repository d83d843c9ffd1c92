#include "services/inspection/frame/frame.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace shian::inspection::frame {

bool MayBeDrawn(const Inspector& inspector, Date on) {
  return inspector.active && (!inspector.card_valid_to || on <= *inspector.card_valid_to);
}

std::pair<std::string, std::string> RegionRange(absl::string_view region) {
  std::string first(region);
  std::string last = first;
  // Pairs of zeros at the end stand for "everything below".
  for (size_t pair = 3; pair-- > 0 && first.compare(pair * 2, 2, "00") == 0;) {
    last.replace(pair * 2, 2, "99");
  }
  return {first, last};
}

bool IsRegion(absl::string_view text) {
  return text.size() == 6 && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

bool IsLegalPersonId(absl::string_view operator_id) {
  return operator_id.size() == 18 &&
         std::all_of(operator_id.begin(), operator_id.end(), absl::ascii_isalnum);
}

}  // namespace shian::inspection::frame
