// When the last whole backup of this store was kept, beside the store so that a restart knows it.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace shian::rpc {

class BackupMark {
 public:
  // Reads the file. A store that has none, or one that nobody can read, counts from `now` on: it is
  // new, or restored, and its first backup is due as any other.
  BackupMark(std::string path, absl::Time now);

  // Written anew; where that fails, it is known until the process ends.
  void Set(absl::Time kept);
  absl::Time time() const { return absl::FromUnixSeconds(seconds_); }

 private:
  const std::string path_;
  std::atomic<int64_t> seconds_;
};

}  // namespace shian::rpc
