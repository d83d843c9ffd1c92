// Excursions that are told when they are found: looked for behind the captures.
#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/rpc/edge.h"
#include "services/trace/genealogy/service_graph.h"

namespace shian::trace {

// Looks at the temperatures that were captured since it was called last, a bounded number of
// events: of what these speak, and what its packing tells so far. Cheap when there are none.
absl::Status TellExcursions(rpc::Edge& edge, genealogy::LiveGraph& graph, absl::Time now);

// All that this module writes behind the captures.
absl::Status WriteBehind(rpc::Edge& edge, genealogy::LiveGraph& graph, absl::Time now);

}  // namespace shian::trace
