#include "services/trace/capture/xml_writer.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "services/trace/capture/event_fields.h"
#include "services/trace/capture/vocabulary.h"

namespace shian::trace {
namespace {

using json::Value;
using Names = absl::Span<const absl::string_view>;

constexpr absl::string_view kOrder[] = {"eventTime",
                                        "recordTime",
                                        "eventTimeZoneOffset",
                                        "eventID",
                                        "errorDeclaration",
                                        "certificationInfo",
                                        "parentID",
                                        "epcList",
                                        "childEPCs",
                                        "inputEPCList",
                                        "inputQuantityList",
                                        "outputEPCList",
                                        "outputQuantityList",
                                        "transformationID",
                                        "action",
                                        "bizStep",
                                        "disposition",
                                        "readPoint",
                                        "bizLocation",
                                        "bizTransactionList",
                                        "quantityList",
                                        "childQuantityList",
                                        "sourceList",
                                        "destinationList",
                                        "sensorElementList",
                                        "persistentDisposition",
                                        "ilmd"};
constexpr absl::string_view kQuantityOrder[] = {"epcClass", "quantity", "uom"};
constexpr absl::string_view kPlaceOrder[] = {"id"};
constexpr absl::string_view kDeclarationOrder[] = {"declarationTime", "reason"};

bool IsXmlName(absl::string_view name) {
  const auto starts = [](unsigned char c) {
    return absl::ascii_isalpha(c) || c == '_' || c >= 0x80;
  };
  return !name.empty() && starts(static_cast<unsigned char>(name[0])) &&
         std::all_of(name.begin(), name.end(), [&](unsigned char c) {
           return starts(c) || absl::ascii_isdigit(c) || c == '-' || c == '.';
         });
}

class Writer {
 public:
  Writer(const Context& context, Prefixes* prefixes) : context_(context), prefixes_(*prefixes) {}

  WrittenXml Event(const Value& event) {
    const Value* type = event.Find("type");
    const std::string name(type == nullptr ? "" : type->text);
    if (!IsXmlName(name)) return {"", &rules::kXmlImpossible};
    absl::StrAppend(&out_, "<", name, ">");
    for (absl::string_view field : kOrder) {
      if (const Value* value = event.Find(field)) Field(field, *value);
    }
    for (size_t i = 0; i < event.keys.size(); ++i) {
      const absl::string_view key = event.keys[i];
      if (FindEventField(key) == nullptr && key != "@context") Foreign(key, event.items[i]);
    }
    absl::StrAppend(&out_, "</", name, ">");
    return {std::move(out_), broken_};
  }

 private:
  void Fail() { broken_ = &rules::kXmlImpossible; }

  void Escape(absl::string_view text) {
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '<') {
        out_ += "&lt;";
      } else if (c == '>') {
        out_ += "&gt;";
      } else if (c == '&') {
        out_ += "&amp;";
      } else if (c == '"') {
        out_ += "&quot;";
      } else if (byte >= 0x20) {
        out_.push_back(c);
      } else if (c == '\t' || c == '\n' || c == '\r') {
        absl::StrAppend(&out_, "&#", static_cast<int>(byte), ";");
      } else {
        Fail();
      }
    }
    // Two code points that UTF-8 can hold and XML cannot.
    if (absl::StrContains(text, "\xEF\xBF\xBE") || absl::StrContains(text, "\xEF\xBF\xBF")) Fail();
  }

  void Leaf(absl::string_view name, absl::string_view text) {
    absl::StrAppend(&out_, "<", name, ">");
    Escape(text);
    absl::StrAppend(&out_, "</", name, ">");
  }

  void Attribute(absl::string_view name, absl::string_view text) {
    absl::StrAppend(&out_, " ", name, "=\"");
    Escape(text);
    out_.push_back('"');
  }

  void Open(absl::string_view name) { absl::StrAppend(&out_, "<", name, ">"); }
  void Close(absl::string_view name) { absl::StrAppend(&out_, "</", name, ">"); }

  void Field(absl::string_view name, const Value& value) {
    if (name == "bizStep") return Leaf(name, XmlWord(Vocabulary::kBizStep, value.text));
    if (name == "disposition") return Leaf(name, XmlWord(Vocabulary::kDisposition, value.text));
    if (name == "errorDeclaration") return Declaration(value);
    if (name == "readPoint" || name == "bizLocation") return Elements(name, value, kPlaceOrder);
    if (name == "persistentDisposition") return Persistent(value);
    if (name == "ilmd") return Elements(name, value, {});
    if (name == "bizTransactionList") {
      return Typed(name, value, "bizTransaction", Vocabulary::kBizTransactionType);
    }
    if (name == "sourceList") return Typed(name, value, "source", Vocabulary::kSourceDestType);
    if (name == "destinationList") {
      return Typed(name, value, "destination", Vocabulary::kSourceDestType);
    }
    if (name == "sensorElementList") return Sensors(value);
    if (absl::EndsWith(name, "QuantityList") || name == "quantityList") {
      Open(name);
      for (const Value& item : value.items) Elements("quantityElement", item, kQuantityOrder);
      return Close(name);
    }
    Plain(name, value);
  }

  // Single values, lists of identifiers, and the one field that may be repeated.
  void Plain(absl::string_view name, const Value& value) {
    if (!value.IsArray()) return Leaf(name, value.text);
    const bool repeated = name == "certificationInfo";
    if (!repeated) Open(name);
    for (const Value& item : value.items) Leaf(repeated ? name : "epc", item.text);
    if (!repeated) Close(name);
  }

  // An object whose own members are elements, in their order, and then the foreign ones.
  void Elements(absl::string_view name, const Value& object, Names order) {
    Open(name);
    for (absl::string_view member : order) {
      if (const Value* value = object.Find(member)) Leaf(member, value->text);
    }
    Rest(object, order);
    Close(name);
  }

  void Rest(const Value& object, Names known) {
    for (size_t i = 0; i < object.keys.size(); ++i) {
      const bool ours = std::find(known.begin(), known.end(), object.keys[i]) != known.end();
      if (!ours) Foreign(object.keys[i], object.items[i]);
    }
  }

  void Declaration(const Value& value) {
    Open("errorDeclaration");
    for (absl::string_view name : kDeclarationOrder) {
      const Value* text = value.Find(name);
      if (text == nullptr) continue;
      Leaf(name, name == "reason" ? XmlWord(Vocabulary::kErrorReason, text->text)
                                  : std::string(text->text));
    }
    if (const Value* ids = value.Find("correctiveEventIDs")) {
      Open("correctiveEventIDs");
      for (const Value& id : ids->items) Leaf("correctiveEventID", id.text);
      Close("correctiveEventIDs");
    }
    Rest(value, {"declarationTime", "reason", "correctiveEventIDs"});
    Close("errorDeclaration");
  }

  void Persistent(const Value& value) {
    Open("persistentDisposition");
    for (absl::string_view name : {"set", "unset"}) {
      const Value* words = value.Find(name);
      if (words == nullptr) continue;
      for (const Value& word : words->items) {
        Leaf(name, XmlWord(Vocabulary::kDisposition, word.text));
      }
    }
    Rest(value, {"set", "unset"});
    Close("persistentDisposition");
  }

  // <source type="...">value</source>
  void Typed(absl::string_view list, const Value& value, absl::string_view name,
             Vocabulary vocabulary) {
    Open(list);
    for (const Value& item : value.items) {
      absl::StrAppend(&out_, "<", name);
      if (const Value* type = item.Find("type")) Attribute("type", XmlWord(vocabulary, type->text));
      out_.push_back('>');
      if (const Value* own = item.Find(name)) Escape(own->text);
      Rest(item, {"type", name});
      Close(name);
    }
    Close(list);
  }

  void Sensors(const Value& list) {
    Open("sensorElementList");
    for (const Value& element : list.items) {
      Open("sensorElement");
      if (const Value* metadata = element.Find("sensorMetadata")) {
        Attributes("sensorMetadata", *metadata);
      }
      if (const Value* reports = element.Find("sensorReport")) {
        for (const Value& report : reports->items) Attributes("sensorReport", report);
      }
      Rest(element, {"sensorMetadata", "sensorReport"});
      Close("sensorElement");
    }
    Close("sensorElementList");
  }

  // Sensor data stand in attributes; what an attribute cannot hold becomes an element.
  void Attributes(absl::string_view name, const Value& object) {
    absl::StrAppend(&out_, "<", name);
    std::vector<size_t> inside;
    for (size_t i = 0; i < object.keys.size(); ++i) {
      const Value& given = object.items[i];
      // A list of one is that one.
      const Value& value = given.IsArray() && given.items.size() == 1 ? given.items[0] : given;
      const absl::string_view key = object.keys[i];
      const bool foreign = absl::StrContains(key, ':');
      if (value.items.empty() && (!foreign || value.IsString())) {
        Attribute(foreign ? NameOf(key) : std::string(key), SensorText(key, value));
      } else {
        inside.push_back(i);
      }
    }
    out_.push_back('>');
    for (const size_t i : inside) Foreign(object.keys[i], object.items[i]);
    Close(name);
  }

  static std::string SensorText(absl::string_view key, const Value& value) {
    if (key == "type") return XmlWord(Vocabulary::kMeasurementType, value.text);
    if (key == "exception") return XmlWord(Vocabulary::kSensorAlert, value.text);
    if (key == "component") return XmlWord(Vocabulary::kComponent, value.text);
    return std::string(value.text);
  }

  // A name with the prefix that stands for its namespace in the document.
  std::string NameOf(absl::string_view key) {
    const std::string expanded = context_.ExpandName(key);
    const size_t end = expanded.find('}');
    const std::string local = expanded.empty() ? std::string(key) : expanded.substr(end + 1);
    if (!IsXmlName(local)) Fail();
    if (expanded.empty()) return local;
    const std::string space = expanded.substr(1, end - 1);
    const size_t colon = key.find(':');
    const bool prefixed = colon != absl::string_view::npos && !absl::StrContains(key, "://");
    const std::string& prefix = prefixes_.Of(space, prefixed ? key.substr(0, colon) : "");
    if (!IsXmlName(prefix)) Fail();
    return absl::StrCat(prefix, ":", local);
  }

  void Foreign(absl::string_view key, const Value& value) {
    if (value.kind == json::Kind::kNull) return;
    if (value.IsArray()) {
      for (const Value& item : value.items) Foreign(key, item);
      return;
    }
    const std::string name = NameOf(key);
    absl::StrAppend(&out_, "<", name, TypeOf(value), ">");
    if (value.IsObject()) {
      if (const Value* own = value.Find("#text")) Escape(own->text);
      Rest(value, {"#text"});
    } else {
      Escape(value.text);
    }
    Close(name);
  }

  // What is no string says so, since XML knows nothing but text.
  static absl::string_view TypeOf(const Value& value) {
    if (value.kind == json::Kind::kBool) return " xsi:type=\"xsd:boolean\"";
    if (!value.IsNumber()) return "";
    return value.text.find_first_of("eE") == absl::string_view::npos ? " xsi:type=\"xsd:decimal\""
                                                                     : " xsi:type=\"xsd:double\"";
  }

  const Context& context_;
  Prefixes& prefixes_;
  std::string out_;
  const Rule* broken_ = nullptr;
};

}  // namespace

WrittenXml WriteEventXml(const Value& event, const Context& context, Prefixes* prefixes) {
  return Writer(context, prefixes).Event(event);
}

WrittenXml WriteDocumentXml(const std::vector<std::string>& events, const Context& context,
                            absl::string_view created) {
  Prefixes prefixes;
  std::string body;
  for (const std::string& text : events) {
    Value event;
    if (const Rule* broken = json::Parse(text, &event)) return {"", broken};
    Context own = context;
    if (const Value* more = event.Find("@context")) {
      if (const Rule* broken = own.Merge(*more)) return {"", broken};
    }
    WrittenXml written = WriteEventXml(event, own, &prefixes);
    if (written.broken != nullptr) return written;
    absl::StrAppend(&body, written.text, "\n");
  }
  return {absl::StrCat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<epcis:EPCISDocument ",
                       "xmlns:epcis=\"urn:epcglobal:epcis:xsd:2\" ",
                       "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" ",
                       "xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"", prefixes.Declarations(),
                       " schemaVersion=\"2.0\" creationDate=\"", created,
                       "\">\n<EPCISBody><EventList>\n", body,
                       "</EventList></EPCISBody>\n</epcis:EPCISDocument>\n"),
          nullptr};
}

}  // namespace shian::trace
