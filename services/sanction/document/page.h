// A filled form as one HTML file for A4 paper.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "services/sanction/document/fill.h"

namespace shian::sanction {

// The same bytes for the same form, for ever: what was issued is proved by its hash. The page needs
// nothing outside of itself and can do nothing: no script, no address. Without a number it is
// marked as a draft (草稿).
std::string RenderPage(const FilledForm& form);

// Text as it stands between tags and in quotes.
std::string EscapeHtml(absl::string_view text);

}  // namespace shian::sanction
