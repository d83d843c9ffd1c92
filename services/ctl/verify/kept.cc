#include "services/ctl/verify/kept.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace shian::ctl {
namespace {

constexpr int kEarlierEpochsMax = 1000;

}  // namespace

std::string DefaultKeptFolder() {
  if (const char* state = std::getenv("XDG_STATE_HOME")) return absl::StrCat(state, "/shian");
  const char* home = std::getenv("HOME");
  return absl::StrCat(home == nullptr ? "." : home, "/.local/state/shian");
}

std::string KeptPath(const std::string& folder, const std::string& origin) {
  return absl::StrCat(folder, "/", absl::StrReplaceAll(origin, {{"/", "_"}}), ".checkpoint");
}

Kept ReadKept(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  Kept kept;
  std::getline(file, kept.key);
  std::stringstream rest;
  rest << file.rdbuf();
  kept.note = rest.str();
  return kept;
}

Kept ReadKeptBefore(const std::string& folder, const std::string& origin) {
  const size_t name_end = origin.rfind('/');
  int64_t epoch = 0;
  if (name_end == std::string::npos || !absl::SimpleAtoi(origin.substr(name_end + 1), &epoch)) {
    return Kept();
  }
  // The number is the server's claim, so it does not decide how long this takes.
  for (int tries = 0; epoch > 1 && tries < kEarlierEpochsMax; ++tries) {
    const std::string before = absl::StrCat(origin.substr(0, name_end), "/", --epoch);
    Kept kept = ReadKept(KeptPath(folder, before));
    if (!kept.note.empty()) return kept;
  }
  return Kept();
}

absl::Status WriteKept(const std::string& path, const Kept& kept) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  std::ofstream file(path + ".new", std::ios::binary);
  file << kept.key << "\n" << kept.note;
  file.close();
  std::filesystem::rename(path + ".new", path, error);
  if (!file || error) return absl::UnavailableError(absl::StrCat("cannot write ", path));
  return absl::OkStatus();
}

}  // namespace shian::ctl
