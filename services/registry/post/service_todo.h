// What is due of operators that employ a barred person.
#pragma once

#include "libs/policy/registry.h"
#include "libs/rpc/todo.h"
#include "services/registry/operator/row.h"

namespace shian::registry {

rpc::TodoSource PostTodos(const policy::Policies& policies, IdentityHasher hasher);

}  // namespace shian::registry
