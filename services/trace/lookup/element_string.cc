#include "services/trace/lookup/element_string.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace shian::trace {
namespace {

constexpr char kSeparator = '\x1d';
constexpr size_t kValueMax = 90;
// Of a variant, a lot and a serial number.
constexpr size_t kNameMax = 20;

// Element by application identifier (应用标识符).
using Elements = std::map<std::string, std::string>;

bool AllDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](unsigned char c) { return absl::ascii_isdigit(c); });
}

// Of identifiers that begin so: how many digits they have, and how many characters follow without a
// separator after them (GS1 General Specifications, predefined lengths). Others end at a separator.
struct Length {
  const char* begin;
  size_t identifier, value;
};
constexpr Length kPredefined[] = {
    {"00", 2, 18}, {"01", 2, 14}, {"02", 2, 14}, {"03", 2, 14}, {"04", 2, 16}, {"11", 2, 6},
    {"12", 2, 6},  {"13", 2, 6},  {"14", 2, 6},  {"15", 2, 6},  {"16", 2, 6},  {"17", 2, 6},
    {"18", 2, 6},  {"19", 2, 6},  {"20", 2, 2},  {"31", 4, 6},  {"32", 4, 6},  {"33", 4, 6},
    {"34", 4, 6},  {"35", 4, 6},  {"36", 4, 6},  {"41", 3, 13}};

// How many digits the identifiers of variable length have that begin so.
size_t IdentifierDigits(absl::string_view text) {
  const absl::string_view begin = text.substr(0, 2);
  for (const char* two :
       {"10", "21", "22", "30", "37", "90", "91", "92", "93", "94", "95", "96", "97", "98", "99"}) {
    if (begin == two) return 2;
  }
  for (const char* three : {"23", "24", "25", "40", "42", "71"}) {
    if (begin == three) return 3;
  }
  return 4;
}

// False when it is not there whole, or stands twice with different values.
bool Take(absl::string_view identifier, absl::string_view value, Elements* out) {
  if (!AllDigits(identifier) || value.empty() || value.size() > kValueMax) return false;
  const auto [at, added] = out->emplace(std::string(identifier), std::string(value));
  return added || at->second == value;
}

const Length* PredefinedOf(absl::string_view text) {
  const auto* found =
      std::find_if(std::begin(kPredefined), std::end(kPredefined),
                   [&](const Length& each) { return absl::StartsWith(text, each.begin); });
  return found == std::end(kPredefined) ? nullptr : found;
}

// Whether an element begins here, or a value goes on that holds a number in brackets.
bool BeginsElement(absl::string_view text) {
  const size_t close = text.find(')');
  if (text[0] != '(' || close == absl::string_view::npos || close < 3 || close > 5) return false;
  const absl::string_view identifier = text.substr(1, close - 1);
  if (!AllDigits(identifier)) return false;
  const Length* const fixed = PredefinedOf(identifier);
  if (fixed == nullptr) return identifier.size() == IdentifierDigits(identifier);
  const absl::string_view value = text.substr(close + 1, fixed->value);
  return identifier.size() == fixed->identifier && value.size() == fixed->value && AllDigits(value);
}

std::optional<Elements> FromBrackets(absl::string_view text) {
  Elements out;
  while (!text.empty()) {
    if (!BeginsElement(text)) return {};
    const size_t close = text.find(')');
    const absl::string_view identifier = text.substr(1, close - 1);
    text.remove_prefix(close + 1);
    size_t end = 0;
    while (end < text.size() && (text[end] != '(' || !BeginsElement(text.substr(end)))) ++end;
    if (!Take(identifier, text.substr(0, end), &out)) return {};
    text.remove_prefix(end);
  }
  return out;
}

std::optional<Elements> FromScanner(absl::string_view text) {
  Elements out;
  while (!text.empty()) {
    if (text[0] == kSeparator) {
      text.remove_prefix(1);
      continue;
    }
    const Length* const fixed = PredefinedOf(text);
    const bool variable = fixed == nullptr;
    const size_t digits = variable ? IdentifierDigits(text) : fixed->identifier;
    if (text.size() <= digits) return {};
    const size_t most = text.size() - digits;
    const size_t size =
        variable ? std::min(text.find(kSeparator), text.size()) - digits : fixed->value;
    if (size > most || !Take(text.substr(0, digits), text.substr(digits, size), &out)) return {};
    text.remove_prefix(digits + size);
  }
  return out;
}

std::string Escaped(absl::string_view value) {
  std::string out;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || c == '-' || c == '.' || c == '_' || c == '~') {
      out.push_back(c);
    } else {
      absl::StrAppend(&out, "%",
                      absl::AsciiStrToUpper(absl::StrCat(absl::Hex(byte, absl::kZeroPad2))));
    }
  }
  return out;
}

}  // namespace

std::string LinkOfElements(absl::string_view text) {
  // "]d2", "]C1", "]e0", "]Q3", "]J1": the marks of the symbologies that carry element strings.
  for (const char* mark : {"]d2", "]C1", "]e0", "]Q3", "]J1"}) {
    if (absl::ConsumePrefix(&text, mark)) break;
  }
  if (text.empty()) return "";
  const std::optional<Elements> elements = text[0] == '(' ? FromBrackets(text) : FromScanner(text);
  if (!elements) return "";
  std::string link = "https://id.gs1.org";
  const bool goods = elements->contains("01");
  if (!goods && !elements->contains("00")) return "";
  // Variant, lot and serial number stand behind the GTIN, in this order; a unit has none of them.
  for (const char* part : {goods ? "01" : "00", "22", "10", "21"}) {
    const auto found = elements->find(part);
    if (found == elements->end() || (!goods && part[0] != '0')) continue;
    if (found->second.size() > kNameMax) return "";
    absl::StrAppend(&link, "/", part, "/", Escaped(found->second));
  }
  return link;
}

}  // namespace shian::trace
