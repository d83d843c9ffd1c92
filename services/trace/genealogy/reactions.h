#pragma once

#include "libs/ledger/consumer.h"

namespace shian::trace {

// What a change of an operator in the registry means here: which places it stands at.
ledger::Reactions GenealogyReactions();

}  // namespace shian::trace
