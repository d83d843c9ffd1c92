// Balances out of their range that are told when they are found: looked for behind the captures.
#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/rpc/edge.h"
#include "services/trace/genealogy/service_graph.h"

namespace shian::trace {

// Draws the balances of the processes and lots that were spoken of since it was called last, a
// bounded number of events.
absl::Status TellImbalances(rpc::Edge& edge, genealogy::LiveGraph& graph, absl::Time now);

}  // namespace shian::trace
