// EPCIS 2.0 as it arrives, in JSON-LD or XML: a document of events, or events cut from one.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/trace/capture/context.h"
#include "services/trace/capture/event.h"
#include "services/trace/capture/limits.h"

namespace shian::trace {

// A context as its sender wrote it. `broken` is null when it can be used.
struct ParsedContext {
  Context context;
  std::string json;
  const Rule* broken = nullptr;
};
// Empty text stands for the EPCIS context itself.
ParsedContext ReadContext(absl::string_view json);

struct DocumentBounds {
  size_t bytes = limits::kDocumentBytesMax;
  size_t events = limits::kEventsPerWriteMax;
};
// What a file without a server's limits may hold.
inline constexpr DocumentBounds kFileBounds{limits::kFileBytesMax, limits::kFileEventsMax};

// A document taken apart and not yet judged: its events as JSON text, as they came where they came
// so, and the context they share.
struct CutDocument {
  std::string context_json;
  std::vector<std::string> events;
  std::string created;           // creationDate; empty of a bare event
  const Rule* broken = nullptr;  // the document as a whole is refused
  std::string field;             // where
};
CutDocument Cut(absl::string_view bytes, const DocumentBounds& bounds = {});
// The same of XML, as JSON-LD that says the same.
CutDocument CutXml(absl::string_view bytes, const DocumentBounds& bounds);
// XML or JSON: whether the first thing in it is a '<'.
bool LooksLikeXml(absl::string_view bytes);

// What a document must say of itself, in either syntax; null when it may be read.
const Rule* CheckVersion(absl::string_view version);
const Rule* CheckCreated(absl::string_view created);

struct ParsedDocument {
  std::vector<ParsedEvent> events;  // their lines count from 1
  const Rule* broken = nullptr;     // the document as a whole is refused
  std::string field;                // where
};
// Takes an EPCISDocument or an EPCISQueryDocument of either syntax, or one JSON-LD event with its
// context.
ParsedDocument ReadDocument(absl::string_view bytes, const DocumentBounds& bounds = {});

// One event as JSON text.
ParsedEvent ReadEventText(int64_t line, absl::string_view json, const ParsedContext& context);

}  // namespace shian::trace
