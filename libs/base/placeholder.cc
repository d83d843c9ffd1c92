#include "libs/base/placeholder.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace shian {
namespace {

constexpr absl::string_view kOpen = "{{";
constexpr absl::string_view kClose = "}}";

bool IsNameChar(char c) {
  return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '.' || c == '_' || c == '-';
}

bool IsName(absl::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), IsNameChar);
}

}  // namespace

absl::StatusOr<std::vector<TextPiece>> SplitPlaceholders(absl::string_view text) {
  std::vector<TextPiece> pieces;
  while (!text.empty()) {
    const size_t open = text.find(kOpen);
    const absl::string_view words = text.substr(0, open);
    if (words.find(kClose) != absl::string_view::npos) {
      return absl::InvalidArgumentError("closes a placeholder that does not open");
    }
    if (!words.empty()) pieces.push_back({false, std::string(words)});
    if (open == absl::string_view::npos) break;
    text.remove_prefix(open + kOpen.size());
    const size_t close = text.find(kClose);
    if (close == absl::string_view::npos || !IsName(text.substr(0, close))) {
      return absl::InvalidArgumentError("opens a placeholder that is no name");
    }
    pieces.push_back({true, std::string(text.substr(0, close))});
    text.remove_prefix(close + kClose.size());
  }
  return pieces;
}

}  // namespace shian
