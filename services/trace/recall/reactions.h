#pragma once

#include "libs/ledger/consumer.h"
#include "libs/rpc/edge.h"

namespace shian::trace {

// What a failed sample means here: from the notice a recall is proposed; when the failure becomes
// final it is confirmed, when it is overturned the recall is withdrawn.
ledger::Reactions RecallReactions(rpc::Edge& edge);

// What an operator's erasure (依法删除) takes here: its places, and what it wrote on notices.
// Recalls stay: they name products and lots, and the operator by its pseudonym only.
ledger::Reactions ErasureReactions();

}  // namespace shian::trace
