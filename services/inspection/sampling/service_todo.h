// What is due of samples.
#pragma once

#include "libs/rpc/edge.h"
#include "libs/rpc/todo.h"

namespace shian::inspection::sampling {

rpc::TodoSource SampleTodos(const rpc::Edge& edge);

}  // namespace shian::inspection::sampling
