#include "services/trace/genealogy/service_graph.h"

#include <iterator>
#include <limits>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "libs/base/status_macros.h"
#include "libs/errors/errors.h"
#include "libs/telemetry/log.h"
#include "services/trace/genealogy/limits.h"
#include "services/trace/genealogy/store_kept.h"

namespace shian::trace::genealogy {
namespace {

void NoteNotKept(const absl::Status& kept) {
  telemetry::Log(telemetry::Severity::kWarning, "graph_not_kept",
                 {{"problem", std::string(kept.message())}});
}

}  // namespace

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
  return TakeInSome(tx, std::numeric_limits<int64_t>::max());
}

absl::Status LiveGraph::TakeInSome(store::ReadTx& tx, int64_t most) {
  if (!tx.latest()) return errors::Refuse(errors::Reason::kRevisionNotReached);
  absl::MutexLock one(&fetching_);
  Graph graph = *Current();
  const int64_t before = graph.last();
  // What was taken in before an error stands, so that the next question goes on from there.
  const absl::Status taken = TakeIn(tx, most, &graph);
  if (graph.last() != before) Publish(std::move(graph));
  return taken;
}

absl::Status LiveGraph::TakeIn(store::ReadTx& tx, int64_t most, Graph* graph) {
  const bool first = graph->last() == 0;
  if (first) {
    ASSIGN_OR_RETURN(damaged_, LoadKept(tx, graph));
    if (damaged_) {
      telemetry::Log(telemetry::Severity::kWarning, "kept_graph_damaged", {{"event", *damaged_}});
    }
  }
  const int64_t begin = graph->last();
  while (graph->last() - begin < most) {
    ASSIGN_OR_RETURN(const CapturedBatch batch,
                     reader_(tx, graph->last(), static_cast<int64_t>(graph->lot_count()),
                             limits::kEventsPerCatchUp));
    if (batch.last == graph->last()) return absl::OkStatus();
    Records records = graph->Number(batch);
    NoteUnkept(records);
    graph->Add(std::move(records));
    // What the background would merge is merged as it comes.
    while ((first || starting_) && graph->MergeOnce()) {
    }
  }
  return absl::OkStatus();
}

void LiveGraph::NoteUnkept(const Records& records) {
  if (!keeps_) return;
  // Only a beginning without a gap can be kept: once there is no room, the rest waits for a start.
  keeps_ = unkept_events_ < limits::kUnkeptEventsMax;
  if (!keeps_) {
    telemetry::Log(telemetry::Severity::kWarning, "graph_keeping_ended",
                   {{"event", records.first}, {"waiting", static_cast<int64_t>(unkept_events_)}});
    return;
  }
  unkept_events_ += records.events.size();
  unkept_.push_back(std::make_shared<const Records>(records));
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
  // What was not kept, or is kept in the layout of an earlier version, is kept as it is read: there
  // may be more of it than waits in memory.
  constexpr auto kStep = static_cast<int64_t>(limits::kUnkeptEventsMax / 2);
  {
    absl::MutexLock one(&fetching_);
    starting_ = true;
  }
  for (int64_t before = -1; Current()->last() != before;) {
    before = Current()->last();
    RETURN_IF_ERROR(store.ReadNow([this](store::ReadTx& tx) { return TakeInSome(tx, kStep); }));
    if (const absl::Status kept = Keep(store); !kept.ok()) NoteNotKept(kept);
  }
  {
    absl::MutexLock one(&fetching_);
    starting_ = false;
  }
  absl::MutexLock lock(&mutex_);
  store_ = &store;
  changed_ = true;
  return absl::OkStatus();
}

absl::Status LiveGraph::Keep(store::Store& store, uint32_t least_events, size_t least_records) {
  while (true) {
    std::vector<RecordsPtr> run;
    std::optional<int64_t> damaged;
    size_t events = 0, records = 0;
    {
      absl::MutexLock one(&fetching_);
      damaged = damaged_;
      size_t count = 0;
      const auto due = [&] { return events >= least_events || records >= least_records; };
      for (; count < unkept_.size() && !due(); ++count) {
        events += unkept_[count]->events.size();
        records += unkept_[count]->size();
      }
      if (!due()) return absl::OkStatus();
      run.assign(unkept_.begin(), unkept_.begin() + static_cast<ptrdiff_t>(count));
    }
    RETURN_IF_ERROR(KeepRun(store, run, damaged));
    absl::MutexLock one(&fetching_);
    damaged_.reset();
    unkept_events_ -= events;
    unkept_.erase(unkept_.begin(), unkept_.begin() + static_cast<ptrdiff_t>(run.size()));
  }
}

bool LiveGraph::Due() { return changed_ || stopping_; }

void LiveGraph::Background() {
  absl::Time keep_after = absl::InfinitePast();
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
    // What could not be kept stays in memory, and is tried again with a change some time later: to
    // pack it costs more than a capture does.
    if (store == nullptr || absl::Now() < keep_after) continue;
    if (const absl::Status kept = Keep(*store); !kept.ok()) {
      keep_after = absl::Now() + limits::kKeepAgainAfter;
      NoteNotKept(kept);
    }
  }
}

}  // namespace shian::trace::genealogy
