// What a recall takes in (召回范围): the seeds, all that was made of them, and who holds or held
// it.
#pragma once

#include <string>
#include <vector>

#include "services/trace/genealogy/graph.h"
#include "services/trace/genealogy/trace.h"
#include "services/trace/recall/recall.h"

namespace shian::trace {

// As `view` shows it; operators are not filled in. A seed that no event names is in the scope all
// the same: it failed, whatever the chain has reported of it.
Scope TraceScope(const Graph& graph, View view, const std::vector<std::string>& seeds,
                 const Budget& budget);

}  // namespace shian::trace
