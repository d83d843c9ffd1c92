#ifndef SHIAN_LIBS_BASE_ENCODING_H_
#define SHIAN_LIBS_BASE_ENCODING_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace shian {

// Lower-case hexadecimal; decoding takes both cases.
std::string HexEncode(absl::string_view bytes);
absl::StatusOr<std::string> HexDecode(absl::string_view text);

// RFC 4648 with padding, and its URL-safe form without.
std::string Base64Encode(absl::string_view bytes);
absl::StatusOr<std::string> Base64Decode(absl::string_view text);
std::string Base64UrlEncode(absl::string_view bytes);
absl::StatusOr<std::string> Base64UrlDecode(absl::string_view text);

}  // namespace shian

#endif  // SHIAN_LIBS_BASE_ENCODING_H_
