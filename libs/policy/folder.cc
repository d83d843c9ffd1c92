#include "libs/policy/folder.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/errors/errors.h"
#include "libs/policy/convert.h"
#include "libs/policy/kinds.h"
#include "libs/policy/limits.h"
#include "libs/policy/validate.h"

namespace shian::policy {
namespace {

namespace fs = std::filesystem;

// "deadline/sampling.txtpb" of every file one level below the folder, sorted.
std::vector<std::string> PathsIn(const fs::path& folder) {
  std::vector<std::string> paths;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  for (; entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    // A mounted ConfigMap holds its files twice: as links, and behind them in a folder "..<time>".
    if (entry->path().filename().string().starts_with('.')) {
      entry.disable_recursion_pending();
      continue;
    }
    if (!entry->is_regular_file(error) || entry->path().extension() != ".txtpb") continue;
    if (paths.size() >= limits::kFilesMax) break;
    paths.push_back(entry->path().lexically_relative(folder).string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

void ReadFile(const fs::path& root, const std::string& path, Folder* folder) {
  std::ifstream in(root / path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in.good() && !in.eof()) {
    folder->problems.push_back({path, 0, 0, "", "cannot be read", "无法读取"});
    return;
  }
  FileResult result = ParseFile(path, text);
  folder->problems.insert(folder->problems.end(), result.problems.begin(), result.problems.end());
  if (result.message == nullptr) return;
  PolicyFile file;
  file.path = path;
  file.revision = HexEncode(Sha256(text));
  file.text = std::move(text);
  file.kind = KindOf(*result.message->GetDescriptor())->kind;
  file.header = HeaderOf(*result.message);
  file.message = std::move(result.message);
  folder->files.push_back(std::move(file));
}

bool IsFolder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

// The source tree or the install tree that the running program lies in.
std::string FolderAroundProgram() {
  std::error_code error;
  fs::path at = fs::read_symlink("/proc/self/exe", error).parent_path();
  if (IsFolder(at / "../share/shian/policies")) return (at / "../share/shian/policies").string();
  for (int level = 0; level < limits::kSearchLevelsMax && at.has_relative_path(); ++level) {
    if (IsFolder(at / "deploy/policies")) return (at / "deploy/policies").string();
    at = at.parent_path();
  }
  return "";
}

}  // namespace

absl::Status Folder::ToStatus() const {
  if (problems.empty()) return absl::OkStatus();
  std::string text = problems.front().ToString();
  if (problems.size() > 1) absl::StrAppend(&text, " (and ", problems.size() - 1, " more)");
  return errors::Refuse(errors::Reason::kPolicyInvalid, {{"problem", text}});
}

absl::StatusOr<Folder> ReadFolder(const std::string& path) {
  if (!IsFolder(path)) return absl::NotFoundError(absl::StrCat("no policy folder ", path));
  Folder folder;
  for (const std::string& file : PathsIn(path)) ReadFile(path, file, &folder);
  ValidateTogether(&folder);
  return folder;
}

absl::StatusOr<std::string> FindPolicyFolder(const std::string& flag) {
  if (!flag.empty()) return flag;
  if (const char* environment = std::getenv("SHIAN_POLICIES")) return std::string(environment);
  const std::string around = FolderAroundProgram();
  if (!around.empty()) return around;
  for (const char* path : {"/usr/share/shian/policies", "deploy/policies"}) {
    if (IsFolder(path)) return std::string(path);
  }
  return absl::NotFoundError("no policy folder: give --policies or set SHIAN_POLICIES");
}

calendar::Calendar CalendarOf(const Folder& folder) {
  calendar::Calendar::Parts parts;
  for (const PolicyFile& file : folder.files) {
    if (file.kind != v1::POLICY_KIND_CALENDAR) continue;
    AddNotice(static_cast<const v1::Calendar&>(*file.message), &parts);
  }
  return calendar::Calendar(std::move(parts));
}

}  // namespace shian::policy
