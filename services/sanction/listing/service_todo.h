// What is due of list entries: publication, and the answer to a request for repair.
#pragma once

#include "libs/rpc/edge.h"
#include "libs/rpc/todo.h"

namespace shian::sanction {

rpc::TodoSource ListingTodos(const rpc::Edge& edge);

}  // namespace shian::sanction
