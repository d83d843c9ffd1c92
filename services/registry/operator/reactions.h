#pragma once

#include "libs/rpc/host.h"

namespace shian::registry {

// What a listing in the sanction service means here: a flag on the operator, with its dates.
rpc::Reactions OperatorReactions();

}  // namespace shian::registry
