// Visits tell credit what was found; credit's grades tell how often to visit.
#pragma once

#include "libs/ledger/consumer.h"
#include "libs/rpc/edge.h"
#include "services/inspection/check/visit.h"

namespace shian::inspection::check {

// The fact of a recorded visit, without who made it.
absl::Status Report(store::WriteTx& tx, const Visit& visit);

// "shian.credit.grade.determined": the frame learns the grade, and the visit frequency follows it.
ledger::Reactions CreditReactions(rpc::Edge& edge);

}  // namespace shian::inspection::check
