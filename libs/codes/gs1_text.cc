#include "libs/codes/gs1_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "libs/base/status_macros.h"
#include "libs/codes/limits.h"
#include "libs/codes/rules.h"

namespace shian::codes {
namespace {

constexpr absl::string_view kGs1Punctuation = "!\"%&'()*+,-./:;<=>?_";
constexpr absl::string_view kUrnEscaped = "\"%&/<>?";
constexpr absl::string_view kLinkPlain = "-._";

bool Contains(absl::string_view set, char c) { return set.find(c) != set.npos; }

bool IsGs1Character(char c) { return absl::ascii_isalnum(c) || Contains(kGs1Punctuation, c); }

void AppendEscaped(char c, std::string* out) {
  absl::StrAppendFormat(out, "%%%02X", static_cast<unsigned char>(c));
}

int HexValue(char c) {
  if (absl::ascii_isdigit(c)) return c - '0';
  return absl::ascii_isxdigit(c) ? absl::ascii_toupper(c) - 'A' + 10 : -1;
}

absl::StatusOr<std::string> CheckedField(std::string field) {
  if (!IsGs1Field(field)) return Broken(CodeRule::kGs1Field);
  return field;
}

}  // namespace

bool IsGs1Field(absl::string_view text) {
  return !text.empty() && text.size() <= limits::kGs1FieldCharsMax &&
         std::all_of(text.begin(), text.end(), IsGs1Character);
}

std::string EscapeForUrn(absl::string_view field) {
  std::string out;
  for (const char c : field) {
    if (Contains(kUrnEscaped, c)) {
      AppendEscaped(c, &out);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

std::string EscapeForLink(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    if (absl::ascii_isalnum(c) || Contains(kLinkPlain, c)) {
      out.push_back(c);
    } else {
      AppendEscaped(c, &out);
    }
  }
  return out;
}

absl::StatusOr<std::string> Unescape(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    const int high = text.size() - i > 2 ? HexValue(text[i + 1]) : -1;
    const int low = high < 0 ? -1 : HexValue(text[i + 2]);
    if (low < 0) return Broken(CodeRule::kGs1Escape);
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

absl::StatusOr<std::string> FieldFromUrn(absl::string_view text) {
  for (const char c : text) {
    if (c != '%' && Contains(kUrnEscaped, c)) return Broken(CodeRule::kGs1Escape);
  }
  ASSIGN_OR_RETURN(std::string field, Unescape(text));
  return CheckedField(std::move(field));
}

absl::StatusOr<std::string> FieldFromLink(absl::string_view text) {
  ASSIGN_OR_RETURN(std::string field, Unescape(text));
  return CheckedField(std::move(field));
}

}  // namespace shian::codes
