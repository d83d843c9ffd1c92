#ifndef SHIAN_SERVICES_CTL_VERIFY_KEPT_H_
#define SHIAN_SERVICES_CTL_VERIFY_KEPT_H_

#include <string>

#include "absl/status/status.h"

namespace shian::ctl {

// What is kept of a log between two verifications: the key and the note last seen.
struct Kept {
  std::string key, note;
};

// Where checkpoints are kept. Not SHIAN_STATE: that is where a service keeps its store, and both
// may be set in one shell.
inline constexpr char kSeenVariable[] = "SHIAN_SEEN";
// Where they are kept when nobody says so.
std::string DefaultKeptFolder();
// `origin` is the log's name on its checkpoints, epoch included.
std::string KeptPath(const std::string& folder, const std::string& origin);
// Empty when there is none.
Kept ReadKept(const std::string& path);
// The latest one of an earlier epoch of that log; empty when there is none.
Kept ReadKeptBefore(const std::string& folder, const std::string& origin);
absl::Status WriteKept(const std::string& path, const Kept& kept);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_VERIFY_KEPT_H_
