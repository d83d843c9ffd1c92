// What is due of cases, and what may lawfully be done next in one.
#pragma once

#include <vector>

#include "libs/rpc/edge.h"
#include "libs/rpc/todo.h"
#include "services/sanction/case/case.h"

namespace shian::sanction {

// Those of `acts` that the domain lets follow now, in the order of the procedure. Who may take them
// is the approval chain's question.
std::vector<const rpc::NextAct*> LawfulActs(const Case& c, const std::vector<Act>& acts,
                                            absl::Time now);

rpc::TodoSource CaseTodos(const rpc::Edge& edge);

}  // namespace shian::sanction
