#ifndef SHIAN_LIBS_CODES_CHECKERS_H_
#define SHIAN_LIBS_CODES_CHECKERS_H_

#include "libs/codes/codes.h"

// Inside this library: one checker per kind.
namespace shian::codes {

absl::StatusOr<Parsed> CheckUscc(absl::string_view text);
absl::StatusOr<Parsed> CheckOrganisationCode(absl::string_view text);
absl::StatusOr<Parsed> CheckCitizenId(absl::string_view text);
absl::StatusOr<Parsed> CheckProductionLicence(absl::string_view text);
absl::StatusOr<Parsed> CheckOperationLicence(absl::string_view text);
absl::StatusOr<Parsed> CheckPrepackagedFiling(absl::string_view text);
absl::StatusOr<Parsed> CheckRegion(absl::string_view text);
absl::StatusOr<Parsed> CheckGtin(absl::string_view text);
absl::StatusOr<Parsed> CheckGln(absl::string_view text);
absl::StatusOr<Parsed> CheckSscc(absl::string_view text);
absl::StatusOr<Parsed> CheckEpcUrn(absl::string_view text);
absl::StatusOr<Parsed> CheckDigitalLink(absl::string_view text);

}  // namespace shian::codes

#endif  // SHIAN_LIBS_CODES_CHECKERS_H_
