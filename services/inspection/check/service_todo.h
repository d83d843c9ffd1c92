// What is due of alerts of trace.
#pragma once

#include "libs/rpc/edge.h"
#include "libs/rpc/todo.h"

namespace shian::inspection::check {

rpc::TodoSource AlertTodos(const rpc::Edge& edge);

}  // namespace shian::inspection::check
