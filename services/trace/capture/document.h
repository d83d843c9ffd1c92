// EPCIS 2.0 JSON-LD as it arrives: a document of events, or events cut from one.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/trace/capture/context.h"
#include "services/trace/capture/event.h"

namespace shian::trace {

// A context as its sender wrote it. `broken` is null when it can be used.
struct ParsedContext {
  Context context;
  std::string json;
  const Rule* broken = nullptr;
};
// Empty text stands for the EPCIS context itself.
ParsedContext ReadContext(absl::string_view json);

struct ParsedDocument {
  std::vector<ParsedEvent> events;  // their lines count from 1
  const Rule* broken = nullptr;     // the document as a whole is refused
  std::string field;                // where
};
// Takes an EPCISDocument, an EPCISQueryDocument, or one event with its context.
ParsedDocument ReadDocument(absl::string_view bytes);

// One event as JSON text.
ParsedEvent ReadEventText(int64_t line, absl::string_view json, const ParsedContext& context);

}  // namespace shian::trace
