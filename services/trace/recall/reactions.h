#pragma once

#include "libs/ledger/consumer.h"
#include "libs/policy/registry.h"
#include "libs/rpc/edge.h"
#include "services/trace/recall/recall.h"

namespace shian::trace {

// What a failed sample means here: from the notice a recall is proposed; when the failure becomes
// final it is confirmed, when it is overturned the recall is withdrawn.
ledger::Reactions RecallReactions(rpc::Edge& edge);

// What an operator's erasure (依法删除) takes here: its places, and what it wrote on notices.
// Recalls stay: they name products and lots, and the operator by its pseudonym only.
ledger::Reactions ErasureReactions();

// Tells that the running clock of a recall ran out (逾期未履行召回义务), once for each duty. An act
// that ends a clock asks it first, so that what was late is told even when the clock's work did not
// run in between.
absl::Status TellBreach(store::WriteTx& tx, const policy::Policies& policies, const Recall& recall);
// The clock's work: the same for every recall under way.
absl::Status TellBreaches(rpc::Edge& edge, absl::Time now);

}  // namespace shian::trace
