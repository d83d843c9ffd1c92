// The index as a file: what a process with a million entries would else read for a minute before it
// answers.
//
// It is only ever a short cut. It is used when it is whole (its own digest), was made by the same
// rules of names, and stands on a change of this store's list; then the index catches up from
// there. Anything else is built anew. It holds names, so it is removed as soon as one of them is to
// be forgotten, and only its owner may read it.
#pragma once

#include <cstdint>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "libs/store/store.h"
#include "services/sanction/screening/index.h"

namespace shian::sanction {

// Safe for several threads.
class IndexImage {
 public:
  // Of an empty path nothing is kept.
  IndexImage(std::string path, Index* index) : path_(std::move(path)), index_(index) {}

  // Into the empty index, where the file will do.
  absl::Status Load(store::ReadTx& tx);
  // Keeps the index as it stands, unless it stands there already, or moves meanwhile.
  absl::Status Save(store::ReadTx& tx);
  // Whether so much changed since that it pays.
  bool IsDue() const;
  void Remove();

 private:
  // False when the file is of no use.
  absl::StatusOr<bool> LoadFile(store::ReadTx& tx);
  absl::Status Write(int64_t revision, const std::string& head) const;

  const std::string path_;
  Index* const index_;
  mutable absl::Mutex mutex_;
  int64_t kept_ ABSL_GUARDED_BY(mutex_) = 0;  // the revision that the file stands at
  // From where changes are counted until it is due: the last time that it was written, or was not.
  int64_t counted_from_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace shian::sanction
