// A sample that finally failed is a lead (线索) against everyone who answers for it.
#pragma once

#include "libs/ledger/consumer.h"
#include "libs/policy/registry.h"

namespace shian::sanction {

// For the changes of inspection.
ledger::Reactions LeadReactions(const policy::Policies& policies);

}  // namespace shian::sanction
