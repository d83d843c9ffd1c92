#include "services/trace/capture/xml_event.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/trace/capture/context.h"
#include "services/trace/capture/json_text.h"
#include "services/trace/capture/vocabulary.h"

namespace shian::trace {
namespace {

using json::Members;
using json::Quoted;
using xml::Attribute;
using xml::Element;

constexpr absl::string_view kSchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";

absl::string_view Trimmed(const std::string& text) { return absl::StripAsciiWhitespace(text); }

// What becomes of an element or attribute of the standard.
enum class Form { kText, kWord, kNumber, kBool };
struct Shape {
  absl::string_view name;
  Form form;
  Vocabulary vocabulary = Vocabulary::kBizStep;
};

constexpr Shape kSensorShapes[] = {
    {"type", Form::kWord, Vocabulary::kMeasurementType},
    {"exception", Form::kWord, Vocabulary::kSensorAlert},
    {"component", Form::kWord, Vocabulary::kComponent},
    {"value", Form::kNumber},
    {"minValue", Form::kNumber},
    {"maxValue", Form::kNumber},
    {"meanValue", Form::kNumber},
    {"sDev", Form::kNumber},
    {"percRank", Form::kNumber},
    {"percValue", Form::kNumber},
    {"booleanValue", Form::kBool},
};
constexpr Shape kQuantityShapes[] = {{"quantity", Form::kNumber}};
constexpr Shape kPartyShapes[] = {{"type", Form::kWord, Vocabulary::kSourceDestType}};
constexpr Shape kTransactionShapes[] = {{"type", Form::kWord, Vocabulary::kBizTransactionType}};
constexpr Shape kDispositionShapes[] = {{"set", Form::kWord, Vocabulary::kDisposition},
                                        {"unset", Form::kWord, Vocabulary::kDisposition}};
constexpr Shape kReasonShapes[] = {{"reason", Form::kWord, Vocabulary::kErrorReason}};
constexpr Shape kEventShapes[] = {{"bizStep", Form::kWord, Vocabulary::kBizStep},
                                  {"disposition", Form::kWord, Vocabulary::kDisposition}};
using Shapes = absl::Span<const Shape>;

std::string BoolOrText(absl::string_view text) {
  if (text == "true" || text == "1") return "true";
  if (text == "false" || text == "0") return "false";
  return Quoted(text);
}

std::string Scalar(Shapes shapes, absl::string_view name, absl::string_view text) {
  const auto shape = std::find_if(shapes.begin(), shapes.end(),
                                  [name](const Shape& each) { return each.name == name; });
  const Form form = shape == shapes.end() ? Form::kText : shape->form;
  switch (form) {
    case Form::kText:
      return Quoted(text);
    case Form::kWord:
      return Quoted(JsonWord(shape->vocabulary, text));
    case Form::kNumber:
      return json::NumberOrText(text);
    case Form::kBool:
      return BoolOrText(text);
  }
  return Quoted(text);
}

// Lists of one kind of child: what the child is called, and how each is written.
enum class ListForm { kPlain, kObjects, kTransactions, kParties, kSensors };
struct ListShape {
  absl::string_view name, child;
  ListForm form;
};
constexpr ListShape kLists[] = {
    {"epcList", "epc", ListForm::kPlain},
    {"childEPCs", "epc", ListForm::kPlain},
    {"inputEPCList", "epc", ListForm::kPlain},
    {"outputEPCList", "epc", ListForm::kPlain},
    {"quantityList", "quantityElement", ListForm::kObjects},
    {"childQuantityList", "quantityElement", ListForm::kObjects},
    {"inputQuantityList", "quantityElement", ListForm::kObjects},
    {"outputQuantityList", "quantityElement", ListForm::kObjects},
    {"bizTransactionList", "bizTransaction", ListForm::kTransactions},
    {"sourceList", "source", ListForm::kParties},
    {"destinationList", "destination", ListForm::kParties},
    {"sensorElementList", "sensorElement", ListForm::kSensors},
};

class Converter {
 public:
  explicit Converter(Prefixes* prefixes) : prefixes_(*prefixes) {}

  std::string Event(const Element& event) {
    Members members;
    members.AddText("type", event.name);
    AddAttributes(event, {}, &members);
    AddEventChildren(event, &members);
    return members.Text();
  }

 private:
  std::string NameOf(absl::string_view space, absl::string_view prefix, absl::string_view name) {
    if (IsEpcisSpace(space)) return std::string(name);
    return absl::StrCat(prefixes_.Of(space, prefix), ":", name);
  }

  void AddAttributes(const Element& element, Shapes shapes, Members* out) {
    for (const Attribute& attribute : element.attributes) {
      if (attribute.space == kSchemaInstance) continue;
      const std::string name = NameOf(attribute.space, attribute.prefix, attribute.name);
      out->Add(name, IsEpcisSpace(attribute.space) ? Scalar(shapes, name, Trimmed(attribute.value))
                                                   : Quoted(attribute.value));
    }
  }

  void AddEventChildren(const Element& event, Members* out) {
    for (const Element& child : event.children) {
      const bool ours = IsEpcisSpace(child.space);
      if (ours && (child.name == "extension" || child.name == "baseExtension")) {
        AddEventChildren(child, out);
      } else {
        out->Add(NameOf(child.space, child.prefix, child.name),
                 ours ? Standard(child) : Foreign(child));
      }
    }
  }

  std::string Standard(const Element& element) {
    for (const ListShape& list : kLists) {
      if (list.name == element.name) return List(element, list);
    }
    if (element.name == "readPoint" || element.name == "bizLocation") return Object(element, {});
    if (element.name == "persistentDisposition") return Persistent(element);
    if (element.name == "errorDeclaration") return Declaration(element);
    if (element.name == "ilmd") return Ilmd(element);
    if (!element.children.empty()) return Foreign(element);
    return Scalar(kEventShapes, element.name, Trimmed(element.text));
  }

  // An object of single values of the standard, and of foreign members.
  std::string Object(const Element& element, Shapes shapes) {
    Members members;
    AddAttributes(element, shapes, &members);
    for (const Element& child : element.children) AddMember(child, shapes, &members);
    return members.Text();
  }

  void AddMember(const Element& child, Shapes shapes, Members* out) {
    const std::string name = NameOf(child.space, child.prefix, child.name);
    const bool plain = IsEpcisSpace(child.space) && child.children.empty();
    out->Add(name, plain ? Scalar(shapes, name, Trimmed(child.text)) : Foreign(child));
  }

  std::string List(const Element& element, const ListShape& shape) {
    std::vector<std::string> items;
    for (const Element& child : element.children) {
      const bool known = IsEpcisSpace(child.space) && child.name == shape.child;
      items.push_back(known ? Item(child, shape) : Foreign(child));
    }
    return json::List(items);
  }

  std::string Item(const Element& item, const ListShape& shape) {
    switch (shape.form) {
      case ListForm::kPlain:
        return item.children.empty() ? Quoted(Trimmed(item.text)) : Foreign(item);
      case ListForm::kObjects:
        return Object(item, kQuantityShapes);
      case ListForm::kTransactions:
        return Typed(item, kTransactionShapes);
      case ListForm::kParties:
        return Typed(item, kPartyShapes);
      case ListForm::kSensors:
        return Sensor(item);
    }
    return Foreign(item);
  }

  // <source type="...">value</source>
  std::string Typed(const Element& element, Shapes shapes) {
    Members members;
    AddAttributes(element, shapes, &members);
    members.AddText(element.name, Trimmed(element.text));
    for (const Element& child : element.children) AddMember(child, shapes, &members);
    return members.Text();
  }

  std::string Sensor(const Element& element) {
    Members members;
    std::vector<std::string> reports;
    AddAttributes(element, {}, &members);
    for (const Element& child : element.children) {
      const bool ours = IsEpcisSpace(child.space);
      if (ours && child.name == "sensorReport") {
        reports.push_back(Object(child, kSensorShapes));
      } else if (ours && child.name == "sensorMetadata") {
        members.Add("sensorMetadata", Object(child, {}));
      } else {
        members.Add(NameOf(child.space, child.prefix, child.name), Foreign(child));
      }
    }
    if (!reports.empty()) members.Add("sensorReport", json::List(reports));
    return members.Text();
  }

  std::string Persistent(const Element& element) {
    Members members;
    std::vector<std::string> set, unset;
    for (const Element& child : element.children) {
      const bool ours = IsEpcisSpace(child.space) && child.children.empty();
      if (ours && (child.name == "set" || child.name == "unset")) {
        (child.name == "set" ? set : unset)
            .push_back(Scalar(kDispositionShapes, child.name, Trimmed(child.text)));
      } else {
        AddMember(child, {}, &members);
      }
    }
    if (!set.empty()) members.Add("set", json::List(set));
    if (!unset.empty()) members.Add("unset", json::List(unset));
    return members.Text();
  }

  std::string Declaration(const Element& element) {
    Members members;
    for (const Element& child : element.children) {
      if (!IsEpcisSpace(child.space) || child.name != "correctiveEventIDs") {
        AddMember(child, kReasonShapes, &members);
        continue;
      }
      std::vector<std::string> ids;
      for (const Element& id : child.children) ids.push_back(Quoted(Trimmed(id.text)));
      members.Add("correctiveEventIDs", json::List(ids));
    }
    return members.Text();
  }

  std::string Ilmd(const Element& element) {
    Members members;
    AddAttributes(element, {}, &members);
    for (const Element& child : element.children) {
      members.Add(NameOf(child.space, child.prefix, child.name), Foreign(child));
    }
    return members.Text();
  }

  // Text alone is a string as it stands (or what xsi:type says it is); else an object, its own text
  // under "#text".
  std::string Foreign(const Element& element) {
    Members members;
    AddAttributes(element, {}, &members);
    for (const Element& child : element.children) {
      members.Add(NameOf(child.space, child.prefix, child.name), Foreign(child));
    }
    if (members.empty()) return TypedText(element);
    const absl::string_view text = Trimmed(element.text);
    // Between elements the blanks are layout.
    if (!text.empty()) members.AddText("#text", element.children.empty() ? element.text : text);
    return members.Text();
  }

  static std::string TypedText(const Element& element) {
    absl::string_view type;
    for (const Attribute& attribute : element.attributes) {
      if (attribute.space == kSchemaInstance && attribute.name == "type") type = attribute.value;
    }
    type = type.substr(type.find(':') + 1);
    if (type == "boolean") return BoolOrText(Trimmed(element.text));
    static constexpr absl::string_view kNumbers[] = {"decimal", "integer", "int",
                                                     "long",    "double",  "float"};
    const bool number =
        std::find(std::begin(kNumbers), std::end(kNumbers), type) != std::end(kNumbers);
    return number ? json::NumberOrText(element.text) : Quoted(element.text);
  }

  Prefixes& prefixes_;
};

// A prefix that JSON-LD and XML can define for `space`: no word of the standard context, none that
// documents use for themselves.
bool MayDefine(absl::string_view prefix, absl::string_view space) {
  if (prefix == "xml") return space == "http://www.w3.org/XML/1998/namespace";
  static constexpr absl::string_view kTaken[] = {"", "id", "type", "epcis", "epcisq", "xsi", "xsd"};
  if (std::find(std::begin(kTaken), std::end(kTaken), prefix) != std::end(kTaken)) return false;
  static const Context standard;
  const std::string expanded = standard.ExpandName(absl::StrCat(prefix, ":x"));
  return expanded.empty() || expanded == absl::StrCat("{", space, "}x");
}

}  // namespace

bool IsEpcisSpace(absl::string_view space) {
  return space.empty() || absl::StartsWith(space, "urn:epcglobal:epcis");
}

const std::string& Prefixes::Of(absl::string_view space, absl::string_view wanted) {
  const auto known = by_space_.find(std::string(space));
  if (known != by_space_.end()) return known->second;
  std::string prefix(wanted);
  for (int number = 1; !MayDefine(prefix, space) || by_prefix_.count(prefix) > 0; ++number) {
    prefix = absl::StrCat("ns", number);
  }
  by_prefix_.emplace(prefix, std::string(space));
  return by_space_.emplace(std::string(space), prefix).first->second;
}

std::string Prefixes::ContextJson() const {
  constexpr absl::string_view kStandard =
      "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";
  if (by_prefix_.empty()) return Quoted(kStandard);
  Members terms;
  for (const auto& [prefix, space] : by_prefix_) terms.AddText(prefix, space);
  return absl::StrCat("[", Quoted(kStandard), ",", terms.Text(), "]");
}

std::string Prefixes::Declarations() const {
  std::string out;
  for (const auto& [prefix, space] : by_prefix_) {
    if (prefix == "xml") continue;  // bound by XML itself
    absl::StrAppend(&out, " xmlns:", prefix, "=\"",
                    absl::StrReplaceAll(space, {{"&", "&amp;"}, {"<", "&lt;"}, {"\"", "&quot;"}}),
                    "\"");
  }
  return out;
}

std::string EventJsonFromXml(const Element& event, Prefixes* prefixes) {
  return Converter(prefixes).Event(event);
}

}  // namespace shian::trace
