#include "services/sanction/party/matter.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace shian::sanction {

std::string PageKey(absl::string_view id, const OperatorId& op) {
  return absl::StrCat(id, "/", op.value());
}

RegionRange RangeOf(absl::string_view region) {
  while (absl::ConsumeSuffix(&region, "00")) {
  }
  // ':' follows '9'.
  return {std::string(region), absl::StrCat(region, ":")};
}

}  // namespace shian::sanction
