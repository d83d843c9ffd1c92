// What is due of nominations and list entries: the window for objections, publication, and the
// answer to a request for repair.
#pragma once

#include "libs/rpc/edge.h"
#include "libs/rpc/todo.h"

namespace shian::sanction {

rpc::TodoSource NominationTodos(const rpc::Edge& edge);
rpc::TodoSource ListingTodos(const rpc::Edge& edge);

}  // namespace shian::sanction
