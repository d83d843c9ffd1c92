#include "services/ctl/import/files.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"

namespace shian::ctl {
namespace {

using Found = absl::StatusOr<std::vector<std::string>>;

bool IsDocument(const std::filesystem::path& path) {
  const std::string extension = absl::AsciiStrToLower(path.extension().string());
  return extension == ".json" || extension == ".jsonld" || extension == ".xml";
}

absl::Status Unreadable(const std::string& path, const std::error_code& error) {
  return absl::UnavailableError(absl::StrCat(path, ": ", error.message()));
}

// What `Iterator` finds under `folder`, sorted. What cannot be looked into is named: a file that
// was passed over would be missed by nobody.
template <class Iterator>
Found Under(const std::string& folder, bool documents_only) {
  std::vector<std::string> found;
  std::error_code error;
  std::string at = folder;
  for (Iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    at = entry->path().string();
    if (documents_only && !IsDocument(entry->path())) continue;
    const bool file = entry->is_regular_file(error);
    if (error) break;
    if (file) found.push_back(at);
  }
  if (error) return Unreadable(at, error);
  if (found.empty()) return absl::NotFoundError(absl::StrCat(folder, ": holds no file to take"));
  std::sort(found.begin(), found.end());
  return found;
}

Found Expand(const std::vector<std::string>& given, bool documents) {
  std::vector<std::string> files;
  for (const std::string& path : given) {
    std::error_code error;
    const bool folder = std::filesystem::is_directory(path, error);
    if (error) return Unreadable(path, error);
    if (!folder) {
      files.push_back(path);
      continue;
    }
    ASSIGN_OR_RETURN(const std::vector<std::string> found,
                     documents ? Under<std::filesystem::recursive_directory_iterator>(path, true)
                               : Under<std::filesystem::directory_iterator>(path, false));
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

}  // namespace

Found Files(const std::vector<std::string>& given) { return Expand(given, /*documents=*/false); }

Found DocumentFiles(const std::vector<std::string>& given) {
  return Expand(given, /*documents=*/true);
}

}  // namespace shian::ctl
