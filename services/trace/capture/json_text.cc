#include "services/trace/capture/json_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/trace/capture/json.h"

namespace shian::trace::json {
namespace {

// Digits with at most one point among them, perhaps a sign before.
bool IsDecimal(absl::string_view text) {
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
  const size_t points = static_cast<size_t>(std::count(text.begin(), text.end(), '.'));
  return points <= 1 && text.size() > points &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c == '.' || absl::ascii_isdigit(c); });
}

}  // namespace

std::string Quoted(absl::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20) {
      out += "\\u00";
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
  return out;
}

std::string NumberOrText(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  Value value;
  if (Parse(text, &value) == nullptr && value.IsNumber()) return std::string(text);
  const std::string plain = IsDecimal(text) ? NormalNumber(text) : "";
  return plain.empty() ? Quoted(text) : plain;
}

std::string List(const std::vector<std::string>& items) {
  return absl::StrCat("[", absl::StrJoin(items, ","), "]");
}

void Members::Add(absl::string_view name, std::string value) {
  const auto [known, is_new] = at_.try_emplace(std::string(name), members_.size());
  if (is_new) members_.emplace_back(std::string(name), std::vector<std::string>());
  members_[known->second].second.push_back(std::move(value));
}

std::string Members::Text() const {
  std::string out = "{";
  for (const auto& [name, values] : members_) {
    absl::StrAppend(&out, out.size() > 1 ? "," : "", Quoted(name), ":",
                    values.size() == 1 ? values[0] : List(values));
  }
  out.push_back('}');
  return out;
}

}  // namespace shian::trace::json
