// An XML 1.0 reader for documents that strangers sent: no document types, no entities but the five
// of XML itself, bounded depth, names and attributes, namespaces resolved. What it does not read it
// refuses by name; it never fetches anything. Cost is linear in the text.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/trace/capture/rule.h"

namespace shian::trace::xml {

struct Attribute {
  absl::string_view space;  // namespace; empty without a prefix
  absl::string_view prefix;
  absl::string_view name;
  std::string value;
};

struct Element {
  absl::string_view space;  // namespace; empty when it is in none
  absl::string_view prefix;
  absl::string_view name;
  std::vector<Attribute> attributes;  // without the declarations of namespaces
  std::string text;                   // the character data directly inside, joined
  std::vector<Element> children;

  // The first child of that name in any namespace, or null.
  const Element* Child(absl::string_view name) const;
  // The value of an attribute without namespace, or null.
  const std::string* Find(absl::string_view name) const;
};

// The views of its elements point into the text parsed and into `spaces`.
struct Document {
  Element root;
  std::deque<std::string> spaces;  // the namespaces bound anywhere
};

// Null when all is well; else the rule that `text` breaks.
const Rule* Parse(absl::string_view text, Document* out);

}  // namespace shian::trace::xml
