#pragma once

#include "libs/rpc/host.h"

namespace shian::trace {

// What a change of an operator in the registry means here: which places it stands at.
rpc::Reactions GenealogyReactions();

}  // namespace shian::trace
