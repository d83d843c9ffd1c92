// What is due of penalties' publicity: answers to repairs and disputes, pushes to other provinces,
// withdrawals.
#pragma once

#include "libs/rpc/edge.h"
#include "libs/rpc/todo.h"

namespace shian::sanction {

rpc::TodoSource PublicityTodos(const rpc::Edge& edge);

}  // namespace shian::sanction
