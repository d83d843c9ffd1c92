// The rules of repair and dispute of a day and a place, from policy.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "libs/policy/registry.h"
#include "services/sanction/listing/terms.h"

namespace shian::sanction::convert {

// The national rule in force on `on`, with what the province of `region` says differently.
absl::StatusOr<RepairTerms> TermsInForce(store::ReadTx& tx, const policy::Policies& policies,
                                         const std::string& region, Date on);

}  // namespace shian::sanction::convert
