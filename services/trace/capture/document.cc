#include "services/trace/capture/document.h"

#include <utility>

#include "absl/strings/match.h"
#include "libs/base/time.h"
#include "services/trace/capture/event_fields.h"
#include "services/trace/capture/json.h"
#include "services/trace/capture/limits.h"
#include "services/trace/capture/read_event.h"

namespace shian::trace {
namespace {

constexpr absl::string_view kStandardContext =
    "\"https://ref.gs1.org/standards/epcis/epcis-context.jsonld\"";

ParsedContext FromValue(const json::Value& value) {
  ParsedContext parsed;
  parsed.json = std::string(value.source);
  if (parsed.json.size() > limits::kContextBytesMax) {
    parsed.broken = &rules::kJsonTooLarge;
  } else {
    parsed.broken = parsed.context.Merge(value);
  }
  if (parsed.broken == nullptr && !parsed.context.names_epcis()) {
    parsed.broken = &rules::kContextMissing;
  }
  return parsed;
}

bool IsText(const json::Value& root, absl::string_view key, absl::string_view text) {
  const json::Value* value = root.Find(key);
  return value != nullptr && value->IsString() && value->text == text;
}

// The event list of either kind of document; null when there is none.
const json::Value* EventList(const json::Value& root) {
  const json::Value* at = root.Find("epcisBody");
  if (at != nullptr && IsText(root, "type", "EPCISQueryDocument")) {
    at = at->Find("queryResults");
    if (at != nullptr) at = at->Find("resultsBody");
  }
  const json::Value* list = at == nullptr ? nullptr : at->Find("eventList");
  return list != nullptr && list->IsArray() && !list->items.empty() ? list : nullptr;
}

ParsedDocument Refused(const Rule& rule, std::string field) {
  ParsedDocument document;
  document.broken = &rule;
  document.field = std::move(field);
  return document;
}

// What the document says of itself; null when it may be read.
const Rule* CheckHeader(const json::Value& root, std::string* field) {
  if (!IsText(root, "type", "EPCISDocument") && !IsText(root, "type", "EPCISQueryDocument")) {
    *field = "type";
    return &rules::kDocumentType;
  }
  const json::Value* version = root.Find("schemaVersion");
  if (version == nullptr || !version->IsString() ||
      (version->text != "2.0" && !absl::StartsWith(version->text, "2.0."))) {
    *field = "schemaVersion";
    return &rules::kDocumentVersion;
  }
  const json::Value* created = root.Find("creationDate");
  if (created == nullptr || !created->IsString() || !ParseTime(created->text).ok()) {
    *field = "creationDate";
    return &rules::kDocumentCreated;
  }
  return nullptr;
}

ParsedDocument ReadEvents(const std::vector<const json::Value*>& values,
                          const ParsedContext& context) {
  ParsedDocument document;
  for (const json::Value* value : values) {
    const int64_t line = static_cast<int64_t>(document.events.size()) + 1;
    document.events.push_back(ReadEvent(line, *value, context));
  }
  return document;
}

}  // namespace

ParsedContext ReadContext(absl::string_view json) {
  json::Value value;
  const Rule* broken = json::Parse(json.empty() ? kStandardContext : json, &value);
  if (broken == nullptr) return FromValue(value);
  ParsedContext parsed;
  parsed.broken = broken;
  return parsed;
}

ParsedDocument ReadDocument(absl::string_view bytes) {
  if (bytes.size() > limits::kDocumentBytesMax) return Refused(rules::kJsonTooLarge, "document");
  json::Value root;
  if (const Rule* broken = json::Parse(bytes, &root)) return Refused(*broken, "document");
  if (!root.IsObject()) return Refused(rules::kDocumentType, "document");
  const json::Value* context_value = root.Find("@context");
  if (context_value == nullptr) return Refused(rules::kContextMissing, "@context");
  const ParsedContext context = FromValue(*context_value);
  if (context.broken != nullptr) return Refused(*context.broken, "@context");
  if (IsEventType(root)) return ReadEvents({&root}, context);
  std::string field;
  if (const Rule* broken = CheckHeader(root, &field)) return Refused(*broken, field);
  const json::Value* list = EventList(root);
  if (list == nullptr) return Refused(rules::kDocumentEmpty, "epcisBody.eventList");
  if (list->items.size() > limits::kEventsPerWriteMax) {
    return Refused(rules::kDocumentTooMany, "epcisBody.eventList");
  }
  std::vector<const json::Value*> events;
  for (const json::Value& item : list->items) events.push_back(&item);
  return ReadEvents(events, context);
}

ParsedEvent ReadEventText(int64_t line, absl::string_view json, const ParsedContext& context) {
  ParsedEvent parsed;
  parsed.line = line;
  if (json.size() > limits::kEventBytesMax) {
    parsed.findings.Add(rules::kRowSize, "json");
    return parsed;
  }
  json::Value value;
  if (const Rule* broken = json::Parse(json, &value)) {
    parsed.findings.Add(*broken, "json");
    return parsed;
  }
  return ReadEvent(line, value, context);
}

}  // namespace shian::trace
