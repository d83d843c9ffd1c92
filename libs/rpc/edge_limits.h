#pragma once

namespace shian::rpc {

// The two gates that a deployment sizes by its machine.
struct EdgeLimits {
  int in_flight_max = 256;
  int calls_per_second_max = 2000;
};

}  // namespace shian::rpc
