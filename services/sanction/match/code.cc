#include "services/sanction/match/code.h"

#include "absl/strings/str_replace.h"
#include "libs/codes/check_digits.h"
#include "libs/codes/codes.h"

namespace shian::sanction {

bool TakeCode(const std::string& code, Subject* subject) {
  constexpr size_t kTaxpayerCharacters = 15, kRegionCharacters = 6;
  // As most are sent.
  if (codes::IsUscc(code)) {
    subject->code = code;
    return true;
  }
  const std::string tidy = codes::Tidy(code);
  if (const auto whole = codes::Check(codes::Kind::kUscc, tidy); whole.ok()) {
    subject->code = whole->canonical;
    return true;
  }
  std::string part = tidy;
  if (part.size() == kTaxpayerCharacters) part.erase(0, kRegionCharacters);
  const auto organisation = codes::Check(codes::Kind::kOrganisationCode, part);
  if (!organisation.ok()) return false;
  subject->organisation = absl::StrReplaceAll(organisation->canonical, {{"-", ""}});
  return true;
}

}  // namespace shian::sanction
