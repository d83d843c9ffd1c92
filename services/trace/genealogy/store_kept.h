// Runs of the graph's records that are kept in the store: the same that reading the events again
// would give, in few rows. They can be made anew from the events and are not needed for any answer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/store/store.h"
#include "services/trace/genealogy/graph.h"

namespace shian::trace::genealogy {

// Fills the empty graph with what was kept, from the first event on, as far as it is whole and of
// this layout. Gives the first event of what is not; absent when all is.
absl::StatusOr<std::optional<int64_t>> LoadKept(store::ReadTx& tx, Graph* graph);

// Keeps records that follow each other as one row. Does nothing when it would not follow what is
// kept already: where several processes share a store, another one was first. What is kept from
// the event `damaged` on goes first.
using RecordsPtr = std::shared_ptr<const Records>;
absl::Status KeepRun(store::Store& store, const std::vector<RecordsPtr>& run,
                     std::optional<int64_t> damaged);

}  // namespace shian::trace::genealogy
