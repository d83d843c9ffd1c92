#include "services/trace/capture/context.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/trace/capture/epc.h"
#include "services/trace/capture/limits.h"

namespace shian::trace {
namespace {

bool IsEpcisContext(absl::string_view url) {
  return absl::StartsWith(url, "https://ref.gs1.org/standards/epcis/") ||
         absl::StartsWith(url, "https://gs1.github.io/EPCIS/") ||
         absl::StartsWith(url, "https://id.gs1.org/epcis-context");
}

// A whole IRI as "{namespace}name", parted after the last of `marks` in it.
std::string PartedName(absl::string_view iri, absl::string_view marks) {
  const size_t end = iri.find_last_of(marks) + 1;
  return absl::StrCat("{", iri.substr(0, end), "}", iri.substr(end));
}

}  // namespace

const Context::Prefixes& Context::Standard() {
  static const auto* const kStandard =
      new Prefixes{{"cbv", "https://ref.gs1.org/cbv/"},
                   {"cbvmda", "urn:epcglobal:cbv:mda:"},
                   {"dcterms", "http://purl.org/dc/terms/"},
                   {"epcis", "https://ref.gs1.org/epcis/"},
                   {"gs1", "https://gs1.org/voc/"},
                   {"owl", "http://www.w3.org/2002/07/owl#"},
                   {"rdfs", "http://www.w3.org/2000/01/rdf-schema#"},
                   {"xsd", "http://www.w3.org/2001/XMLSchema#"}};
  return *kStandard;
}

Context::Context() : prefixes_(Standard()) {}

const Rule* Context::Merge(const json::Value& context) {
  if (context.IsString()) return MergeUrl(context.text);
  if (context.IsObject()) return MergeTerms(context);
  if (!context.IsArray()) return &rules::kContextMalformed;
  for (const json::Value& item : context.items) {
    if (!item.IsString() && !item.IsObject()) return &rules::kContextMalformed;
    if (const Rule* broken = Merge(item)) return broken;
  }
  return nullptr;
}

const Rule* Context::MergeUrl(absl::string_view url) {
  if (!IsEpcisContext(url)) return &rules::kContextUnknown;
  names_epcis_ = true;
  return nullptr;
}

// A term that says something of itself (its type) but no IRI has the one that its name gives.
bool Context::IsDefinedByName(absl::string_view key, const json::Value& term) const {
  return term.IsObject() && term.Find("@id") == nullptr &&
         (absl::StrContains(key, ':') || !vocabulary_.empty());
}

const Rule* Context::MergeTerms(const json::Value& terms) {
  const json::Value* vocabulary = terms.Find("@vocab");
  if (vocabulary != nullptr && vocabulary->IsString() && IsUri(vocabulary->text)) {
    vocabulary_ = std::string(vocabulary->text);
  }
  for (size_t i = 0; i < terms.keys.size(); ++i) {
    const json::Value& term = terms.items[i];
    if (absl::StartsWith(terms.keys[i], "@") || IsDefinedByName(terms.keys[i], term)) continue;
    const json::Value* iri = term.IsObject() ? term.Find("@id") : &term;
    if (iri == nullptr || !iri->IsString() || !IsUri(iri->text)) return &rules::kContextMalformed;
    if (prefixes_.size() >= limits::kPrefixesMax) return &rules::kContextMalformed;
    prefixes_.insert_or_assign(std::string(terms.keys[i]), Expand(prefixes_, iri->text));
  }
  return nullptr;
}

std::string Context::ExpandName(absl::string_view key) const {
  if (absl::StrContains(key, "://")) return PartedName(key, "/#");
  const size_t colon = key.find(':');
  const auto found = prefixes_.find(key.substr(0, colon));
  if (found == prefixes_.end()) {
    const bool own = colon == absl::string_view::npos && !vocabulary_.empty() && key != "id" &&
                     key != "type" && !absl::StartsWith(key, "@") && key != "#text";
    return own ? absl::StrCat("{", vocabulary_, "}", key) : "";
  }
  if (colon == absl::string_view::npos) return PartedName(found->second, "/#:");
  return absl::StrCat("{", found->second, "}", key.substr(colon + 1));
}

std::string Context::ExpandValue(absl::string_view text) { return Expand(Standard(), text); }

std::string Context::Expand(const Prefixes& prefixes, absl::string_view text) {
  const size_t colon = text.find(':');
  if (colon == absl::string_view::npos || absl::StartsWith(text.substr(colon), "://")) {
    return std::string(text);
  }
  const auto found = prefixes.find(text.substr(0, colon));
  return found == prefixes.end() ? std::string(text)
                                 : absl::StrCat(found->second, text.substr(colon + 1));
}

}  // namespace shian::trace
