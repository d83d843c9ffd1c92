#ifndef SHIAN_SERVICES_CTL_TEXT_ENCODING_H_
#define SHIAN_SERVICES_CTL_TEXT_ENCODING_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace shian::ctl {

// The encodings in which bureaus export their tables.
enum class Encoding { kUtf8, kUtf8Bom, kGb18030 };

const char* EncodingName(Encoding encoding);

struct Decoded {
  std::string text;  // UTF-8 without a byte order mark
  Encoding encoding = Encoding::kUtf8;
};

// Tells the encoding by its byte order mark, else by whether the bytes are valid UTF-8, else takes
// GB18030. Bytes that are neither are refused with the offset of the first bad one: a silently
// replaced character in a name or a code would be a wrong record.
absl::StatusOr<Decoded> DecodeText(absl::string_view bytes);

// The reverse, for files as another system would have written them.
absl::StatusOr<std::string> EncodeText(absl::string_view utf8, Encoding encoding);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_TEXT_ENCODING_H_
