#include "services/ctl/verify/key.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/encoding.h"
#include "libs/ledger/signer.h"

namespace shian::ctl {

std::string KeyUnder(const std::string& name, const std::string& key) {
  const std::vector<std::string> parts = absl::StrSplit(key, absl::MaxSplits('+', 2));
  const auto typed = Base64Decode(parts.back());
  if (parts.size() != 3 || !typed.ok() || typed->empty()) return "";
  return absl::StrCat(name, "+", HexEncode(ledger::KeyId(name, typed->substr(1))), "+", parts[2]);
}

bool IsKeyOf(const std::string& origin, const std::string& key) {
  return absl::StartsWith(key, absl::StrCat(origin, "/"));
}

}  // namespace shian::ctl
