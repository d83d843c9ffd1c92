#include "services/trace/capture/document.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/types/span.h"
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

// The events of either kind of document; empty when there are none.
absl::Span<const json::Value> Events(const json::Value& root) {
  const json::Value* at = root.Find("epcisBody");
  if (at != nullptr && IsText(root, "type", "EPCISQueryDocument")) {
    at = at->Find("queryResults");
    if (at != nullptr) at = at->Find("resultsBody");
  }
  if (at == nullptr) return {};
  if (const json::Value* one = at->Find("event")) return absl::MakeConstSpan(one, 1);
  const json::Value* list = at->Find("eventList");
  return list != nullptr && list->IsArray() ? absl::MakeConstSpan(list->items)
                                            : absl::Span<const json::Value>();
}

// A JSON-LD document, opened: the events point into `root`.
struct Opened {
  json::Value root;
  ParsedContext context;
  absl::Span<const json::Value> events;
  const Rule* broken = nullptr;
  std::string field;

  void Refuse(const Rule& rule, std::string where) {
    broken = &rule;
    field = std::move(where);
  }
};

// What the document says of itself; null when it may be read.
const Rule* CheckHeader(const json::Value& root, std::string* field) {
  if (!IsText(root, "type", "EPCISDocument") && !IsText(root, "type", "EPCISQueryDocument")) {
    *field = "type";
    return &rules::kDocumentType;
  }
  const json::Value* version = root.Find("schemaVersion");
  *field = "schemaVersion";
  if (version == nullptr || !version->IsString()) return &rules::kDocumentVersion;
  if (const Rule* broken = CheckVersion(version->text)) return broken;
  const json::Value* created = root.Find("creationDate");
  *field = "creationDate";
  if (created == nullptr || !created->IsString()) return &rules::kDocumentCreated;
  return CheckCreated(created->text);
}

// `out` stays where it is: its events point into it.
void Open(absl::string_view bytes, const DocumentBounds& bounds, Opened* out) {
  if (bytes.size() > bounds.bytes) return out->Refuse(rules::kJsonTooLarge, "document");
  if (const Rule* broken = json::Parse(bytes, &out->root)) return out->Refuse(*broken, "document");
  const json::Value& root = out->root;
  if (!root.IsObject()) return out->Refuse(rules::kDocumentType, "document");
  const json::Value* context = root.Find("@context");
  if (context == nullptr) return out->Refuse(rules::kContextMissing, "@context");
  out->context = FromValue(*context);
  if (out->context.broken != nullptr) return out->Refuse(*out->context.broken, "@context");
  if (IsEventType(root)) {
    out->events = absl::MakeConstSpan(&root, 1);
    return;
  }
  std::string field;
  if (const Rule* broken = CheckHeader(root, &field)) return out->Refuse(*broken, field);
  out->events = Events(root);
  const char* where = "epcisBody.eventList";
  if (out->events.empty()) return out->Refuse(rules::kDocumentEmpty, where);
  if (out->events.size() > bounds.events) out->Refuse(rules::kDocumentTooMany, where);
}

ParsedDocument ReadXml(absl::string_view bytes, const DocumentBounds& bounds) {
  ParsedDocument document;
  const CutDocument cut = CutXml(bytes, bounds);
  document.broken = cut.broken;
  document.field = cut.field;
  if (document.broken != nullptr) return document;
  const ParsedContext context = ReadContext(cut.context_json);
  for (const std::string& event : cut.events) {
    const int64_t line = static_cast<int64_t>(document.events.size()) + 1;
    document.events.push_back(ReadEventText(line, event, context));
  }
  return document;
}

}  // namespace

bool LooksLikeXml(absl::string_view bytes) {
  if (bytes.substr(0, 3) == "\xEF\xBB\xBF") bytes.remove_prefix(3);
  const size_t first = bytes.find_first_not_of(" \t\r\n");
  if (first != absl::string_view::npos && bytes[first] == '<') return true;
  return absl::StrContains(bytes.substr(0, 4), '<');  // UTF-16 and the like, to be refused as XML
}

const Rule* CheckVersion(absl::string_view version) {
  return version == "2.0" || absl::StartsWith(version, "2.0.") ? nullptr : &rules::kDocumentVersion;
}

const Rule* CheckCreated(absl::string_view created) {
  return ParseTime(created).ok() ? nullptr : &rules::kDocumentCreated;
}

ParsedContext ReadContext(absl::string_view json) {
  json::Value value;
  const Rule* broken = json::Parse(json.empty() ? kStandardContext : json, &value);
  if (broken == nullptr) return FromValue(value);
  ParsedContext parsed;
  parsed.broken = broken;
  return parsed;
}

CutDocument Cut(absl::string_view bytes, const DocumentBounds& bounds) {
  if (LooksLikeXml(bytes)) return CutXml(bytes, bounds);
  Opened opened;
  Open(bytes, bounds, &opened);
  CutDocument cut;
  cut.broken = opened.broken;
  cut.field = opened.field;
  if (cut.broken != nullptr) return cut;
  cut.context_json = opened.context.json;
  if (const json::Value* created = opened.root.Find("creationDate")) {
    cut.created = std::string(created->text);
  }
  for (const json::Value& event : opened.events) cut.events.emplace_back(event.source);
  return cut;
}

ParsedDocument ReadDocument(absl::string_view bytes, const DocumentBounds& bounds) {
  if (LooksLikeXml(bytes)) return ReadXml(bytes, bounds);
  Opened opened;
  Open(bytes, bounds, &opened);
  ParsedDocument document;
  document.broken = opened.broken;
  document.field = opened.field;
  if (document.broken != nullptr) return document;
  document.events.reserve(opened.events.size());
  for (const json::Value& event : opened.events) {
    const int64_t line = static_cast<int64_t>(document.events.size()) + 1;
    document.events.push_back(ReadEvent(line, event, opened.context));
  }
  return document;
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
