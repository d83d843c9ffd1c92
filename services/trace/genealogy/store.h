// The graph as a read model of the store, built at start and caught up before each question; and
// which operator stands at which place.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "libs/store/store.h"
#include "services/trace/genealogy/graph.h"

namespace shian::trace::genealogy {

// Reads what was captured after the event `after` and the identifier numbered `epc`. It is the
// capture module's; main puts the two together.
using CapturedReader = std::function<absl::StatusOr<CapturedBatch>(store::ReadTx& tx, int64_t after,
                                                                   int64_t epc, int limit)>;

class LiveGraph {
 public:
  explicit LiveGraph(CapturedReader reader) : reader_(std::move(reader)) {}

  // Takes in all that `tx` sees. Cheap when there is nothing new.
  absl::Status CatchUp(store::ReadTx& tx);

  // Calls `fn` with the graph as `tx` sees it or later. Others read at the same time; taking in new
  // events waits for them.
  absl::Status Read(store::ReadTx& tx, absl::FunctionRef<absl::Status(const Graph&)> fn);

 private:
  const CapturedReader reader_;
  // One at a time fetches; readers go on meanwhile.
  absl::Mutex fetching_ ABSL_ACQUIRED_BEFORE(mutex_);
  absl::Mutex mutex_;
  Graph graph_ ABSL_GUARDED_BY(mutex_);
};

// The places of one operator as registry last said; an empty list forgets them.
struct Place {
  std::string gln;
  std::string region;
};
absl::Status PutPlaces(store::WriteTx& tx, const std::string& operator_name,
                       const std::vector<Place>& places);
// "operators/{operator}" at the place or party `uri`; empty when nobody registered it.
absl::StatusOr<std::string> OperatorAt(store::ReadTx& tx, const std::string& uri);
// Division of that place, 6 digits; empty when nobody registered it.
absl::StatusOr<std::string> RegionAt(store::ReadTx& tx, const std::string& uri);

}  // namespace shian::trace::genealogy
