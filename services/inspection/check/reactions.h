// Visits tell credit what was found; credit's grades and sanction's measures tell how often to
// visit.
#pragma once

#include "libs/ledger/consumer.h"
#include "libs/rpc/edge.h"
#include "services/inspection/check/visit.h"

namespace shian::inspection::check {

// The fact of a recorded visit, without who made it.
absl::Status Report(store::WriteTx& tx, const Visit& visit);

// "shian.credit.grade.determined": the frame learns the grade, and the visit frequency follows it.
ledger::Reactions CreditReactions(rpc::Edge& edge);

// "shian.sanction.measure.inspection.ordered" and ".lifted": key monitoring and fewer visits, by
// what the measure says (重点监管、减少检查). They hold by this alone; nothing is acknowledged.
ledger::Reactions MeasureReactions(rpc::Edge& edge);

}  // namespace shian::inspection::check
