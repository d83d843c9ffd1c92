#ifndef SHIAN_LIBS_BASE_TEXT_H_
#define SHIAN_LIBS_BASE_TEXT_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace shian {

// Text as it may be stored: valid UTF-8 in NFC, white space cut from both ends (U+3000 too), at
// most `max_code_points`. Refused with INVALID_ARGUMENT: broken UTF-8, U+0000 and other control
// characters, line breaks, and the invisible characters that make one text look like another
// (bidirectional overrides, zero-width space, byte order mark, tags, noncharacters). Empty is fine
// here; whether a field may be empty is the caller's rule.
absl::StatusOr<std::string> NormaliseText(absl::string_view text, size_t max_code_points);

// The same for free text of several lines: line feed and tab stay, CR LF becomes line feed.
absl::StatusOr<std::string> NormaliseParagraphs(absl::string_view text, size_t max_code_points);

bool IsValidUtf8(absl::string_view text);

// Broken bytes count as one each.
size_t CountCodePoints(absl::string_view text);

// "张三丰" -> "张**". Shows the first character at most, hides the length as well, and shows
// nothing of a name of one character or of bytes that are no text.
std::string MaskName(absl::string_view name);

// "11010519491231002X" -> "1101051949****002X": characters 11 to 14 are hidden, as printed
// licences do. A shorter code shows its first quarter only; what is no code shows nothing.
std::string MaskCode(absl::string_view code);

}  // namespace shian

#endif  // SHIAN_LIBS_BASE_TEXT_H_
