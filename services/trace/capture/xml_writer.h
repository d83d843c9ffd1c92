// JSON-LD events as EPCIS 2.0 XML that says the same: read again they are the same events. The
// elements stand in the order of the standard's schema.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/trace/capture/context.h"
#include "services/trace/capture/json.h"
#include "services/trace/capture/rule.h"
#include "services/trace/capture/xml_event.h"

namespace shian::trace {

struct WrittenXml {
  std::string text;
  const Rule* broken = nullptr;  // it holds what XML cannot
};

// One event as an element. The document that takes it in binds `prefixes`.
WrittenXml WriteEventXml(const json::Value& event, const Context& context, Prefixes* prefixes);

// An EPCISDocument around events, each as JSON text in the given context.
WrittenXml WriteDocumentXml(const std::vector<std::string>& events, const Context& context,
                            absl::string_view created);

}  // namespace shian::trace
