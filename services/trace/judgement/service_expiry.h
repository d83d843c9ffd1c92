// Last days: the index over what events state, written behind the captures.
#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/rpc/edge.h"

namespace shian::trace {

// Takes the last days from the events that were captured since it was called last, a bounded number
// of them. Cheap when there are none.
absl::Status IndexExpiries(rpc::Edge& edge, absl::Time now);

}  // namespace shian::trace
