#include "services/inspection/draw/canonical.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/hash.h"
#include "services/inspection/frame/archive.h"

namespace shian::inspection::draw {

Canonical& Canonical::Add(absl::string_view field) {
  bytes_ += Prefixed(field);
  return *this;
}

Canonical& Canonical::Add(int64_t number) { return Add(absl::StrCat(number)); }

std::string Canonical::Hash() const { return Sha256(bytes_); }

// Level by level; an odd last node moves up unchanged, which gives the same tree as RFC 9162's
// split at the largest power of two.
std::string MerkleRoot(const std::vector<std::string>& leaves) {
  if (leaves.empty()) return Sha256("");
  std::vector<std::string> level;
  level.reserve(leaves.size());
  for (const std::string& leaf : leaves) level.push_back(Sha256(std::string(1, '\0') + leaf));
  while (level.size() > 1) {
    std::vector<std::string> above;
    above.reserve(level.size() / 2 + 1);
    for (size_t i = 0; i + 1 < level.size(); i += 2) {
      above.push_back(Sha256("\x01" + level[i] + level[i + 1]));
    }
    if (level.size() % 2 == 1) above.push_back(std::move(level.back()));
    level = std::move(above);
  }
  return level.front();
}

}  // namespace shian::inspection::draw
