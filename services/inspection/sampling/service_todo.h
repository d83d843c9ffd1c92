// What is due of samples.
#pragma once

#include <vector>

#include "libs/rpc/edge.h"
#include "libs/rpc/todo.h"

namespace shian::inspection::sampling {

// The only module of this service that keeps clocks.
std::vector<rpc::TodoSource> SampleTodos(const rpc::Edge& edge);

}  // namespace shian::inspection::sampling
