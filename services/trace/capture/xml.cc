#include "services/trace/capture/xml.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "libs/base/text.h"
#include "services/trace/capture/limits.h"
#include "services/trace/capture/utf8.h"
#include "services/trace/capture/xml_char.h"

namespace shian::trace::xml {
namespace {

constexpr absl::string_view kXmlSpace = "http://www.w3.org/XML/1998/namespace";

// Every byte above ASCII may be part of a name: the text is valid UTF-8, and no name with odd
// letters is one of EPCIS.
bool StartsName(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return absl::ascii_isalpha(byte) || c == '_' || byte >= 0x80;
}
bool InName(char c) {
  return StartsName(c) || absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '-' ||
         c == '.';
}

struct Binding {
  absl::string_view prefix, space;
};
// A name as written, and an attribute before its namespace is known.
struct Name {
  absl::string_view prefix, local;
};
struct RawAttribute {
  Name name;
  std::string value;
};

class Reader {
 public:
  Reader(absl::string_view text, Document* out) : text_(text), out_(*out) {
    bindings_.push_back({"xml", kXmlSpace});
  }

  const Rule* Run() {
    if (Prolog() && Start(&out_.root, 1)) Tail();
    return broken_;
  }

 private:
  bool Fail(const Rule& rule) {
    if (broken_ == nullptr) broken_ = &rule;
    return false;
  }
  bool Syntax() { return Fail(rules::kXmlSyntax); }
  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool Looking(absl::string_view what) const { return text_.substr(at_, what.size()) == what; }
  bool Take(absl::string_view what) {
    if (!Looking(what)) return false;
    at_ += what.size();
    return true;
  }
  bool Blank() {
    const size_t begin = at_;
    while (at_ < text_.size() && IsBlank(text_[at_])) ++at_;
    return at_ > begin;
  }
  // Up to and over `end`; false when it never comes.
  bool Until(absl::string_view end, absl::string_view* inside) {
    const size_t found = text_.find(end, at_);
    if (found == absl::string_view::npos) return Syntax();
    *inside = text_.substr(at_, found - at_);
    at_ = found + end.size();
    return true;
  }

  bool Prolog() {
    if (Looking("<?xml") && text_.size() > at_ + 5 && IsBlank(text_[at_ + 5])) {
      at_ += 5;
      if (!Declaration()) return false;
    }
    return Misc() && (Peek() == '<' || Syntax());
  }

  bool Declaration() {
    absl::string_view inside;
    if (!Until("?>", &inside)) return false;
    if (!absl::StrContains(inside, "version=\"1.0\"") &&
        !absl::StrContains(inside, "version='1.0'")) {
      return Syntax();
    }
    const size_t encoding = inside.find("encoding");
    if (encoding == absl::string_view::npos) return true;
    absl::string_view value = inside.substr(encoding + 8);
    const size_t open = value.find_first_of("\"'");
    if (open == absl::string_view::npos) return Syntax();
    const size_t close = value.find(value[open], open + 1);
    if (close == absl::string_view::npos) return Syntax();
    value = value.substr(open + 1, close - open - 1);
    return absl::EqualsIgnoreCase(value, "utf-8") || absl::EqualsIgnoreCase(value, "us-ascii") ||
           Fail(rules::kXmlEncoding);
  }

  // What may stand around the root: blanks, comments, processing instructions.
  bool Misc() {
    for (;;) {
      Blank();
      if (Looking("<!--")) {
        if (!Comment()) return false;
      } else if (Looking("<?")) {
        if (!Instruction()) return false;
      } else if (Looking("<!")) {
        return Looking("<!DOCTYPE") ? Fail(rules::kXmlDoctype) : Syntax();
      } else {
        return true;
      }
    }
  }

  void Tail() {
    if (Misc() && at_ != text_.size()) Syntax();
  }

  bool Comment() {
    at_ += 4;
    absl::string_view inside;
    if (!Until("-->", &inside)) return false;
    return (!absl::StrContains(inside, "--") && !absl::EndsWith(inside, "-")) || Syntax();
  }

  bool Instruction() {
    at_ += 2;
    absl::string_view inside;
    if (!StartsName(Peek()) || !Until("?>", &inside)) return Syntax();
    const absl::string_view target = inside.substr(0, inside.find_first_of(" \t\r\n"));
    return !absl::EqualsIgnoreCase(target, "xml") || Syntax();
  }

  bool Part(absl::string_view* out) {
    const size_t begin = at_;
    if (!StartsName(Peek())) return Syntax();
    while (at_ < text_.size() && InName(text_[at_])) ++at_;
    *out = text_.substr(begin, at_ - begin);
    return out->size() <= limits::kXmlNameBytesMax || Fail(rules::kXmlTooLarge);
  }

  bool ReadName(Name* out) {
    if (!Part(&out->local)) return false;
    if (Peek() != ':') return true;
    ++at_;
    out->prefix = out->local;
    return Part(&out->local);
  }

  bool CharReference(std::string* out) {
    const bool hex = Take("x");
    const size_t begin = at_;
    uint32_t point = 0;
    while (at_ - begin < 8 && absl::ascii_isxdigit(static_cast<unsigned char>(Peek()))) {
      const char c = Peek();
      const bool digit = absl::ascii_isdigit(static_cast<unsigned char>(c));
      if (!hex && !digit) return Syntax();
      point = point * (hex ? 16 : 10) +
              static_cast<uint32_t>(digit ? c - '0' : absl::ascii_tolower(c) - 'a' + 10);
      ++at_;
    }
    if (at_ == begin || !Take(";")) return Syntax();
    if (!IsXmlChar(point)) return Fail(rules::kXmlEncoding);
    AppendUtf8(point, out);
    return true;
  }

  bool Reference(std::string* out) {
    ++at_;
    if (Take("#")) return CharReference(out);
    static constexpr std::pair<absl::string_view, char> kKnown[] = {
        {"lt;", '<'}, {"gt;", '>'}, {"amp;", '&'}, {"apos;", '\''}, {"quot;", '"'}};
    for (const auto& [name, meaning] : kKnown) {
      if (!Take(name)) continue;
      out->push_back(meaning);
      return true;
    }
    return StartsName(Peek()) ? Fail(rules::kXmlEntity) : Syntax();
  }

  bool Quoted(std::string* out) {
    const char quote = Peek();
    if (quote != '"' && quote != '\'') return Syntax();
    ++at_;
    while (at_ < text_.size() && text_[at_] != quote) {
      const char c = text_[at_];
      if (c == '<') return Syntax();
      if (c == '&') {
        if (!Reference(out)) return false;
        continue;
      }
      // A line break inside an attribute is a blank; CR LF is one line break.
      if (c != '\r' || text_.substr(at_, 2) != "\r\n") out->push_back(IsBlank(c) ? ' ' : c);
      ++at_;
    }
    return Take(absl::string_view(&quote, 1)) || Syntax();
  }

  bool ReadAttributes(std::vector<RawAttribute>* out) {
    while (Blank() && Peek() != '>' && Peek() != '/') {
      if (out->size() >= limits::kXmlAttributesMax) return Fail(rules::kXmlTooLarge);
      out->emplace_back();
      RawAttribute& attribute = out->back();
      if (!ReadName(&attribute.name)) return false;
      Blank();
      if (!Take("=")) return Syntax();
      Blank();
      if (!Quoted(&attribute.value)) return false;
    }
    return true;
  }

  bool Bind(absl::string_view prefix, std::string space) {
    if (bindings_.size() >= limits::kPrefixesMax || space.size() > limits::kUriBytesMax) {
      return Fail(rules::kXmlTooLarge);
    }
    const bool reserved = prefix == "xml" || prefix == "xmlns" || space == kXmlSpace;
    if (reserved || (space.empty() && !prefix.empty())) return Fail(rules::kXmlNamespace);
    const auto known = std::find(out_.spaces.begin(), out_.spaces.end(), space);
    if (known != out_.spaces.end()) {
      bindings_.push_back({prefix, *known});
    } else {
      if (out_.spaces.size() >= limits::kPrefixesMax) return Fail(rules::kXmlTooLarge);
      out_.spaces.push_back(std::move(space));
      bindings_.push_back({prefix, out_.spaces.back()});
    }
    return true;
  }

  bool Resolve(absl::string_view prefix, absl::string_view* space) {
    for (auto binding = bindings_.rbegin(); binding != bindings_.rend(); ++binding) {
      if (binding->prefix != prefix) continue;
      *space = binding->space;
      return true;
    }
    return prefix.empty() || Fail(rules::kXmlNamespace);
  }

  bool Declare(const std::vector<RawAttribute>& attributes) {
    for (const RawAttribute& attribute : attributes) {
      const bool is_default = attribute.name.prefix.empty() && attribute.name.local == "xmlns";
      if (!is_default && attribute.name.prefix != "xmlns") continue;
      if (!Bind(is_default ? absl::string_view() : attribute.name.local, attribute.value)) {
        return false;
      }
    }
    return true;
  }

  bool Adopt(std::vector<RawAttribute> attributes, Element* element) {
    for (size_t i = 0; i < attributes.size(); ++i) {
      const Name& name = attributes[i].name;
      for (size_t j = 0; j < i; ++j) {
        if (attributes[j].name.local == name.local && attributes[j].name.prefix == name.prefix) {
          return Fail(rules::kXmlDuplicateAttribute);
        }
      }
      if (name.prefix == "xmlns" || (name.prefix.empty() && name.local == "xmlns")) continue;
      Attribute attribute{{}, name.prefix, name.local, std::move(attributes[i].value)};
      if (!name.prefix.empty() && !Resolve(name.prefix, &attribute.space)) return false;
      for (const Attribute& other : element->attributes) {
        if (other.name == attribute.name && other.space == attribute.space) {
          return Fail(rules::kXmlDuplicateAttribute);
        }
      }
      element->attributes.push_back(std::move(attribute));
    }
    return true;
  }

  // One element from its '<' on, with all it holds.
  bool Start(Element* element, int depth) {
    if (depth > limits::kXmlDepthMax) return Fail(rules::kXmlTooDeep);
    if (++elements_ > limits::kXmlElementsMax) return Fail(rules::kXmlTooLarge);
    ++at_;
    Name name;
    std::vector<RawAttribute> attributes;
    const size_t bound = bindings_.size();
    if (!ReadName(&name) || !ReadAttributes(&attributes) || !Declare(attributes)) return false;
    element->prefix = name.prefix;
    element->name = name.local;
    if (!Resolve(name.prefix, &element->space) || !Adopt(std::move(attributes), element)) {
      return false;
    }
    if (!Take("/>")) {
      if (!Take(">")) return Syntax();
      if (!Content(element, depth) || !End(name)) return false;
    }
    bindings_.resize(bound);
    return true;
  }

  bool End(const Name& name) {
    Name closing;
    at_ += 2;
    if (!ReadName(&closing)) return false;
    Blank();
    return (closing.local == name.local && closing.prefix == name.prefix && Take(">")) || Syntax();
  }

  // Stops before the end tag.
  bool Content(Element* element, int depth) {
    while (at_ < text_.size()) {
      bool fine = true;
      if (Peek() != '<') {
        fine = Text(&element->text);
      } else if (Looking("</")) {
        return true;
      } else if (Looking("<!--")) {
        fine = Comment();
      } else if (Take("<![CDATA[")) {
        absl::string_view inside;
        fine = Until("]]>", &inside);
        AppendLines(inside, &element->text);
      } else if (Looking("<?")) {
        fine = Instruction();
      } else if (Looking("<!")) {
        fine = Looking("<!DOCTYPE") ? Fail(rules::kXmlDoctype) : Syntax();
      } else {
        element->children.emplace_back();
        fine = Start(&element->children.back(), depth + 1);
      }
      if (!fine) return false;
    }
    return Syntax();
  }

  // Line breaks of every kind become line feeds.
  static void AppendLines(absl::string_view text, std::string* out) {
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '\r') {
        out->push_back(text[i]);
      } else if (text.substr(i + 1, 1) != "\n") {
        out->push_back('\n');
      }
    }
  }

  bool Text(std::string* out) {
    const absl::string_view rest = text_.substr(at_);
    const absl::string_view run = rest.substr(0, rest.find_first_of("<&"));
    if (absl::StrContains(run, "]]>")) return Syntax();
    AppendLines(run, out);
    at_ += run.size();
    return Peek() != '&' || Reference(out);
  }

  const absl::string_view text_;
  Document& out_;
  std::vector<Binding> bindings_;
  size_t at_ = 0;
  size_t elements_ = 0;
  const Rule* broken_ = nullptr;
};

}  // namespace

const Element* Element::Child(absl::string_view wanted) const {
  for (const Element& child : children) {
    if (child.name == wanted) return &child;
  }
  return nullptr;
}

const std::string* Element::Find(absl::string_view wanted) const {
  for (const Attribute& attribute : attributes) {
    if (attribute.space.empty() && attribute.name == wanted) return &attribute.value;
  }
  return nullptr;
}

const Rule* Parse(absl::string_view text, Document* out) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  if (!IsValidUtf8(text) || HasForbiddenChar(text)) return &rules::kXmlEncoding;
  return Reader(text, out).Run();
}

}  // namespace shian::trace::xml
