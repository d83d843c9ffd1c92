// Brings the index up to what a transaction sees.
#pragma once

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "libs/store/store.h"
#include "services/sanction/screening/index.h"
#include "services/sanction/screening/store_image.h"

namespace shian::sanction {

// Each answer catches up first, inside its own read: so no answer is older than its transaction,
// and what was committed a moment ago is found. When nothing changed that is one look at an index.
class IndexFollower {
 public:
  // What is kept of the index on the disk goes when a name is to be forgotten.
  explicit IndexFollower(Index* index, IndexImage* image = nullptr)
      : index_(index), image_(image) {}

  absl::Status CatchUp(store::ReadTx& tx);

 private:
  Index* const index_;
  IndexImage* const image_;
  // One at a time: an older transaction must not undo what a newer one brought.
  absl::Mutex mutex_;
};

}  // namespace shian::sanction
