// The JSON-LD context of a document or event: which prefixes stand for which namespaces. Contexts
// are never fetched: the EPCIS ones are known, own ones come inline.
#pragma once

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "services/trace/capture/json.h"
#include "services/trace/capture/rule.h"

namespace shian::trace {

class Context {
 public:
  // The prefixes that the EPCIS context itself defines.
  Context();

  // Takes in an "@context" member. Null when all is well.
  const Rule* Merge(const json::Value& context);
  // True once an EPCIS context was named.
  bool names_epcis() const { return names_epcis_; }

  // "{namespace}name" of an extension's key; empty when its prefix is not defined. `key` is
  // "prefix:name", a term that the context defines, or a whole IRI.
  std::string ExpandName(absl::string_view key) const;
  // A value's IRI where it is a CURIE of the standard context; any other text unchanged. A sender's
  // own prefixes count in names only: XML has none in values, and an event must not depend on the
  // syntax it came in.
  static std::string ExpandValue(absl::string_view text);

 private:
  const Rule* MergeUrl(absl::string_view url);
  const Rule* MergeTerms(const json::Value& terms);
  bool IsDefinedByName(absl::string_view key, const json::Value& term) const;

  using Prefixes = absl::flat_hash_map<std::string, std::string>;
  static const Prefixes& Standard();
  static std::string Expand(const Prefixes& prefixes, absl::string_view text);

  Prefixes prefixes_;
  std::string vocabulary_;  // "@vocab": where names without prefix belong
  bool names_epcis_ = false;
};

}  // namespace shian::trace
