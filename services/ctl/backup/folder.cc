#include "services/ctl/backup/folder.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "services/ctl/backup/manifest.h"
#include "services/ctl/backup/take.h"

namespace shian::ctl {
namespace {

namespace fs = std::filesystem;

constexpr char kName[] = "%Y%m%d-%H%M%S";
constexpr size_t kDateDigits = 8, kNameLength = 15;

bool IsName(const std::string& name) {
  if (name.size() != kNameLength || name[kDateDigits] != '-') return false;
  return std::count_if(name.begin(), name.end(), absl::ascii_isdigit) == kNameLength - 1;
}

struct Found {
  std::set<std::string> whole, broken;  // paths, by time
};

absl::StatusOr<Found> LookIn(const std::string& folder) {
  Found found;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    const std::string name = at->path().filename().string();
    if (IsName(name) && fs::exists(at->path() / kSetFile)) found.whole.insert(at->path().string());
    if (absl::EndsWith(name, kPartial) && IsName(std::string(absl::StripSuffix(name, kPartial)))) {
      found.broken.insert(at->path().string());
    }
  }
  if (failed) return absl::UnavailableError(absl::StrCat(folder, ": ", failed.message()));
  return found;
}

absl::Status Remove(const std::string& path) {
  std::error_code failed;
  // Its end goes first: what is half removed is no backup.
  fs::remove(fs::path(path) / kSetFile, failed);
  if (!failed) fs::remove_all(path, failed);
  if (!failed) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("cannot remove ", path, ": ", failed.message()));
}

}  // namespace

std::string BackupIn(const std::string& folder, absl::Time now) {
  return absl::StrCat(folder, "/", absl::FormatTime(kName, now, ChinaTime()));
}

absl::StatusOr<std::string> LatestIn(const std::string& folder) {
  ASSIGN_OR_RETURN(const Found found, LookIn(folder));
  if (found.whole.empty()) return absl::NotFoundError(absl::StrCat(folder, " has no whole backup"));
  return *found.whole.rbegin();
}

absl::Status ExpireIn(const std::string& folder, int keep) {
  ASSIGN_OR_RETURN(Found found, LookIn(folder));
  for (const std::string& path : found.broken) RETURN_IF_ERROR(Remove(path));
  while (found.whole.size() > static_cast<size_t>(std::max(keep, 1))) {
    RETURN_IF_ERROR(Remove(found.whole.extract(found.whole.begin()).value()));
  }
  return absl::OkStatus();
}

}  // namespace shian::ctl
