#include "services/trace/capture/xml_event.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
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

// What stands in an element of the standard that has no place for it: attributes (other than xsi's,
// which tell validators things) and text beside child elements.
bool HasAttributes(const Element& element) {
  return std::any_of(element.attributes.begin(), element.attributes.end(),
                     [](const Attribute& each) { return each.space != kSchemaInstance; });
}
bool HasText(const Element& element) { return !Trimmed(element.text).empty(); }
bool IsText(const Element& element) { return element.children.empty() && !HasAttributes(element); }

// Older versions wrapped what they added.
bool IsWrapper(const Element& element) {
  return IsEpcisSpace(element.space) && !HasAttributes(element) && !HasText(element) &&
         (element.name == "extension" || element.name == "baseExtension");
}

// The children of an element of the standard, those in wrappers with them.
template <class Do>
void EachChild(const Element& element, const Do& act) {
  for (const Element& child : element.children) {
    if (IsWrapper(child)) {
      EachChild(child, act);
    } else {
      act(child);
    }
  }
}

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

  std::string NameOf(const Element& element) {
    return NameOf(element.space, element.prefix, element.name);
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
    AddStrayText(event, out);
    EachChild(event, [&](const Element& child) {
      out->Add(NameOf(child), IsEpcisSpace(child.space) ? Standard(child) : Foreign(child));
    });
  }

  // Under a name that the reader of events refuses.
  static void AddStrayText(const Element& element, Members* out) {
    if (HasText(element)) out->AddText("#text", Trimmed(element.text));
  }

  std::string Standard(const Element& element) {
    for (const ListShape& list : kLists) {
      if (list.name == element.name) return List(element, list);
    }
    if (element.name == "readPoint" || element.name == "bizLocation") return Object(element, {});
    if (element.name == "persistentDisposition") return Persistent(element);
    if (element.name == "errorDeclaration") return Declaration(element);
    if (element.name == "ilmd") return Ilmd(element);
    if (!IsText(element)) return Foreign(element);
    return Scalar(kEventShapes, element.name, Trimmed(element.text));
  }

  // An object of single values of the standard, and of foreign members.
  std::string Object(const Element& element, Shapes shapes) {
    Members members;
    AddAttributes(element, shapes, &members);
    AddStrayText(element, &members);
    EachChild(element, [&](const Element& child) { AddMember(child, shapes, &members); });
    return members.Text();
  }

  void AddMember(const Element& child, Shapes shapes, Members* out) {
    const std::string name = NameOf(child);
    const bool plain = IsEpcisSpace(child.space) && IsText(child);
    out->Add(name, plain ? Scalar(shapes, name, Trimmed(child.text)) : Foreign(child));
  }

  // An object where a list belongs is refused by its type.
  std::string List(const Element& element, const ListShape& shape) {
    if (HasAttributes(element) || HasText(element)) return Foreign(element);
    std::vector<std::string> items;
    EachChild(element, [&](const Element& child) {
      const bool known = IsEpcisSpace(child.space) && child.name == shape.child;
      items.push_back(known ? Item(child, shape) : Foreign(child));
    });
    return json::List(items);
  }

  std::string Item(const Element& item, const ListShape& shape) {
    switch (shape.form) {
      case ListForm::kPlain:
        return PlainOr(item);
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

  // Text, or an object where there is more than text.
  std::string PlainOr(const Element& element) {
    return IsText(element) ? Quoted(Trimmed(element.text)) : Foreign(element);
  }

  // <source type="...">value</source>
  std::string Typed(const Element& element, Shapes shapes) {
    Members members;
    AddAttributes(element, shapes, &members);
    members.AddText(element.name, Trimmed(element.text));
    EachChild(element, [&](const Element& child) { AddMember(child, shapes, &members); });
    return members.Text();
  }

  std::string Sensor(const Element& element) {
    Members members;
    std::vector<std::string> reports;
    AddAttributes(element, {}, &members);
    AddStrayText(element, &members);
    EachChild(element, [&](const Element& child) {
      const bool ours = IsEpcisSpace(child.space);
      if (ours && child.name == "sensorReport") {
        reports.push_back(Object(child, kSensorShapes));
      } else if (ours && child.name == "sensorMetadata") {
        members.Add("sensorMetadata", Object(child, {}));
      } else {
        members.Add(NameOf(child), Foreign(child));
      }
    });
    if (!reports.empty()) members.Add("sensorReport", json::List(reports));
    return members.Text();
  }

  std::string Persistent(const Element& element) {
    Members members;
    std::vector<std::string> set, unset;
    AddAttributes(element, {}, &members);
    AddStrayText(element, &members);
    EachChild(element, [&](const Element& child) {
      const bool ours = IsEpcisSpace(child.space) && IsText(child);
      if (ours && (child.name == "set" || child.name == "unset")) {
        (child.name == "set" ? set : unset)
            .push_back(Scalar(kDispositionShapes, child.name, Trimmed(child.text)));
      } else {
        AddMember(child, {}, &members);
      }
    });
    if (!set.empty()) members.Add("set", json::List(set));
    if (!unset.empty()) members.Add("unset", json::List(unset));
    return members.Text();
  }

  std::string Declaration(const Element& element) {
    Members members;
    AddAttributes(element, {}, &members);
    AddStrayText(element, &members);
    EachChild(element, [&](const Element& child) {
      if (IsEpcisSpace(child.space) && child.name == "correctiveEventIDs") {
        members.Add(child.name, CorrectiveIds(child));
      } else {
        AddMember(child, kReasonShapes, &members);
      }
    });
    return members.Text();
  }

  std::string CorrectiveIds(const Element& element) {
    if (HasAttributes(element) || HasText(element)) return Foreign(element);
    std::vector<std::string> ids;
    for (const Element& id : element.children) {
      const bool known = IsEpcisSpace(id.space) && id.name == "correctiveEventID";
      ids.push_back(known ? PlainOr(id) : Foreign(id));
    }
    return json::List(ids);
  }

  std::string Ilmd(const Element& element) {
    // Text has no place in it: a list where an object belongs is refused by its type.
    if (HasText(element)) return json::List({Foreign(element)});
    Members members;
    AddAttributes(element, {}, &members);
    EachChild(element, [&](const Element& child) { members.Add(NameOf(child), Foreign(child)); });
    return members.Text();
  }

  // Text alone is a string as it stands (or what xsi:type says it is); else an object, its own text
  // under "#text". Of xsi's attributes a type that JSON has no form for stays in, as a member.
  std::string Foreign(const Element& element) {
    Members members;
    AddAttributes(element, {}, &members);
    const TextType type = TypeOf(element);
    if (type == TextType::kOther) {
      members.AddText(NameOf(kSchemaInstance, "xsi", "type"), Trimmed(*TypeName(element)));
    }
    for (const Element& child : element.children) members.Add(NameOf(child), Foreign(child));
    if (members.empty()) return TypedText(element, type);
    const absl::string_view text = Trimmed(element.text);
    // Between elements the blanks are layout.
    if (!text.empty()) members.AddText("#text", element.children.empty() ? element.text : text);
    return members.Text();
  }

  enum class TextType { kText, kBool, kNumber, kOther };

  static const std::string* TypeName(const Element& element) {
    for (const Attribute& attribute : element.attributes) {
      if (attribute.space == kSchemaInstance && attribute.name == "type") return &attribute.value;
    }
    return nullptr;
  }

  static TextType TypeOf(const Element& element) {
    const std::string* given = TypeName(element);
    if (given == nullptr) return TextType::kText;
    absl::string_view type = Trimmed(*given);
    type = type.substr(type.find(':') + 1);
    if (type == "string" || type.empty()) return TextType::kText;
    if (type == "boolean") return TextType::kBool;
    static constexpr absl::string_view kNumbers[] = {"decimal", "integer", "int",
                                                     "long",    "double",  "float"};
    const bool number =
        std::find(std::begin(kNumbers), std::end(kNumbers), type) != std::end(kNumbers);
    return number ? TextType::kNumber : TextType::kOther;
  }

  static std::string TypedText(const Element& element, TextType type) {
    if (type == TextType::kBool) return BoolOrText(Trimmed(element.text));
    return type == TextType::kNumber ? json::NumberOrText(element.text) : Quoted(element.text);
  }

  Prefixes& prefixes_;
};

}  // namespace

std::string EventJsonFromXml(const Element& event, Prefixes* prefixes) {
  return Converter(prefixes).Event(event);
}

}  // namespace shian::trace
