// What is due of leads: to decide whether a case is filed (立案).
#pragma once

#include "libs/rpc/edge.h"
#include "libs/rpc/todo.h"

namespace shian::sanction {

rpc::TodoSource LeadTodos(const rpc::Edge& edge);

}  // namespace shian::sanction
