#pragma once

#include "libs/codes/identity.h"
#include "libs/ledger/consumer.h"
#include "services/registry/operator/row.h"

namespace shian::registry {

// Keeps the bans on people that sanction tells of, under every key that follows from theirs.
ledger::Reactions BanReactions(IdentityHasher hasher);

}  // namespace shian::registry
