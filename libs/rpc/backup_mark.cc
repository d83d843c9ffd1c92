#include "libs/rpc/backup_mark.h"

#include <filesystem>
#include <fstream>
#include <utility>

#include "libs/telemetry/log.h"

namespace shian::rpc {

BackupMark::BackupMark(std::string path, absl::Time now) : path_(std::move(path)) {
  int64_t seconds = 0;
  std::ifstream file(path_);
  // A time to come, from a clock that was wrong, would keep the alert silent.
  if (file >> seconds && seconds > 0 && seconds <= absl::ToUnixSeconds(now)) {
    seconds_ = seconds;
  } else {
    Set(now);
  }
}

void BackupMark::Set(absl::Time kept) {
  seconds_ = absl::ToUnixSeconds(kept);
  const std::string fresh = path_ + ".new";
  std::ofstream file(fresh);
  file << seconds_ << "\n";
  file.close();
  std::error_code failed;
  if (file) std::filesystem::rename(fresh, path_, failed);
  if (!file || failed) {
    telemetry::Log(telemetry::Severity::kWarning, "backup_mark_not_kept", {{"path", path_}});
  }
}

}  // namespace shian::rpc
