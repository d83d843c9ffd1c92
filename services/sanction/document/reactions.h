// What acts of a case take from its documents.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "libs/policy/registry.h"
#include "libs/store/store.h"
#include "services/sanction/case/service.h"

namespace shian::sanction {

// Gives a penalty decision that comes without a number the next one of the organisation's series,
// in the transaction that decides it: ORGANISATION_WITHOUT_WORD, POLICY_NOT_IN_FORCE.
NumberHook DecisionNumbers(const policy::Policies& policies);

}  // namespace shian::sanction
