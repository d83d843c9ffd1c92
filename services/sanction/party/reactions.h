// Keeps what the registry says about parties, and forgets it when the law says so.
#pragma once

#include <functional>

#include "libs/ledger/consumer.h"
#include "services/sanction/party/party.h"

namespace shian::sanction {

// Called in the transaction in which a party's name or code changed or went.
using PartyHook = std::function<absl::Status(store::WriteTx&, const OperatorId&)>;

// For the changes of the registry. `forgetting` is called before a party is forgotten, while its
// names still tell what else is about it.
ledger::Reactions PartyReactions(PartyHook changed, PartyHook forgetting = {});

}  // namespace shian::sanction
