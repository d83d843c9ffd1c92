#pragma once

#include "libs/ledger/consumer.h"

namespace shian::registry {

// What a listing in the sanction service means here: a flag on the operator, with its dates.
ledger::Reactions OperatorReactions();

}  // namespace shian::registry
