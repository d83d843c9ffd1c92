// Runs of the graph's records that are kept in the store: the same that reading the events again
// would give, in few rows. They can be made anew from the events and are not needed for any answer.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "libs/store/store.h"
#include "services/trace/genealogy/graph.h"

namespace shian::trace::genealogy {

// Fills the empty graph with what was kept, from the first event on.
absl::Status LoadKept(store::ReadTx& tx, Graph* graph);

// Keeps records that follow each other as one row. Does nothing when it would not follow what is
// kept already: where several processes share a store, another one was first.
absl::Status KeepRun(store::Store& store, const std::vector<Records>& run);

}  // namespace shian::trace::genealogy
