// The prefixes of one document: IsEpcisSpace and Prefixes of xml_event.h.
#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/trace/capture/context.h"
#include "services/trace/capture/json_text.h"
#include "services/trace/capture/xml_event.h"

namespace shian::trace {

using json::Members;
using json::Quoted;

namespace {

// A prefix that JSON-LD and XML can define for `space`: no word of the standard context, none that
// documents use for themselves.
bool MayDefine(absl::string_view prefix, absl::string_view space) {
  if (prefix == "xml") return space == "http://www.w3.org/XML/1998/namespace";
  static constexpr absl::string_view kTaken[] = {"", "id", "type", "epcis", "epcisq", "xsi", "xsd"};
  if (std::find(std::begin(kTaken), std::end(kTaken), prefix) != std::end(kTaken)) return false;
  static const Context standard;
  const std::string expanded = standard.ExpandName(absl::StrCat(prefix, ":x"));
  return expanded.empty() || expanded == absl::StrCat("{", space, "}x");
}

}  // namespace

bool IsEpcisSpace(absl::string_view space) {
  return space.empty() || absl::StartsWith(space, "urn:epcglobal:epcis");
}

const std::string& Prefixes::Of(absl::string_view space, absl::string_view wanted) {
  const auto known = by_space_.find(std::string(space));
  if (known != by_space_.end()) return known->second;
  std::string prefix(wanted);
  for (int number = 1; !MayDefine(prefix, space) || by_prefix_.count(prefix) > 0; ++number) {
    prefix = absl::StrCat("ns", number);
  }
  by_prefix_.emplace(prefix, std::string(space));
  return by_space_.emplace(std::string(space), prefix).first->second;
}

std::string Prefixes::ContextJson() const {
  constexpr absl::string_view kStandard =
      "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";
  if (by_prefix_.empty()) return Quoted(kStandard);
  Members terms;
  for (const auto& [prefix, space] : by_prefix_) terms.AddText(prefix, space);
  return absl::StrCat("[", Quoted(kStandard), ",", terms.Text(), "]");
}

std::string Prefixes::Declarations() const {
  std::string out;
  for (const auto& [prefix, space] : by_prefix_) {
    if (prefix == "xml") continue;  // bound by XML itself
    absl::StrAppend(&out, " xmlns:", prefix, "=\"",
                    absl::StrReplaceAll(space, {{"&", "&amp;"}, {"<", "&lt;"}, {"\"", "&quot;"}}),
                    "\"");
  }
  return out;
}

}  // namespace shian::trace
