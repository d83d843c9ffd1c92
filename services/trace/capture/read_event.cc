#include "services/trace/capture/read_event.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/hash.h"
#include "libs/base/time.h"
#include "services/trace/capture/check_parts.h"
#include "services/trace/capture/event_fields.h"
#include "services/trace/capture/event_hash.h"
#include "services/trace/capture/limits.h"
#include "services/trace/capture/vocabulary.h"

namespace shian::trace {
namespace {

// A context further in would give names another meaning from there on, which no reader of events
// here would see.
bool HoldsContext(const json::Value& value) {
  return std::find(value.keys.begin(), value.keys.end(), "@context") != value.keys.end() ||
         std::any_of(value.items.begin(), value.items.end(), HoldsContext);
}

class EventReader {
 public:
  EventReader(const json::Value& value, const Context& context, ParsedEvent* out)
      : value_(value),
        context_(context),
        findings_(out->findings),
        warnings_(out->warnings),
        event_(out->event) {}

  void Read() {
    if (!ReadType()) return;
    CheckFields();
    ReadTimes();
    ReadAction();
    ReadIdentity();
    event_.biz_step = Word("bizStep", Vocabulary::kBizStep);
    event_.disposition = Word("disposition", Vocabulary::kDisposition);
    ReadPersistentDisposition();
    event_.read_point = Place("readPoint");
    event_.biz_location = Place("bizLocation");
    ReadLinks();
    ReadParties("sourceList", "source", &event_.sources);
    ReadParties("destinationList", "destination", &event_.destinations);
    ReadTransactions();
    ReadCertifications();
    ReadDeclaration();
    CheckParts(value_, context_, &findings_);
    CheckWhole();
    WarnOfParts(value_, event_, &warnings_);
    if (!findings_.empty()) return;
    event_.hash = Sha256(PreHash(value_, context_));
    event_.json = std::string(value_.source);
  }

 private:
  bool ReadType() {
    if (!value_.IsObject()) {
      findings_.Add(rules::kEventShape, "");
      return false;
    }
    const json::Value* type = value_.Find("type");
    const auto known = type == nullptr ? std::nullopt : EventTypeOf(type->text);
    if (!known) {
      findings_.Add(rules::kEventType, "type", type == nullptr ? "" : type->text);
      return false;
    }
    event_.type = *known;
    return true;
  }

  // Every member is a field of this type, or an extension whose prefix is defined.
  void CheckFields() {
    for (size_t i = 0; i < value_.keys.size(); ++i) {
      const absl::string_view key = value_.keys[i];
      if (key == "@context") continue;
      if (HoldsContext(value_.items[i])) {
        findings_.Add(rules::kContextNested, std::string(key));
      }
      const FieldRule* field = FindEventField(key);
      if (field == nullptr) {
        CheckExtension(key, value_.items[i], std::string(key), context_, &findings_);
      } else if (!field->AllowedIn(event_.type)) {
        findings_.Add(rules::kFieldNotAllowed, std::string(key));
      } else if (field->kind != value_.items[i].kind &&
                 !(field->kind == json::Kind::kString && field->list &&
                   value_.items[i].IsArray())) {
        findings_.Add(rules::kFieldType, std::string(key));
      }
    }
  }

  // The text of a string member; empty (and a finding, when it is another kind) otherwise.
  std::string Text(const json::Value& of, absl::string_view name, const std::string& path) {
    const json::Value* value = of.Find(name);
    if (value == nullptr) return "";
    if (!value->IsString()) {
      findings_.Add(rules::kFieldType, path);
      return "";
    }
    return std::string(absl::StripAsciiWhitespace(value->text));
  }

  std::optional<absl::Time> Time(const json::Value& of, absl::string_view name,
                                 const std::string& path) {
    const std::string text = Text(of, name, path);
    if (text.empty()) return std::nullopt;
    const auto time = ParseTime(text);
    if (time.ok()) return *time;
    findings_.Add(rules::kTimeMalformed, path, text);
    return std::nullopt;
  }

  void ReadTimes() {
    if (value_.Find("eventTime") == nullptr) findings_.Add(rules::kEventTimeMissing, "eventTime");
    event_.time = Time(value_, "eventTime", "eventTime").value_or(absl::UnixEpoch());
    Time(value_, "recordTime", "recordTime");
    event_.zone_offset = Text(value_, "eventTimeZoneOffset", "eventTimeZoneOffset");
    if (event_.zone_offset.empty()) {
      findings_.Add(rules::kZoneMissing, "eventTimeZoneOffset");
    } else if (!IsZoneOffset(event_.zone_offset)) {
      findings_.Add(rules::kZoneMalformed, "eventTimeZoneOffset", event_.zone_offset);
    }
  }

  void ReadAction() {
    if (event_.type == EventType::kTransformation) return;
    const std::string text = Text(value_, "action", "action");
    if (text.empty()) {
      findings_.Add(rules::kActionMissing, "action");
    } else if (text == "ADD") {
      event_.action = Action::kAdd;
    } else if (text == "OBSERVE") {
      event_.action = Action::kObserve;
    } else if (text == "DELETE") {
      event_.action = Action::kDelete;
    } else {
      findings_.Add(rules::kActionUnknown, "action", text);
    }
  }

  void ReadIdentity() {
    event_.event_id = Text(value_, "eventID", "eventID");
    if (!event_.event_id.empty() && !IsUri(event_.event_id)) {
      findings_.Add(rules::kUriMalformed, "eventID", event_.event_id);
    }
    event_.transformation_id =
        Uri(Text(value_, "transformationID", "transformationID"), "transformationID");
  }

  std::string Uri(absl::string_view text, const std::string& path) {
    if (text.empty()) return "";
    if (!IsUri(text)) {
      findings_.Add(rules::kUriMalformed, path, text);
      return "";
    }
    return CanonicalUri(Context::ExpandValue(text));
  }

  std::string WordAt(absl::string_view text, Vocabulary vocabulary, const std::string& path) {
    if (text.empty()) return "";
    std::string uri = WebUri(vocabulary, Context::ExpandValue(text));
    if (uri.empty() || !IsUri(uri)) findings_.Add(rules::kWordUnknown, path, text);
    return uri;
  }

  std::string Word(absl::string_view name, Vocabulary vocabulary) {
    const std::string path(name);
    return WordAt(Text(value_, name, path), vocabulary, path);
  }

  void ReadPersistentDisposition() {
    const json::Value* both = value_.Find("persistentDisposition");
    if (both == nullptr) return;
    ReadWords(*both, "set", &event_.persistent_set);
    ReadWords(*both, "unset", &event_.persistent_unset);
  }

  void ReadWords(const json::Value& of, absl::string_view name, std::vector<std::string>* out) {
    const json::Value* list = of.Find(name);
    if (list == nullptr) return;
    const std::string path = absl::StrCat("persistentDisposition.", name);
    if (!list->IsArray()) return findings_.Add(rules::kFieldType, path);
    for (const json::Value& item : list->items) {
      out->push_back(WordAt(item.text, Vocabulary::kDisposition, path));
    }
  }

  std::string Place(absl::string_view name) {
    const json::Value* place = value_.Find(name);
    if (place == nullptr || !place->IsObject()) return "";
    const std::string path = absl::StrCat(name, ".id");
    const std::string text = Text(*place, "id", path);
    if (text.empty()) findings_.Add(rules::kEntryMissing, path);
    return Identifier(text, path).uri;
  }

  // Some identifier that must be well-formed: a GS1 key by its own rules, any other URI as such.
  Epc Identifier(const std::string& text, const std::string& path) {
    if (text.empty()) return {};
    Epc epc = ParseEpc(Context::ExpandValue(text));
    if (epc.broken != nullptr) findings_.Add(*epc.broken, path, text);
    if (epc.doubt != nullptr) warnings_.Add(*epc.doubt, path, text);
    return epc;
  }

  void AddLink(Role role, const std::string& text, const std::string& path, std::string quantity,
               std::string uom) {
    if (event_.links.size() >= limits::kLinksPerEventMax) {
      return findings_.Add(rules::kTooManyLinks, path);
    }
    Epc epc = Identifier(text, path);
    event_.links.push_back(
        {role, std::move(epc.uri), text, epc.kind, std::move(quantity), std::move(uom)});
  }

  void ReadLinks() {
    const std::string parent = Text(value_, "parentID", "parentID");
    if (!parent.empty()) AddLink(Role::kParent, parent, "parentID", "", "");
    for (const LinkList& list : LinkLists()) {
      const json::Value* values = value_.Find(list.name);
      if (values == nullptr || !values->IsArray()) continue;
      for (size_t i = 0; i < values->items.size(); ++i) {
        const std::string path = absl::StrCat(list.name, "[", i, "]");
        list.quantities ? ReadQuantity(list.role, values->items[i], path)
                        : ReadEpc(list.role, values->items[i], path);
        if (event_.links.size() >= limits::kLinksPerEventMax) break;
      }
    }
  }

  void ReadEpc(Role role, const json::Value& item, const std::string& path) {
    if (!item.IsString()) return findings_.Add(rules::kFieldType, path);
    AddLink(role, std::string(absl::StripAsciiWhitespace(item.text)), path, "", "");
  }

  void ReadQuantity(Role role, const json::Value& item, const std::string& path) {
    const std::string text = Text(item, "epcClass", path + ".epcClass");
    if (text.empty()) return findings_.Add(rules::kEntryMissing, path + ".epcClass");
    std::string quantity;
    if (const json::Value* number = item.Find("quantity")) {
      quantity = number->IsNumber() ? json::NormalNumber(number->text) : "";
      if (quantity.empty() || quantity[0] == '-') {
        findings_.Add(rules::kQuantity, path + ".quantity", number->text);
      }
    }
    const std::string uom = Text(item, "uom", path + ".uom");
    if (!uom.empty() && !IsUom(uom)) findings_.Add(rules::kUom, path + ".uom", uom);
    if (!uom.empty() && quantity.empty()) findings_.Add(rules::kUomAlone, path + ".uom", uom);
    AddLink(role, text, path + ".epcClass", std::move(quantity), uom);
  }

  void ReadParties(absl::string_view list_name, absl::string_view member, std::vector<Party>* out) {
    const json::Value* list = value_.Find(list_name);
    if (list == nullptr || !list->IsArray()) return;
    for (size_t i = 0; i < list->items.size(); ++i) {
      const std::string path = absl::StrCat(list_name, "[", i, "]");
      const std::string type = Text(list->items[i], "type", path + ".type");
      const std::string party = Text(list->items[i], member, absl::StrCat(path, ".", member));
      if (type.empty() || party.empty()) findings_.Add(rules::kEntryMissing, path);
      out->push_back({WordAt(type, Vocabulary::kSourceDestType, path + ".type"),
                      Identifier(party, absl::StrCat(path, ".", member)).uri});
    }
  }

  void ReadTransactions() {
    const json::Value* list = value_.Find("bizTransactionList");
    if (list == nullptr || !list->IsArray()) return;
    for (size_t i = 0; i < list->items.size(); ++i) {
      const std::string path = absl::StrCat("bizTransactionList[", i, "]");
      const std::string type = Text(list->items[i], "type", path + ".type");
      const std::string id = Text(list->items[i], "bizTransaction", path + ".bizTransaction");
      if (id.empty()) findings_.Add(rules::kEntryMissing, path + ".bizTransaction");
      event_.transactions.push_back({WordAt(type, Vocabulary::kBizTransactionType, path + ".type"),
                                     Uri(id, path + ".bizTransaction")});
    }
  }

  void ReadCertifications() {
    const json::Value* value = value_.Find("certificationInfo");
    if (value == nullptr) return;
    if (value->IsString()) {
      event_.certifications.push_back(Uri(value->text, "certificationInfo"));
      return;
    }
    for (const json::Value& item : value->items) {
      event_.certifications.push_back(Uri(item.text, "certificationInfo"));
    }
  }

  void ReadDeclaration() {
    const json::Value* value = value_.Find("errorDeclaration");
    if (value == nullptr || !value->IsObject()) return;
    ErrorDeclaration declaration;
    const std::string at = "errorDeclaration.declarationTime";
    const auto time = Time(*value, "declarationTime", at);
    if (!time && value->Find("declarationTime") == nullptr) {
      findings_.Add(rules::kEntryMissing, at);
    }
    declaration.time = time.value_or(absl::UnixEpoch());
    const std::string reason_path = "errorDeclaration.reason";
    declaration.reason =
        WordAt(Text(*value, "reason", reason_path), Vocabulary::kErrorReason, reason_path);
    if (const json::Value* ids = value->Find("correctiveEventIDs")) {
      for (const json::Value& id : ids->items)
        declaration.corrective_event_ids.emplace_back(id.text);
    }
    declaration.digest = Sha256(PreHashOfMember(*value, context_));
    event_.declaration = std::move(declaration);
  }

  // What only the event as a whole can break.
  void CheckWhole() {
    switch (event_.type) {
      case EventType::kObject:
        if (!HasRole(event_, Role::kObject) && !HasSensors()) {
          findings_.Add(rules::kObjectEmpty, "epcList");
        }
        if (value_.Find("ilmd") != nullptr && event_.action != Action::kAdd) {
          findings_.Add(rules::kIlmdAction, "ilmd");
        }
        break;
      case EventType::kAggregation:
      case EventType::kAssociation:
        CheckContainment();
        break;
      case EventType::kTransformation:
        CheckTransformation();
        break;
      case EventType::kTransaction:
        if (event_.transactions.empty()) {
          findings_.Add(rules::kTransactionsMissing, "bizTransactionList");
        }
        break;
    }
  }

  bool HasSensors() const {
    const json::Value* list = value_.Find("sensorElementList");
    return list != nullptr && list->IsArray() && !list->items.empty();
  }

  void CheckContainment() {
    if (event_.action != Action::kObserve && !HasRole(event_, Role::kParent)) {
      findings_.Add(rules::kParentMissing, "parentID");
    }
    if (event_.action != Action::kDelete && !HasRole(event_, Role::kChild)) {
      findings_.Add(rules::kChildrenMissing, "childEPCs");
    }
  }

  void CheckTransformation() {
    const bool inputs = HasRole(event_, Role::kInput), outputs = HasRole(event_, Role::kOutput);
    const bool joined = !event_.transformation_id.empty();
    if (joined ? !inputs && !outputs : !inputs || !outputs) {
      findings_.Add(rules::kOneSided, inputs ? "outputEPCList" : "inputEPCList");
    }
  }

  const json::Value& value_;
  const Context& context_;
  Findings& findings_;
  Findings& warnings_;
  Event& event_;
};

}  // namespace

ParsedEvent ReadEvent(int64_t line, const json::Value& value, const ParsedContext& context) {
  ParsedEvent parsed;
  parsed.line = line;
  parsed.event.context_json = context.json;
  if (value.source.size() > limits::kEventBytesMax) {
    parsed.findings.Add(rules::kRowSize, "");
    return parsed;
  }
  std::optional<Context> own;
  if (const json::Value* more = value.Find("@context")) {
    own = context.context;
    if (const Rule* broken = own->Merge(*more)) parsed.findings.Add(*broken, "@context");
  }
  EventReader(value, own ? *own : context.context, &parsed).Read();
  return parsed;
}

}  // namespace shian::trace
