#include "services/ctl/import/files.h"

#include <algorithm>
#include <filesystem>

namespace shian::ctl {
namespace {

bool IsDocument(const std::filesystem::path& path) {
  const std::string extension = path.extension();
  return extension == ".json" || extension == ".jsonld" || extension == ".xml";
}

// What `Iterator` finds under `folder`, sorted. A folder that cannot be read stands for nothing.
template <class Iterator>
std::vector<std::string> Under(const std::string& folder, bool documents_only) {
  std::vector<std::string> found;
  std::error_code error;
  for (Iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (!entry->is_regular_file(error)) continue;
    if (!documents_only || IsDocument(entry->path())) found.push_back(entry->path().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<std::string> Expand(const std::vector<std::string>& given, bool documents) {
  std::vector<std::string> files;
  for (const std::string& path : given) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    const auto found = documents ? Under<std::filesystem::recursive_directory_iterator>(path, true)
                                 : Under<std::filesystem::directory_iterator>(path, false);
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

}  // namespace

std::vector<std::string> Files(const std::vector<std::string>& given) {
  return Expand(given, /*documents=*/false);
}

std::vector<std::string> DocumentFiles(const std::vector<std::string>& given) {
  return Expand(given, /*documents=*/true);
}

}  // namespace shian::ctl
