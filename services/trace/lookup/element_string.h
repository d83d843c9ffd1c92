// GS1 element strings (GS1元素串): what a DataMatrix, a GS1-128 or the text under one says, such as
// "(01)06901234567892(10)M1".
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace shian::trace {

// As a Digital Link under id.gs1.org, of what names goods: SSCC or GTIN, with variant, lot and
// serial number; the other elements are read over. In brackets for people, or as a scanner gives
// it, with FNC1 as the group separator (ASCII 29) and the symbology's mark ("]d2") before it, where
// it has one. Empty when the text is no whole element string that names goods.
std::string LinkOfElements(absl::string_view text);

}  // namespace shian::trace
