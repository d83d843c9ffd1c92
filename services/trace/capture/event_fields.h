// Which members an event of each type may have (EPCIS 2.0, section 7.4).
#pragma once

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/trace/capture/event.h"
#include "services/trace/capture/json.h"

namespace shian::trace {

struct FieldRule {
  absl::string_view name;
  json::Kind kind;
  bool list;       // a string field that may also come as an array
  unsigned types;  // bit per EventType
  bool AllowedIn(EventType type) const { return (types >> static_cast<int>(type)) & 1; }
};
// Null for what is no field of the standard.
const FieldRule* FindEventField(absl::string_view name);

std::optional<EventType> EventTypeOf(absl::string_view name);
// Whether `value` says it is one of the five event types.
bool IsEventType(const json::Value& value);
// Whether the event names anything in that part.
bool HasRole(const Event& event, Role role);

// The members that list identifiers.
struct LinkList {
  absl::string_view name;
  Role role;
  bool quantities;  // objects with epcClass, quantity and uom instead of plain identifiers
};
absl::Span<const LinkList> LinkLists();

// "+08:00", at most 14 hours away from UTC.
bool IsZoneOffset(absl::string_view text);
// A UN/CEFACT unit: 1 to 3 capital letters or digits.
bool IsUom(absl::string_view text);

}  // namespace shian::trace
