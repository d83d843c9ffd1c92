#include "libs/base/encoding.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"

namespace shian {

std::string HexEncode(absl::string_view bytes) { return absl::BytesToHexString(bytes); }

absl::StatusOr<std::string> HexDecode(absl::string_view text) {
  if (text.size() % 2 != 0) return absl::InvalidArgumentError("hexadecimal of odd length");
  for (const char c : text) {
    if (!absl::ascii_isxdigit(c)) return absl::InvalidArgumentError("not hexadecimal");
  }
  return absl::HexStringToBytes(text);
}

std::string Base64Encode(absl::string_view bytes) { return absl::Base64Escape(bytes); }

absl::StatusOr<std::string> Base64Decode(absl::string_view text) {
  std::string bytes;
  // Abseil skips white space and missing padding; one value must have one text only.
  if (!absl::Base64Unescape(text, &bytes) || Base64Encode(bytes) != text) {
    return absl::InvalidArgumentError("not base64");
  }
  return bytes;
}

std::string Base64UrlEncode(absl::string_view bytes) { return absl::WebSafeBase64Escape(bytes); }

absl::StatusOr<std::string> Base64UrlDecode(absl::string_view text) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(text, &bytes) || Base64UrlEncode(bytes) != text) {
    return absl::InvalidArgumentError("not URL-safe base64");
  }
  return bytes;
}

}  // namespace shian
