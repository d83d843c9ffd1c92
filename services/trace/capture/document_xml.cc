// EPCIS 2.0 XML documents, taken apart into JSON-LD events.
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "services/trace/capture/document.h"
#include "services/trace/capture/xml.h"
#include "services/trace/capture/xml_event.h"

namespace shian::trace {
namespace {

using xml::Element;

CutDocument Refused(const Rule& rule, std::string field) {
  CutDocument cut;
  cut.broken = &rule;
  cut.field = std::move(field);
  return cut;
}

const std::string& AttributeOf(const Element& element, absl::string_view name) {
  static const std::string none;
  const std::string* value = element.Find(name);
  return value == nullptr ? none : *value;
}

// What the document says of itself; null when it may be read.
const Rule* CheckRoot(const Element& root, std::string* field) {
  *field = "document";
  if (root.name != "EPCISDocument" && root.name != "EPCISQueryDocument") {
    return &rules::kDocumentType;
  }
  *field = "schemaVersion";
  // Versions 1.x have namespaces of their own and say so there as well.
  if (!IsEpcisSpace(root.space) || absl::EndsWith(root.space, ":1"))
    return &rules::kDocumentVersion;
  if (const Rule* broken = CheckVersion(AttributeOf(root, "schemaVersion"))) return broken;
  *field = "creationDate";
  return CheckCreated(AttributeOf(root, "creationDate"));
}

const Element* EventList(const Element& root) {
  const Element* at = root.Child("EPCISBody");
  if (at != nullptr && root.name == "EPCISQueryDocument") {
    at = at->Child("QueryResults");
    if (at != nullptr) at = at->Child("resultsBody");
  }
  return at == nullptr ? nullptr : at->Child("EventList");
}

// Version 1.x put new event types into <extension>.
void AddEvents(const Element& list, Prefixes* prefixes, CutDocument* out) {
  for (const Element& event : list.children) {
    if (event.name == "extension" && IsEpcisSpace(event.space)) {
      AddEvents(event, prefixes, out);
    } else {
      out->events.push_back(EventJsonFromXml(event, prefixes));
    }
  }
}

}  // namespace

CutDocument CutXml(absl::string_view bytes, const DocumentBounds& bounds) {
  if (bytes.size() > bounds.bytes) return Refused(rules::kXmlTooLarge, "document");
  xml::Document document;
  if (const Rule* broken = xml::Parse(bytes, &document)) return Refused(*broken, "document");
  std::string field;
  if (const Rule* broken = CheckRoot(document.root, &field)) return Refused(*broken, field);
  const Element* list = EventList(document.root);
  const char* where = "EPCISBody.EventList";
  if (list == nullptr || list->children.empty()) return Refused(rules::kDocumentEmpty, where);
  CutDocument cut;
  Prefixes prefixes;
  AddEvents(*list, &prefixes, &cut);
  if (cut.events.size() > bounds.events) return Refused(rules::kDocumentTooMany, where);
  cut.created = AttributeOf(document.root, "creationDate");
  cut.context_json = prefixes.ContextJson();
  // A namespace that is no URI cannot stand in a JSON-LD context.
  if (const Rule* broken = ReadContext(cut.context_json).broken) return Refused(*broken, "xmlns");
  return cut;
}

}  // namespace shian::trace
