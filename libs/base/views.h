#ifndef SHIAN_LIBS_BASE_VIEWS_H_
#define SHIAN_LIBS_BASE_VIEWS_H_

#include <string_view>

#include "absl/strings/string_view.h"

namespace shian {

// Debian's Abseil has a string_view of its own. Our signatures use that one; these two are the
// only conversions, and neither copies.
inline std::string_view ToStd(absl::string_view text) { return {text.data(), text.size()}; }
inline absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace shian

#endif  // SHIAN_LIBS_BASE_VIEWS_H_
