// What departments are to do: acknowledge a measure, and report on it.
#pragma once

#include <vector>

#include "libs/rpc/edge.h"
#include "libs/rpc/todo.h"

namespace shian::sanction {

rpc::TodoSource MeasureTodos(const rpc::Edge& edge);

// Those of all modules of this service.
std::vector<rpc::TodoSource> SanctionTodos(const rpc::Edge& edge);

}  // namespace shian::sanction
