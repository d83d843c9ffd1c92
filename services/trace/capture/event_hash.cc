#include "services/trace/capture/event_hash.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/base/encoding.h"
#include "libs/base/time.h"
#include "services/trace/capture/epc.h"
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

// UTC with three decimals, rounded half up.
std::string UtcMillis(absl::Time time) {
  const int64_t micros = ToMicros(time) + 500;
  const int64_t floor = micros - ((micros % 1000) + 1000) % 1000;
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E3SZ", FromMicros(floor), absl::UTCTimeZone());
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

bool IsTimeName(absl::string_view name) {
  return absl::StrContains(absl::AsciiStrToLower(name), "time") &&
         !absl::StrContains(name, "Offset");
}

std::string Joined(Strings parts) {
  std::sort(parts.begin(), parts.end());
  return absl::StrJoin(parts, "");
}

class Canonical {
 public:
  explicit Canonical(const Context& context) : context_(context) {}

  std::string Event(const json::Value& event) {
    std::string out;
    if (const json::Value* type = event.Find("type"))
      absl::StrAppend(&out, "eventType=", type->text);
    for (absl::string_view name : {"eventTime", "eventTimeZoneOffset"}) Simple(event, name, &out);
    Repeated(event, "certificationInfo", &out);
    Simple(event, "parentID", &out);
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
    vocabulary_ = Vocabulary::kBizTransactionType;
    List(event, "bizTransactionList", "", kTransactionParts, &out);
    vocabulary_ = Vocabulary::kSourceDestType;
    List(event, "destinationList", "", kDestinationParts, &out);
    List(event, "sourceList", "", kSourceParts, &out);
    Sensors(event, &out);
    if (const json::Value* ilmd = event.Find("ilmd")) {
      absl::StrAppend(&out, "ilmd", Extensions(*ilmd));
    }
    return out + Extensions(event);
  }

  std::string Declaration(const json::Value& member) {
    vocabulary_ = Vocabulary::kErrorReason;
    return Parts(member, kDeclarationParts);
  }

 private:
  // The canonical text of one value under the name `name`.
  std::string Text(absl::string_view name, const json::Value& value) const {
    const absl::string_view text = absl::StripAsciiWhitespace(value.text);
    if (value.IsNumber()) return json::NormalNumber(text);
    if (!value.IsString()) return std::string(text);
    if (IsTimeName(name)) {
      const auto time = ParseTime(text);
      if (time.ok()) return UtcMillis(*time);
    }
    if (name == "type" || name == "reason") return WordOr(vocabulary_, text);
    if (name == "exception") return WordOr(Vocabulary::kSensorAlert, text);
    if (name == "component") return WordOr(Vocabulary::kComponent, text);
    if (LooksNumeric(text)) return json::NormalNumber(text);
    return CanonicalUri(context_.ExpandValue(text));
  }

  std::string WordOr(Vocabulary vocabulary, absl::string_view text) const {
    std::string uri = WebUri(vocabulary, context_.ExpandValue(text));
    return uri.empty() ? std::string(text) : uri;
  }

  void Simple(const json::Value& of, absl::string_view name, std::string* out) const {
    if (const json::Value* value = of.Find(name))
      absl::StrAppend(out, name, "=", Text(name, *value));
  }

  void Word(const json::Value& of, absl::string_view name, Vocabulary vocabulary,
            std::string* out) const {
    if (const json::Value* value = of.Find(name)) {
      absl::StrAppend(out, name, "=", WordOr(vocabulary, absl::StripAsciiWhitespace(value->text)));
    }
  }

  // A member that may be one value or several.
  void Repeated(const json::Value& of, absl::string_view name, std::string* out) const {
    const json::Value* value = of.Find(name);
    if (value == nullptr) return;
    if (!value->IsArray()) return Simple(of, name, out);
    Strings parts;
    for (const json::Value& item : value->items) {
      parts.push_back(absl::StrCat(name, "=", Text(name, item)));
    }
    absl::StrAppend(out, Joined(std::move(parts)));
  }

  void Epcs(const json::Value& of, absl::string_view name, std::string* out) const {
    const json::Value* list = of.Find(name);
    if (list == nullptr || list->items.empty()) return;
    Strings parts;
    for (const json::Value& item : list->items) {
      parts.push_back(absl::StrCat("epc=", Text("epc", item)));
    }
    absl::StrAppend(out, name, Joined(std::move(parts)));
  }

  // The named parts in their order, then the extensions.
  std::string Parts(const json::Value& of, Names names) const {
    std::string out;
    for (absl::string_view name : names) Repeated(of, name, &out);
    return out + Extensions(of);
  }

  void List(const json::Value& of, absl::string_view name, absl::string_view element, Names names,
            std::string* out) const {
    const json::Value* list = of.Find(name);
    if (list == nullptr || list->items.empty()) return;
    Strings parts;
    for (const json::Value& item : list->items) {
      parts.push_back(absl::StrCat(element, Parts(item, names)));
    }
    absl::StrAppend(out, name, Joined(std::move(parts)));
  }

  void Place(const json::Value& event, absl::string_view name, std::string* out) const {
    if (const json::Value* place = event.Find(name)) {
      absl::StrAppend(out, name, Parts(*place, kPlaceParts));
    }
  }

  void PersistentDisposition(const json::Value& event, std::string* out) const {
    const json::Value* both = event.Find("persistentDisposition");
    if (both == nullptr) return;
    absl::StrAppend(out, "persistentDisposition");
    for (absl::string_view name : {"set", "unset"}) {
      const json::Value* words = both->Find(name);
      if (words == nullptr) continue;
      Strings parts;
      for (const json::Value& word : words->items) {
        parts.push_back(absl::StrCat(name, "=", WordOr(Vocabulary::kDisposition, word.text)));
      }
      absl::StrAppend(out, Joined(std::move(parts)));
    }
  }

  void Sensors(const json::Value& event, std::string* out) {
    const json::Value* list = event.Find("sensorElementList");
    if (list == nullptr || list->items.empty()) return;
    vocabulary_ = Vocabulary::kMeasurementType;
    Strings elements;
    for (const json::Value& item : list->items) elements.push_back(SensorElement(item));
    absl::StrAppend(out, "sensorElementList", Joined(std::move(elements)));
  }

  std::string SensorElement(const json::Value& element) const {
    std::string out = "sensorElement";
    if (const json::Value* metadata = element.Find("sensorMetadata")) {
      absl::StrAppend(&out, "sensorMetadata", Parts(*metadata, kMetadataParts));
    }
    if (const json::Value* reports = element.Find("sensorReport")) {
      Strings parts;
      for (const json::Value& report : reports->items) {
        parts.push_back(absl::StrCat("sensorReport", Parts(report, kReportParts)));
      }
      absl::StrAppend(&out, Joined(std::move(parts)));
    }
    return out + Extensions(element);
  }

  // All members that belong to other namespaces, at any depth.
  std::string Extensions(const json::Value& of) const {
    Strings parts;
    for (size_t i = 0; i < of.keys.size(); ++i) {
      const std::string& key = of.keys[i];
      if (key == "rdfs:comment" || absl::StartsWith(key, "@")) continue;
      const std::string name = context_.ExpandName(key);
      if (!name.empty()) AppendExtension(name, of.items[i], &parts);
    }
    return Joined(std::move(parts));
  }

  void AppendExtension(const std::string& name, const json::Value& value, Strings* parts) const {
    if (value.IsArray()) {
      for (const json::Value& item : value.items) AppendExtension(name, item, parts);
    } else if (value.IsObject()) {
      parts->push_back(absl::StrCat(name, Extensions(value)));
    } else {
      parts->push_back(absl::StrCat(name, "=", Text(name.substr(name.rfind('}') + 1), value)));
    }
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
