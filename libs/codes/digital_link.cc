#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/base/status_macros.h"
#include "libs/base/text.h"
#include "libs/codes/checkers.h"
#include "libs/codes/epc.h"
#include "libs/codes/gs1_text.h"
#include "libs/codes/limits.h"
#include "libs/codes/rules.h"

namespace shian::codes {
namespace {

using Segments = std::vector<absl::string_view>;

struct Pieces {
  absl::string_view origin;  // "https://id.gs1.org", empty for a bare path
  absl::string_view path;
  absl::string_view query;
};

bool IsKeyAi(absl::string_view text) {
  return text == "01" || text == "00" || text == "414" || text == "417";
}

absl::StatusOr<Pieces> Split(absl::string_view uri) {
  Pieces pieces;
  uri = uri.substr(0, uri.find('#'));
  const size_t question = uri.find('?');
  if (question != uri.npos) pieces.query = uri.substr(question + 1);
  uri = uri.substr(0, question);
  const bool absolute = absl::StartsWith(uri, "https://") || absl::StartsWith(uri, "http://");
  const size_t slash = absolute ? uri.find('/', uri.find("//") + 2) : 0;
  if (slash == uri.npos || uri.empty() || uri[slash] != '/') {
    return Broken(CodeRule::kDigitalLinkShape);
  }
  pieces.origin = uri.substr(0, slash);
  pieces.path = uri.substr(slash + 1);
  if (absolute && absl::EndsWith(pieces.origin, "//")) return Broken(CodeRule::kDigitalLinkShape);
  return pieces;
}

// The key checked and in its canonical form.
absl::StatusOr<std::string> KeyFrom(absl::string_view ai, absl::string_view text) {
  const auto parsed = ai == "01" ? CheckGtin(text) : ai == "00" ? CheckSscc(text) : CheckGln(text);
  if (!parsed.ok()) return parsed.status();
  return parsed->canonical;
}

// Where the key begins: the last place, since a resolver's own path may come before it.
std::optional<size_t> FindKey(const Segments& segments) {
  for (size_t i = segments.size(); i-- > 0;) {
    // Qualifiers come in pairs, so a lot that reads "01" is not taken for a key.
    const size_t after = segments.size() - i;
    if (after % 2 == 0 && IsKeyAi(segments[i])) return i;
  }
  return std::nullopt;
}

struct Qualifier {
  absl::string_view key_ai;
  absl::string_view ai;
  std::string DigitalLink::*field;
};

// In the only order in which they may come.
constexpr Qualifier kQualifiers[] = {
    {"01", "22", &DigitalLink::variant},
    {"01", "10", &DigitalLink::lot},
    {"01", "21", &DigitalLink::serial},
    {"414", "254", &DigitalLink::extension},
};

absl::Status ReadQualifiers(const Segments& segments, size_t at, DigitalLink* link) {
  for (const Qualifier& qualifier : kQualifiers) {
    if (at >= segments.size()) break;
    if (qualifier.key_ai != link->ai || qualifier.ai != segments[at]) continue;
    ASSIGN_OR_RETURN(link->*qualifier.field, FieldFromLink(segments[at + 1]));
    at += 2;
  }
  return at >= segments.size() ? absl::OkStatus() : Broken(CodeRule::kDigitalLinkQualifier);
}

absl::StatusOr<std::string> QueryText(absl::string_view text) {
  ASSIGN_OR_RETURN(std::string plain, Unescape(text));
  if (!IsValidUtf8(plain)) return Broken(CodeRule::kDigitalLinkQuery);
  return plain;
}

absl::Status ReadQuery(absl::string_view query, DigitalLink* link) {
  const Segments pairs = absl::StrSplit(query, absl::ByAnyChar("&;"), absl::SkipEmpty());
  if (pairs.size() > limits::kLinkAttributesMax) return Broken(CodeRule::kDigitalLinkQuery);
  for (const absl::string_view pair : pairs) {
    const size_t equals = pair.find('=');
    if (equals == pair.npos) return Broken(CodeRule::kDigitalLinkQuery);
    ASSIGN_OR_RETURN(std::string name, QueryText(pair.substr(0, equals)));
    ASSIGN_OR_RETURN(std::string value, QueryText(pair.substr(equals + 1)));
    link->attributes.emplace_back(std::move(name), std::move(value));
  }
  return absl::OkStatus();
}

void AppendPair(absl::string_view ai, absl::string_view value, std::string* uri) {
  if (!value.empty()) absl::StrAppend(uri, "/", ai, "/", EscapeForLink(value));
}

}  // namespace

absl::StatusOr<DigitalLink> ParseDigitalLink(absl::string_view uri) {
  if (uri.size() > limits::kCodeBytesMax) return Broken(CodeRule::kCodeTooLong);
  ASSIGN_OR_RETURN(const Pieces pieces, Split(uri));
  Segments segments = absl::StrSplit(absl::StripSuffix(pieces.path, "/"), '/');
  if (segments.size() > limits::kLinkSegmentsMax) return Broken(CodeRule::kDigitalLinkShape);
  const auto at = FindKey(segments);
  if (!at) return Broken(CodeRule::kDigitalLinkShape);
  DigitalLink link;
  link.host = std::string(pieces.origin);
  for (size_t i = 0; i < *at; ++i) absl::StrAppend(&link.host, "/", segments[i]);
  link.ai = std::string(segments[*at]);
  ASSIGN_OR_RETURN(link.key, KeyFrom(link.ai, segments[*at + 1]));
  RETURN_IF_ERROR(ReadQualifiers(segments, *at + 2, &link));
  // "0" is how a URN writes that there is no extension; both forms must mean the same place.
  if (link.extension == "0") link.extension.clear();
  RETURN_IF_ERROR(ReadQuery(pieces.query, &link));
  return link;
}

std::string ToUri(const DigitalLink& link) {
  std::string uri = absl::StrCat(link.host, "/", link.ai, "/", link.key);
  AppendPair("22", link.variant, &uri);
  AppendPair("10", link.lot, &uri);
  AppendPair("21", link.serial, &uri);
  AppendPair("254", link.extension, &uri);
  char separator = '?';
  for (const auto& [name, value] : link.attributes) {
    uri.push_back(separator);
    absl::StrAppend(&uri, EscapeForLink(name), "=", EscapeForLink(value));
    separator = '&';
  }
  return uri;
}

absl::StatusOr<Parsed> CheckDigitalLink(absl::string_view text) {
  ASSIGN_OR_RETURN(const DigitalLink link, ParseDigitalLink(text));
  ASSIGN_OR_RETURN(std::string canonical, CanonicalThing(text));
  Parsed parsed{Kind::kDigitalLink, std::move(canonical), {}};
  const auto add = [&](const char* name, const std::string& value, const char* zh) {
    if (!value.empty()) parsed.parts.push_back({name, value, zh});
  };
  add("ai", link.ai, "应用标识符");
  add("key", link.key, "主标识");
  add("variant", link.variant, "消费品变体");
  add("lot", link.lot, "批号");
  add("serial", link.serial, "序列号");
  add("extension", link.extension, "位置扩展代码");
  for (const auto& [name, value] : link.attributes) {
    if (name == "17") add("expiry", value, "保质期至");
  }
  return parsed;
}

}  // namespace shian::codes
