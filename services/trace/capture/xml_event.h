// One EPCIS 2.0 event from XML as the JSON-LD event that says the same (EPCIS 2.0, chapters 9 and
// 10): the one form in which events are judged, hashed and kept.
#pragma once

#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "services/trace/capture/xml.h"

namespace shian::trace {

// The prefix of each foreign namespace of one document: one of the document's own where that is
// unambiguous.
class Prefixes {
 public:
  // `wanted` is what the document used; it may be empty.
  const std::string& Of(absl::string_view space, absl::string_view wanted);
  // The JSON-LD context that defines them beside the standard one.
  std::string ContextJson() const;
  // The same as declarations of an XML document, each with a blank before it.
  std::string Declarations() const;

 private:
  std::map<std::string, std::string, std::less<>> by_space_;
  std::map<std::string, std::string, std::less<>> by_prefix_;
};

// Whether a name of that namespace may be one of EPCIS itself.
bool IsEpcisSpace(absl::string_view space);

// What is not of EPCIS 2.0 stays in, for the reader of events to refuse: foreign elements and
// attributes under their own names, attributes and text where the standard has none as an object
// or a "#text" member. Left out are xsi's attributes, but for a type that JSON cannot say, and the
// wrappers of older versions.
std::string EventJsonFromXml(const xml::Element& event, Prefixes* prefixes);

}  // namespace shian::trace
