// A sample that finally failed is a lead (线索) against everyone who answers for it.
#pragma once

#include "libs/policy/registry.h"
#include "libs/rpc/host.h"

namespace shian::sanction {

// For the changes of inspection.
rpc::Reactions LeadReactions(const policy::Policies& policies);

}  // namespace shian::sanction
