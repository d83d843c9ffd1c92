// The graph as a read model of the store, built at start and caught up before each question.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "libs/store/store.h"
#include "services/trace/genealogy/graph.h"
#include "services/trace/genealogy/limits.h"

namespace shian::trace::genealogy {

// Reads what was captured after the event `after` and the identifier numbered `epc`. It is the
// capture module's; main puts the two together.
using CapturedReader = std::function<absl::StatusOr<CapturedBatch>(store::ReadTx& tx, int64_t after,
                                                                   int64_t epc, int limit)>;

class LiveGraph {
 public:
  explicit LiveGraph(CapturedReader reader);
  ~LiveGraph();

  // Takes in all that `tx` sees. Cheap when there is nothing new.
  absl::Status CatchUp(store::ReadTx& tx);

  // The graph as `tx` sees it or later. It stays as it is for as long as it is held; neither what
  // is captured meanwhile nor a merge of parts waits for its readers.
  absl::StatusOr<std::shared_ptr<const Graph>> Snapshot(store::ReadTx& tx);
  // Calls `fn` with it.
  absl::Status Read(store::ReadTx& tx, absl::FunctionRef<absl::Status(const Graph&)> fn);

  // Takes in what `store` holds, because whoever asks first should not wait for it; from then on
  // long runs of what was taken in are kept there, so that the next start need not read each event
  // again. `store` outlives this.
  absl::Status Start(store::Store& store);
  // Keeps what is long enough now, as the background does.
  absl::Status Keep(store::Store& store, uint32_t least_events = limits::kKeptEventsMin,
                    size_t least_records = limits::kKeptRecordsMin);
  // Merges what is worth it now, as the background does; false when there is nothing.
  bool MergeOnce();

 private:
  void NoteUnkept(const Records& records) ABSL_EXCLUSIVE_LOCKS_REQUIRED(fetching_);
  // At most `most` events, about.
  absl::Status TakeInSome(store::ReadTx& tx, int64_t most);
  absl::Status TakeIn(store::ReadTx& tx, int64_t most, Graph* graph)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(fetching_);
  std::shared_ptr<const Graph> Current();
  void Publish(Graph graph);
  bool Due() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Background();

  const CapturedReader reader_;
  // One at a time changes the graph; readers go on meanwhile.
  absl::Mutex fetching_ ABSL_ACQUIRED_BEFORE(mutex_);
  std::vector<std::shared_ptr<const Records>> unkept_ ABSL_GUARDED_BY(fetching_);
  size_t unkept_events_ ABSL_GUARDED_BY(fetching_) = 0;
  bool keeps_ ABSL_GUARDED_BY(fetching_) = true;
  bool starting_ ABSL_GUARDED_BY(fetching_) = false;  // nobody reads yet
  // From this event on, what is kept is not to be trusted, and goes when something is kept again.
  std::optional<int64_t> damaged_ ABSL_GUARDED_BY(fetching_);
  absl::Mutex mutex_;
  std::shared_ptr<const Graph> graph_ ABSL_GUARDED_BY(mutex_);
  store::Store* store_ ABSL_GUARDED_BY(mutex_) = nullptr;
  bool changed_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread background_;
};

}  // namespace shian::trace::genealogy
