#pragma once

#include "libs/ledger/consumer.h"

namespace shian::trace {

// An operator was erased: what may name a person in its refusals goes with what `erasure`, of the
// modules before this one, takes. A change has one reaction.
ledger::Reactions WithRefusals(ledger::Reactions erasure);

}  // namespace shian::trace
