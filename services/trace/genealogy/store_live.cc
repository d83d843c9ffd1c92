#include <iterator>
#include <utility>

#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "services/trace/genealogy/limits.h"
#include "services/trace/genealogy/store.h"
#include "services/trace/genealogy/store_kept.h"

namespace shian::trace::genealogy {

LiveGraph::LiveGraph(CapturedReader reader)
    : reader_(std::move(reader)),
      graph_(std::make_shared<const Graph>()),
      background_([this] { Background(); }) {}

LiveGraph::~LiveGraph() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  background_.join();
}

std::shared_ptr<const Graph> LiveGraph::Current() {
  absl::MutexLock lock(&mutex_);
  return graph_;
}

void LiveGraph::Publish(Graph graph) {
  auto next = std::make_shared<const Graph>(std::move(graph));
  absl::MutexLock lock(&mutex_);
  graph_.swap(next);
  changed_ = true;
}

absl::Status LiveGraph::CatchUp(store::ReadTx& tx) {
  if (!tx.latest()) return errors::Refuse(errors::Reason::kRevisionNotReached);
  absl::MutexLock one(&fetching_);
  Graph graph = *Current();
  const int64_t before = graph.last();
  RETURN_IF_ERROR(TakeIn(tx, &graph));
  if (graph.last() != before) Publish(std::move(graph));
  return absl::OkStatus();
}

absl::Status LiveGraph::TakeIn(store::ReadTx& tx, Graph* graph) {
  const bool first = graph->last() == 0;
  if (first) RETURN_IF_ERROR(LoadKept(tx, graph));
  while (true) {
    ASSIGN_OR_RETURN(const CapturedBatch batch,
                     reader_(tx, graph->last(), static_cast<int64_t>(graph->lot_count()),
                             limits::kEventsPerCatchUp));
    if (batch.last == graph->last()) return absl::OkStatus();
    Records records = graph->Number(batch);
    unkept_.push_back(records);
    graph->Add(std::move(records));
    // Nobody reads yet: what the background would merge is merged as it comes.
    while (first && graph->MergeOnce()) {
    }
  }
}

absl::StatusOr<std::shared_ptr<const Graph>> LiveGraph::Snapshot(store::ReadTx& tx) {
  RETURN_IF_ERROR(CatchUp(tx));
  return Current();
}

absl::Status LiveGraph::Read(store::ReadTx& tx, absl::FunctionRef<absl::Status(const Graph&)> fn) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const Graph> graph, Snapshot(tx));
  return fn(*graph);
}

bool LiveGraph::MergeOnce() {
  std::vector<Graph::PartPtr> due;
  {
    absl::MutexLock one(&fetching_);
    Graph graph = *Current();
    due = graph.BeginMerge();
    if (due.empty()) return false;
    Publish(std::move(graph));
  }
  Graph::PartPtr merged = Graph::Merge(due);
  absl::MutexLock one(&fetching_);
  Graph graph = *Current();
  graph.Replace(due, std::move(merged));
  Publish(std::move(graph));
  return true;
}

absl::Status LiveGraph::Start(store::Store& store) {
  RETURN_IF_ERROR(store.ReadNow([this](store::ReadTx& tx) { return CatchUp(tx); }));
  absl::MutexLock lock(&mutex_);
  store_ = &store;
  changed_ = true;
  return absl::OkStatus();
}

absl::Status LiveGraph::Keep(store::Store& store, uint32_t least) {
  while (true) {
    std::vector<Records> run;
    {
      absl::MutexLock one(&fetching_);
      size_t events = 0, count = 0;
      while (count < unkept_.size() && events < least) {
        events += unkept_[count++].events.size();
      }
      if (events < least) return absl::OkStatus();
      run.assign(unkept_.begin(), unkept_.begin() + static_cast<ptrdiff_t>(count));
    }
    RETURN_IF_ERROR(KeepRun(store, run));
    absl::MutexLock one(&fetching_);
    unkept_.erase(unkept_.begin(), unkept_.begin() + static_cast<ptrdiff_t>(run.size()));
  }
}

bool LiveGraph::Due() { return changed_ || stopping_; }

void LiveGraph::Background() {
  while (true) {
    store::Store* store = nullptr;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &LiveGraph::Due));
      if (stopping_) return;
      changed_ = false;
      store = store_;
    }
    while (MergeOnce()) {
      absl::MutexLock lock(&mutex_);
      if (stopping_) return;
    }
    // What could not be kept stays in memory, and is tried again after the next change.
    if (store != nullptr) Keep(*store).IgnoreError();
  }
}

}  // namespace shian::trace::genealogy
