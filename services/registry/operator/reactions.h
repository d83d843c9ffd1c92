#pragma once

#include "libs/ledger/consumer.h"

namespace shian::registry {

// What a listing or a measure of the sanction service means here: a flag on the operator, with its
// dates. A measure holds by this alone; nothing is acknowledged.
ledger::Reactions OperatorReactions();

}  // namespace shian::registry
