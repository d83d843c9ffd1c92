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
  // A CURIE's IRI; any other text unchanged.
  std::string ExpandValue(absl::string_view text) const;

 private:
  const Rule* MergeUrl(absl::string_view url);
  const Rule* MergeTerms(const json::Value& terms);

  absl::flat_hash_map<std::string, std::string> prefixes_;
  std::string vocabulary_;  // "@vocab": where names without prefix belong
  bool names_epcis_ = false;
};

}  // namespace shian::trace
