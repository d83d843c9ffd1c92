#ifndef SHIAN_LIBS_CODES_GS1_TEXT_H_
#define SHIAN_LIBS_CODES_GS1_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// Inside this library: lots and serials, and how URNs and links write them.
namespace shian::codes {

// 1 to 20 characters of the GS1 set of 82.
bool IsGs1Field(absl::string_view text);

// In a URN (EPC Tag Data Standard) seven characters are written %XX: " % & / < > ?
std::string EscapeForUrn(absl::string_view field);
// In a link everything but letters, digits, "-", "." and "_" is.
std::string EscapeForLink(absl::string_view text);

// Resolves %XX; GS1_ESCAPE when a percent sign stands alone.
absl::StatusOr<std::string> Unescape(absl::string_view text);

// A GS1 field as a URN writes it; refuses what should have been escaped.
absl::StatusOr<std::string> FieldFromUrn(absl::string_view text);
absl::StatusOr<std::string> FieldFromLink(absl::string_view text);

}  // namespace shian::codes

#endif  // SHIAN_LIBS_CODES_GS1_TEXT_H_
