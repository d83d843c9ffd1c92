#include "services/trace/capture/event_hash.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/base/encoding.h"
#include "libs/base/time.h"
#include "services/trace/capture/epc.h"
#include "services/trace/capture/event_fields.h"
#include "services/trace/capture/vocabulary.h"

namespace shian::trace {
namespace {

using Names = absl::Span<const absl::string_view>;
using Strings = std::vector<std::string>;

constexpr absl::string_view kQuantityParts[] = {"epcClass", "quantity", "uom"};
constexpr absl::string_view kTransactionParts[] = {"type", "bizTransaction"};
constexpr absl::string_view kSourceParts[] = {"type", "source"};
constexpr absl::string_view kDestinationParts[] = {"type", "destination"};
constexpr absl::string_view kPlaceParts[] = {"id"};
constexpr absl::string_view kMetadataParts[] = {"time",
                                                "startTime",
                                                "endTime",
                                                "deviceID",
                                                "deviceMetadata",
                                                "rawData",
                                                "dataProcessingMethod",
                                                "bizRules"};
constexpr absl::string_view kReportParts[] = {"type",
                                              "exception",
                                              "deviceID",
                                              "deviceMetadata",
                                              "rawData",
                                              "dataProcessingMethod",
                                              "time",
                                              "microorganism",
                                              "chemicalSubstance",
                                              "value",
                                              "component",
                                              "stringValue",
                                              "booleanValue",
                                              "hexBinaryValue",
                                              "uriValue",
                                              "minValue",
                                              "maxValue",
                                              "meanValue",
                                              "sDev",
                                              "percRank",
                                              "percValue",
                                              "uom",
                                              "coordinateReferenceSystem"};
constexpr absl::string_view kDeclarationParts[] = {"declarationTime", "reason",
                                                   "correctiveEventIDs"};
constexpr absl::string_view kDispositionParts[] = {"set", "unset"};
constexpr absl::string_view kElementParts[] = {"sensorMetadata", "sensorReport"};

// UTC with three decimals, rounded half up.
void AppendUtcMillis(absl::Time time, std::string* out) {
  const int64_t micros = ToMicros(time) + 500;
  const int64_t rest = ((micros % 1000) + 1000) % 1000;
  const auto civil = absl::UTCTimeZone().At(FromMicros(micros - rest));
  absl::StrAppendFormat(out, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", civil.cs.year(),
                        civil.cs.month(), civil.cs.day(), civil.cs.hour(), civil.cs.minute(),
                        civil.cs.second(), absl::ToInt64Milliseconds(civil.subsecond));
}

// Numbers in text count as numbers (XML knows no others), but not with leading zeros: those are
// codes.
bool LooksNumeric(absl::string_view text) {
  if (!text.empty() && text[0] == '-') text.remove_prefix(1);
  const size_t point = text.find('.');
  const absl::string_view whole = text.substr(0, point);
  const auto digits = [](absl::string_view part) {
    return !part.empty() && std::all_of(part.begin(), part.end(),
                                        [](unsigned char c) { return absl::ascii_isdigit(c); });
  };
  if (!digits(whole) || (whole.size() > 1 && whole[0] == '0')) return false;
  return point == absl::string_view::npos || digits(text.substr(point + 1));
}

bool IsTimeName(absl::string_view name) { return absl::EndsWith(name, "Time") || name == "time"; }

// Comments are no part of what happened. They are known by what their name stands for; the bare
// word is one where no context makes another name of it.
bool IsComment(absl::string_view key, absl::string_view expanded) {
  return expanded == "{http://www.w3.org/2000/01/rdf-schema#}comment" ||
         (expanded.empty() && key == "comment");
}

bool Holds(Names names, absl::string_view key) {
  return std::find(names.begin(), names.end(), key) != names.end();
}

void AppendSorted(Strings parts, std::string* out) {
  if (parts.size() > 1) std::sort(parts.begin(), parts.end());
  for (const std::string& part : parts) out->append(part);
}

class Canonical {
 public:
  explicit Canonical(const Context& context) : context_(context) {}

  // The order is that of the published vectors, which follow the reference: the lists of business
  // documents, destinations and sources and the ilmd come after the sensors, sorted by their names,
  // and the extensions last.
  std::string Event(const json::Value& event) {
    std::string out;
    if (const json::Value* type = event.Find("type"))
      absl::StrAppend(&out, "eventType=", type->text);
    for (absl::string_view name :
         {"eventTime", "eventTimeZoneOffset", "certificationInfo", "parentID"}) {
      Simple(event, name, &out);
    }
    for (absl::string_view name : {"epcList", "childEPCs", "inputEPCList"}) Epcs(event, name, &out);
    for (absl::string_view name : {"quantityList", "childQuantityList", "inputQuantityList"}) {
      List(event, name, "quantityElement", kQuantityParts, &out);
    }
    Epcs(event, "outputEPCList", &out);
    List(event, "outputQuantityList", "quantityElement", kQuantityParts, &out);
    for (absl::string_view name : {"action", "transformationID"}) Simple(event, name, &out);
    Word(event, "bizStep", Vocabulary::kBizStep, &out);
    Word(event, "disposition", Vocabulary::kDisposition, &out);
    PersistentDisposition(event, &out);
    for (absl::string_view name : {"readPoint", "bizLocation"}) Place(event, name, &out);
    Sensors(event, &out);
    vocabulary_ = Vocabulary::kBizTransactionType;
    List(event, "bizTransactionList", "", kTransactionParts, &out);
    vocabulary_ = Vocabulary::kSourceDestType;
    List(event, "destinationList", "", kDestinationParts, &out);
    if (const json::Value* ilmd = event.Find("ilmd")) {
      out += "ilmd";
      Extensions(*ilmd, {}, &out);
    }
    List(event, "sourceList", "", kSourceParts, &out);
    EventExtensions(event, &out);
    return out;
  }

  std::string Declaration(const json::Value& member) {
    vocabulary_ = Vocabulary::kErrorReason;
    std::string out;
    Parts(member, kDeclarationParts, &out);
    return out;
  }

 private:
  // The canonical text of one value of the standard under the name `name`.
  std::string Text(absl::string_view name, const json::Value& value) const {
    const absl::string_view text = absl::StripAsciiWhitespace(value.text);
    if (!value.IsString()) return FreeText(value);
    if (IsTimeName(name)) {
      if (const auto time = ParseTime(text); time.ok()) {
        std::string out;
        AppendUtcMillis(*time, &out);
        return out;
      }
    }
    if (name == "type" || name == "reason") return WordOr(vocabulary_, text);
    if (name == "set" || name == "unset") return WordOr(Vocabulary::kDisposition, text);
    if (name == "exception") return WordOr(Vocabulary::kSensorAlert, text);
    if (name == "component") return WordOr(Vocabulary::kComponent, text);
    return FreeText(value);
  }

  // The same of a value whose meaning is not known. Empty for what is nothing.
  std::string FreeText(const json::Value& value) const {
    const absl::string_view text = absl::StripAsciiWhitespace(value.text);
    if (value.kind == json::Kind::kNull) return "";
    if (value.IsNumber() || (value.IsString() && LooksNumeric(text))) {
      const std::string number = json::NormalNumber(text);
      return number.empty() ? std::string(text) : number;
    }
    if (!value.IsString() || !absl::StrContains(text, ':')) return std::string(text);
    return CanonicalUri(WithoutUrn(Context::ExpandValue(text)));
  }

  std::string WordOr(Vocabulary vocabulary, absl::string_view text) const {
    std::string uri = WebUri(vocabulary, Context::ExpandValue(text));
    return uri.empty() ? std::string(text) : uri;
  }

  void Named(absl::string_view name, const std::string& text, std::string* out) const {
    if (!text.empty()) absl::StrAppend(out, name, "=", text);
  }

  void Word(const json::Value& of, absl::string_view name, Vocabulary vocabulary,
            std::string* out) const {
    if (const json::Value* value = of.Find(name)) {
      Named(name, WordOr(vocabulary, absl::StripAsciiWhitespace(value->text)), out);
    }
  }

  // A member that may be one value or several.
  void Simple(const json::Value& of, absl::string_view name, std::string* out) const {
    const json::Value* value = of.Find(name);
    if (value == nullptr) return;
    if (!value->IsArray()) return Named(name, Text(name, *value), out);
    Strings parts;
    for (const json::Value& item : value->items) {
      parts.emplace_back();
      Named(name, Text(name, item), &parts.back());
    }
    AppendSorted(std::move(parts), out);
  }

  void Epcs(const json::Value& of, absl::string_view name, std::string* out) const {
    const json::Value* list = of.Find(name);
    if (list == nullptr || list->items.empty()) return;
    Strings parts;
    for (const json::Value& item : list->items) {
      parts.emplace_back();
      Named("epc", FreeText(item), &parts.back());
    }
    out->append(name.data(), name.size());
    AppendSorted(std::move(parts), out);
  }

  // The named parts in their order, then the extensions.
  void Parts(const json::Value& of, Names names, std::string* out) const {
    for (absl::string_view name : names) Simple(of, name, out);
    Extensions(of, names, out);
  }

  void List(const json::Value& of, absl::string_view name, absl::string_view element, Names names,
            std::string* out) const {
    const json::Value* list = of.Find(name);
    if (list == nullptr || list->items.empty()) return;
    Strings parts;
    for (const json::Value& item : list->items) {
      parts.emplace_back(element.data(), element.size());
      Parts(item, names, &parts.back());
    }
    out->append(name.data(), name.size());
    AppendSorted(std::move(parts), out);
  }

  void Place(const json::Value& event, absl::string_view name, std::string* out) const {
    const json::Value* place = event.Find(name);
    if (place == nullptr || place->items.empty()) return;
    out->append(name.data(), name.size());
    Parts(*place, kPlaceParts, out);
  }

  void PersistentDisposition(const json::Value& event, std::string* out) const {
    const json::Value* both = event.Find("persistentDisposition");
    if (both == nullptr || both->items.empty()) return;
    *out += "persistentDisposition";
    Parts(*both, kDispositionParts, out);
  }

  void Sensors(const json::Value& event, std::string* out) {
    const json::Value* list = event.Find("sensorElementList");
    if (list == nullptr || list->items.empty()) return;
    vocabulary_ = Vocabulary::kMeasurementType;
    Strings elements;
    for (const json::Value& item : list->items) {
      elements.push_back("sensorElement");
      SensorElement(item, &elements.back());
    }
    *out += "sensorElementList";
    AppendSorted(std::move(elements), out);
  }

  void SensorElement(const json::Value& element, std::string* out) const {
    if (const json::Value* metadata = element.Find("sensorMetadata")) {
      *out += "sensorMetadata";
      Parts(*metadata, kMetadataParts, out);
    }
    if (const json::Value* reports = element.Find("sensorReport")) {
      Strings parts;
      for (const json::Value& report : reports->items) {
        parts.push_back("sensorReport");
        Parts(report, kReportParts, &parts.back());
      }
      AppendSorted(std::move(parts), out);
    }
    Extensions(element, kElementParts, out);
  }

  // All members but the named ones, at any depth. What no context names keeps its own name.
  void Extensions(const json::Value& of, Names known, std::string* out) const {
    Strings parts;
    for (size_t i = 0; i < of.keys.size(); ++i) {
      const absl::string_view key = of.keys[i];
      if (key == "@context" || key == "#text" || Holds(known, key)) continue;
      AddExtension(key, of.items[i], &parts);
    }
    AppendSorted(std::move(parts), out);
  }

  void EventExtensions(const json::Value& event, std::string* out) const {
    Strings parts;
    for (size_t i = 0; i < event.keys.size(); ++i) {
      const absl::string_view key = event.keys[i];
      if (key != "@context" && FindEventField(key) == nullptr) {
        AddExtension(key, event.items[i], &parts);
      }
    }
    AppendSorted(std::move(parts), out);
  }

  void AddExtension(absl::string_view key, const json::Value& value, Strings* parts) const {
    const std::string name = context_.ExpandName(key);
    if (IsComment(key, name)) return;
    AddNamed(name.empty() ? std::string(key) : name, value, parts);
  }

  void AddNamed(const std::string& name, const json::Value& value, Strings* parts) const {
    if (value.IsArray()) {
      for (const json::Value& item : value.items) AddNamed(name, item, parts);
      return;
    }
    if (value.kind == json::Kind::kNull) return;  // as if it were not there
    std::string part = name;
    const json::Value* own = value.IsObject() ? value.Find("#text") : &value;
    const std::string text = own == nullptr ? "" : FreeText(*own);
    if (!text.empty()) absl::StrAppend(&part, "=", text);
    if (value.IsObject()) Extensions(value, {}, &part);
    parts->push_back(std::move(part));
  }

  const Context& context_;
  Vocabulary vocabulary_ = Vocabulary::kMeasurementType;
};

}  // namespace

std::string PreHash(const json::Value& event, const Context& context) {
  return Canonical(context).Event(event);
}

std::string PreHashOfMember(const json::Value& member, const Context& context) {
  return Canonical(context).Declaration(member);
}

std::string NamedHash(absl::string_view hash) {
  return absl::StrCat("ni:///sha-256;", HexEncode(hash), "?ver=CBV2.0");
}

}  // namespace shian::trace
