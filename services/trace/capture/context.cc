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

}  // namespace

Context::Context()
    : prefixes_{{"cbv", "https://ref.gs1.org/cbv/"},
                {"cbvmda", "urn:epcglobal:cbv:mda:"},
                {"dcterms", "http://purl.org/dc/terms/"},
                {"epcis", "https://ref.gs1.org/epcis/"},
                {"gs1", "https://gs1.org/voc/"},
                {"owl", "http://www.w3.org/2002/07/owl#"},
                {"rdfs", "http://www.w3.org/2000/01/rdf-schema#"},
                {"xsd", "http://www.w3.org/2001/XMLSchema#"}} {}

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

const Rule* Context::MergeTerms(const json::Value& terms) {
  for (size_t i = 0; i < terms.keys.size(); ++i) {
    const json::Value& term = terms.items[i];
    if (terms.keys[i] == "@vocab" && term.IsString() && IsUri(term.text)) {
      vocabulary_ = std::string(term.text);
    }
    if (absl::StartsWith(terms.keys[i], "@")) continue;
    const json::Value* iri = term.IsObject() ? term.Find("@id") : &term;
    if (iri == nullptr || !iri->IsString() || !IsUri(iri->text)) return &rules::kContextMalformed;
    if (prefixes_.size() >= limits::kPrefixesMax) return &rules::kContextMalformed;
    prefixes_.insert_or_assign(std::string(terms.keys[i]), ExpandValue(iri->text));
  }
  return nullptr;
}

std::string Context::ExpandName(absl::string_view key) const {
  if (absl::StrContains(key, "://")) {
    const size_t end = key.find_last_of("/#") + 1;
    return absl::StrCat("{", key.substr(0, end), "}", key.substr(end));
  }
  const size_t colon = key.find(':');
  const auto found = prefixes_.find(key.substr(0, colon));
  if (found == prefixes_.end()) {
    const bool own = colon == absl::string_view::npos && !vocabulary_.empty() && key != "id" &&
                     key != "type" && !absl::StartsWith(key, "@") && key != "#text";
    return own ? absl::StrCat("{", vocabulary_, "}", key) : "";
  }
  if (colon == absl::string_view::npos) return ExpandName(found->second);
  return absl::StrCat("{", found->second, "}", key.substr(colon + 1));
}

std::string Context::ExpandValue(absl::string_view text) const {
  const size_t colon = text.find(':');
  if (colon == absl::string_view::npos || absl::StartsWith(text.substr(colon), "://")) {
    return std::string(text);
  }
  const auto found = prefixes_.find(text.substr(0, colon));
  return found == prefixes_.end() ? std::string(text)
                                  : absl::StrCat(found->second, text.substr(colon + 1));
}

}  // namespace shian::trace
