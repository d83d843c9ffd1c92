// The work that watches what is due: it tells, once, whom something overdue has reached, takes out
// of the open matters those that have no clock left, and counts the rest for the metrics.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/rpc/edge.h"
#include "libs/rpc/todo.h"

namespace shian::rpc {

class TodoWork {
 public:
  // `sources` outlive it and are complete. `leads`: see DueWork; who does not lead counts nothing.
  // `sparing`: on real time, where it is asked every few seconds and looks every few minutes.
  TodoWork(Edge& edge, const std::vector<TodoSource>& sources, std::function<bool()> leads,
           bool sparing);
  TodoWork(const TodoWork&) = delete;
  TodoWork& operator=(const TodoWork&) = delete;

  // Looks at every open matter. One that cannot be read does not keep the others waiting; the first
  // such error is what it gives.
  absl::Status Run(absl::Time now);

 private:
  using Counts = std::map<std::string, std::array<int64_t, std::size(kTodoAges)>>;
  // What one read of a part of the open matters found.
  struct Part {
    std::vector<store::OpenMatter> matters;
    std::vector<store::OpenMatter> to_write;  // of these
    absl::Status first_error;
  };

  void AddMetrics();
  absl::Status Look(store::ReadTx& tx, const store::OpenMatter& from, absl::Time now, Part* part,
                    Counts* counts) const;
  absl::StatusOr<bool> NeedsWrite(store::ReadTx& tx, const store::OpenMatter& matter,
                                  const std::vector<Todo>& todos, absl::Time now) const;
  absl::Status WriteAbout(const std::vector<store::OpenMatter>& matters, absl::Time now) const;

  Edge& edge_;
  const std::vector<TodoSource>& sources_;
  const std::function<bool()> leads_;
  const bool sparing_;
  absl::Time next_ = absl::InfinitePast();  // only Run's thread looks at it
  absl::Mutex mutex_;
  Counts counts_ ABSL_GUARDED_BY(mutex_);  // by kind, of the last whole look
};

}  // namespace shian::rpc
