// The work that screens saved subjects again: by itself, in rounds, and going on where it stopped.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "libs/store/store.h"
#include "services/sanction/saved/saved.h"
#include "services/sanction/saved/store.h"

namespace shian::sanction {

class Rescreening {
 public:
  // Screens as of `now`, not older than what the transaction sees.
  using Screen = std::function<absl::StatusOr<Index::Answer>(
      store::ReadTx&, const std::vector<Subject>&, absl::Time now)>;
  Rescreening(store::Store& store, Screen screen) : store_(store), screen_(std::move(screen)) {}

  // Rounds until nothing is left to do; the number of subjects that were screened. A stop between
  // two writes loses nothing and tells nothing twice: what is new is told with what is then known.
  absl::StatusOr<int64_t> Run(absl::Time now);

 private:
  struct Checked {
    SavedSubject saved;
    std::vector<SavedHit> hits;
    bool truncated = false;  // there were more, so that a missing one need not have ended
  };
  struct Round {
    Progress before;
    Progress after;
    int64_t screened = 0;
    std::vector<Checked> checked;  // those that something is to be written of
  };

  // The hits to be kept of it.
  static std::vector<SavedHit> NowOf(const Checked& one, const std::vector<SavedHit>& before);

  absl::Status Follow(store::ReadTx& tx) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Subjects that changed, and those that a changed party concerns.
  // Moves `now` to the youngest change that is taken in.
  absl::StatusOr<std::vector<SavedSubject>> Concerned(store::ReadTx& tx, Progress* progress,
                                                      absl::Time* now) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<Round> Look(store::ReadTx& tx, absl::Time* now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Write(absl::Time now, std::vector<Checked> checked, const Progress* progress);

  store::Store& store_;
  const Screen screen_;
  absl::Mutex mutex_;  // one at a time
  SavedIndex index_;
};

}  // namespace shian::sanction
