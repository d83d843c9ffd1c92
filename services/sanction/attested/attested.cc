#include "services/sanction/attested/attested.h"

#include "absl/strings/str_cat.h"

namespace shian::sanction {

std::string Attested::EndText() const {
  if (end == AttestedEnd::kNone) return "";
  return absl::StrCat(FormatDate(ended), end == AttestedEnd::kAnnulled ? " ANNULLED" : " REPAIRED");
}

}  // namespace shian::sanction
