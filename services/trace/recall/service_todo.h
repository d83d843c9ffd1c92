// What is due of recalls: to start one, to finish it, and to close it.
#pragma once

#include <vector>

#include "libs/rpc/edge.h"
#include "libs/rpc/todo.h"

namespace shian::trace {

// The only module of this service that keeps clocks.
std::vector<rpc::TodoSource> RecallTodos(const rpc::Edge& edge);

}  // namespace shian::trace
