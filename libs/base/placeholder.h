#ifndef SHIAN_LIBS_BASE_PLACEHOLDER_H_
#define SHIAN_LIBS_BASE_PLACEHOLDER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace shian {

// A part of a text with placeholders: words as they stand, or the name between "{{" and "}}".
struct TextPiece {
  bool is_name = false;
  std::string text;
  friend bool operator==(const TextPiece&, const TextPiece&) = default;
};

// "自{{document.date}}起" has three pieces. Names are of a-z 0-9 '.', '_' and '-'. INVALID_ARGUMENT
// for braces that open and do not close, close and did not open, or hold anything else.
absl::StatusOr<std::vector<TextPiece>> SplitPlaceholders(absl::string_view text);

}  // namespace shian

#endif  // SHIAN_LIBS_BASE_PLACEHOLDER_H_
