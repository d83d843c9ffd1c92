#include "services/trace/capture/event_fields.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"

namespace shian::trace {
namespace {

constexpr unsigned Bit(EventType type) { return 1u << static_cast<int>(type); }
constexpr unsigned kObject = Bit(EventType::kObject);
constexpr unsigned kAggregation = Bit(EventType::kAggregation);
constexpr unsigned kTransformation = Bit(EventType::kTransformation);
constexpr unsigned kAssociation = Bit(EventType::kAssociation);
constexpr unsigned kTransaction = Bit(EventType::kTransaction);
constexpr unsigned kContainment = kAggregation | kAssociation;
constexpr unsigned kAll = kObject | kContainment | kTransformation | kTransaction;

using json::Kind;

constexpr FieldRule kFields[] = {
    {"type", Kind::kString, false, kAll},
    {"eventID", Kind::kString, false, kAll},
    {"eventTime", Kind::kString, false, kAll},
    {"recordTime", Kind::kString, false, kAll},
    {"eventTimeZoneOffset", Kind::kString, false, kAll},
    {"errorDeclaration", Kind::kObject, false, kAll},
    {"certificationInfo", Kind::kString, true, kAll},
    {"bizStep", Kind::kString, false, kAll},
    {"disposition", Kind::kString, false, kAll},
    {"persistentDisposition", Kind::kObject, false, kAll},
    {"readPoint", Kind::kObject, false, kAll},
    {"bizLocation", Kind::kObject, false, kAll},
    {"bizTransactionList", Kind::kArray, false, kAll},
    {"sourceList", Kind::kArray, false, kAll},
    {"destinationList", Kind::kArray, false, kAll},
    {"sensorElementList", Kind::kArray, false, kAll},
    {"action", Kind::kString, false, kAll & ~kTransformation},
    {"epcList", Kind::kArray, false, kObject | kTransaction},
    {"quantityList", Kind::kArray, false, kObject | kTransaction},
    {"parentID", Kind::kString, false, kContainment | kTransaction},
    {"childEPCs", Kind::kArray, false, kContainment},
    {"childQuantityList", Kind::kArray, false, kContainment},
    {"inputEPCList", Kind::kArray, false, kTransformation},
    {"inputQuantityList", Kind::kArray, false, kTransformation},
    {"outputEPCList", Kind::kArray, false, kTransformation},
    {"outputQuantityList", Kind::kArray, false, kTransformation},
    {"transformationID", Kind::kString, false, kTransformation},
    {"ilmd", Kind::kObject, false, kObject | kTransformation},
};

constexpr LinkList kLinkLists[] = {
    {"epcList", Role::kObject, false},       {"quantityList", Role::kObject, true},
    {"childEPCs", Role::kChild, false},      {"childQuantityList", Role::kChild, true},
    {"inputEPCList", Role::kInput, false},   {"inputQuantityList", Role::kInput, true},
    {"outputEPCList", Role::kOutput, false}, {"outputQuantityList", Role::kOutput, true},
};

}  // namespace

const FieldRule* FindEventField(absl::string_view name) {
  const auto* found = std::find_if(std::begin(kFields), std::end(kFields),
                                   [name](const FieldRule& field) { return field.name == name; });
  return found == std::end(kFields) ? nullptr : found;
}

std::optional<EventType> EventTypeOf(absl::string_view name) {
  if (name == "ObjectEvent") return EventType::kObject;
  if (name == "AggregationEvent") return EventType::kAggregation;
  if (name == "TransformationEvent") return EventType::kTransformation;
  if (name == "AssociationEvent") return EventType::kAssociation;
  if (name == "TransactionEvent") return EventType::kTransaction;
  return std::nullopt;
}

bool IsEventType(const json::Value& value) {
  const json::Value* type = value.Find("type");
  return type != nullptr && EventTypeOf(type->text).has_value();
}

bool HasRole(const Event& event, Role role) {
  return std::any_of(event.links.begin(), event.links.end(),
                     [role](const Link& link) { return link.role == role; });
}

absl::Span<const LinkList> LinkLists() { return kLinkLists; }

bool IsZoneOffset(absl::string_view text) {
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return false;
  for (size_t i : {1, 2, 4, 5}) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(text[i]))) return false;
  }
  const int hours = (text[1] - '0') * 10 + (text[2] - '0');
  const int minutes = (text[4] - '0') * 10 + (text[5] - '0');
  return hours * 60 + minutes <= 14 * 60 && minutes < 60;
}

bool IsUom(absl::string_view text) {
  constexpr size_t kCharsMax = 3;
  return !text.empty() && text.size() <= kCharsMax &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return absl::ascii_isupper(c) || absl::ascii_isdigit(c);
         });
}

}  // namespace shian::trace
