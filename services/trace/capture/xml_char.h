#pragma once

#include <cstdint>

#include "absl/strings/string_view.h"

namespace shian::trace::xml {

inline bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// What a document's text may hold at all, wherever it stands.
inline bool IsXmlChar(uint32_t point) {
  return point == '\t' || point == '\n' || point == '\r' ||
         (point >= 0x20 && point <= 0x10FFFF && point != 0xFFFE && point != 0xFFFF &&
          (point < 0xD800 || point > 0xDFFF));
}
// The same of UTF-8 text.
inline bool HasForbiddenChar(absl::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 && !IsBlank(text[i])) return true;
    if (byte != 0xEF || i + 2 >= text.size()) continue;
    const absl::string_view three = text.substr(i, 3);
    if (three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF") return true;
  }
  return false;
}

}  // namespace shian::trace::xml
