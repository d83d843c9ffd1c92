#include "services/trace/capture/epc.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/codes/check_digits.h"
#include "services/trace/capture/limits.h"
#include "services/trace/capture/national_code.h"

namespace shian::trace {
namespace {

constexpr absl::string_view kDomain = "https://id.gs1.org";
// Digits of company prefix and reference together, without check digit.
constexpr size_t kGtinBody = 13, kGln = 12, kSscc = 17, kGsrn = 17, kGsin = 16;

using Parts = std::vector<absl::string_view>;

// `body` holds digits only.
std::string WithCheck(std::string body) {
  body.push_back(codes::Gs1CheckDigit(body).value_or('?'));
  return body;
}

// Prefix and reference as `length` digits with their check digit; empty when they are not.
std::string Numeric(absl::string_view prefix, absl::string_view reference, size_t length) {
  if (prefix.size() + reference.size() != length) return "";
  if (!codes::IsDigits(prefix) || (!reference.empty() && !codes::IsDigits(reference))) return "";
  return WithCheck(absl::StrCat(prefix, reference));
}

// The first digit of the reference (indicator or extension) leads the whole number.
std::string Leading(absl::string_view prefix, absl::string_view reference, size_t length) {
  if (reference.empty() || prefix.size() + reference.size() != length) return "";
  if (!codes::IsDigits(prefix) || !codes::IsDigits(reference)) return "";
  return WithCheck(absl::StrCat(reference.substr(0, 1), prefix, reference.substr(1)));
}

Epc Malformed() { return {"", EpcKind::kOther, &rules::kEpcMalformed}; }

// What stands in a path as it is: letters and digits of any script, and the marks that the Digital
// Link grammar leaves alone.
bool IsPlain(unsigned char c) {
  return c >= 0x80 || absl::ascii_isalnum(c) || absl::StrContains("-._~';=", static_cast<char>(c));
}

// A key or serial with every other character as one escape of capital digits, however it came: raw
// or escaped it is the same serial. Nothing when an escape is broken or hides what is no text.
std::optional<std::string> Normal(absl::string_view text) {
  const auto plain = PercentDecoded(text);
  if (!plain) return std::nullopt;
  std::string out;
  for (const char c : *plain) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte == 0x7F) return std::nullopt;
    if (IsPlain(byte)) {
      out.push_back(c);
    } else {
      absl::StrAppend(&out, "%",
                      absl::AsciiStrToUpper(absl::StrCat(absl::Hex(byte, absl::kZeroPad2))));
    }
  }
  return out;
}

Epc Made(absl::string_view ai, const std::string& key, EpcKind kind, absl::string_view ai2 = "",
         absl::string_view qualifier = "") {
  const auto normal = Normal(key), finer = Normal(qualifier);
  if (!normal || !finer || normal->empty() || ai2.empty() != finer->empty()) return Malformed();
  std::string uri = absl::StrCat(kDomain, "/", ai, "/", *normal);
  if (!ai2.empty()) absl::StrAppend(&uri, "/", ai2, "/", *finer);
  return {std::move(uri), kind, nullptr};
}

std::string Itip(const Parts& parts) {
  const std::string gtin = Leading(parts[0], parts[1], kGtinBody);
  const std::string piece = absl::StrCat(parts[2], parts[3]);
  const bool two_each = parts[2].size() == 2 && parts[3].size() == 2 && codes::IsDigits(piece);
  return gtin.empty() || !two_each ? "" : absl::StrCat(gtin, piece);
}

std::string WithSerial(std::string key, absl::string_view serial) {
  return key.empty() || serial.empty() ? "" : absl::StrCat(key, serial);
}

// GRAI in a Digital Link has a leading zero before its 13 digits.
std::string Grai(const Parts& parts) {
  const std::string key = Numeric(parts[0], parts[1], kGln);
  return key.empty() ? "" : absl::StrCat("0", key);
}

Epc FromTradeItem(absl::string_view scheme, const Parts& parts) {
  const std::string gtin = Leading(parts[0], parts[1], kGtinBody);
  if (scheme == "lgtin") return Made("01", gtin, EpcKind::kLot, "10", parts[2]);
  if (scheme == "upui") return Made("01", gtin, EpcKind::kItem, "235", parts[2]);
  return Made("01", gtin, EpcKind::kItem, "21", parts[2]);
}

Epc FromThreePart(absl::string_view scheme, const Parts& parts) {
  if (scheme == "sgtin" || scheme == "lgtin" || scheme == "upui") {
    return FromTradeItem(scheme, parts);
  }
  const std::string key = Numeric(parts[0], parts[1], kGln);
  if (scheme == "sgln") {
    return parts[2] == "0" ? Made("414", key, EpcKind::kOther)
                           : Made("414", key, EpcKind::kOther, "254", parts[2]);
  }
  if (scheme == "grai") return Made("8003", WithSerial(Grai(parts), parts[2]), EpcKind::kAsset);
  if (scheme == "gdti") return Made("253", WithSerial(key, parts[2]), EpcKind::kOther);
  if (scheme == "sgcn") return Made("255", WithSerial(key, parts[2]), EpcKind::kOther);
  if (scheme == "cpi" && codes::IsDigits(parts[0])) {
    return Made("8010", WithSerial(std::string(parts[0]), parts[1]), EpcKind::kItem, "8011",
                parts[2]);
  }
  return Malformed();
}

Epc FromTwoPart(absl::string_view scheme, const Parts& parts) {
  const absl::string_view prefix = parts[0], reference = parts[1];
  if (scheme == "sscc")
    return Made("00", Leading(prefix, reference, kSscc), EpcKind::kLogisticUnit);
  if (scheme == "pgln") return Made("417", Numeric(prefix, reference, kGln), EpcKind::kOther);
  if (scheme == "gsrn") return Made("8018", Numeric(prefix, reference, kGsrn), EpcKind::kOther);
  if (scheme == "gsrnp") return Made("8017", Numeric(prefix, reference, kGsrn), EpcKind::kOther);
  if (scheme == "gsin") return Made("402", Numeric(prefix, reference, kGsin), EpcKind::kOther);
  if (!codes::IsDigits(prefix)) return Malformed();
  const std::string joined = WithSerial(std::string(prefix), reference);
  if (scheme == "giai") return Made("8004", joined, EpcKind::kAsset);
  if (scheme == "ginc") return Made("401", joined, EpcKind::kLogisticUnit);
  return Malformed();
}

// A pattern ends in '*' where the serial number would be: it names the class.
Epc FromPattern(absl::string_view scheme, Parts parts) {
  if (parts.back() != "*") return Malformed();
  parts.pop_back();
  if (scheme == "itip" && parts.size() == 4) return Made("8006", Itip(parts), EpcKind::kClass);
  if (parts.size() != 2) return Malformed();
  if (scheme == "sgtin" || scheme == "upui") {
    return Made("01", Leading(parts[0], parts[1], kGtinBody), EpcKind::kClass);
  }
  if (scheme == "grai") return Made("8003", Grai(parts), EpcKind::kClass);
  if (scheme == "cpi") return Made("8010", absl::StrCat(parts[0], parts[1]), EpcKind::kClass);
  const std::string key = Numeric(parts[0], parts[1], kGln);
  if (scheme == "gdti") return Made("253", key, EpcKind::kClass);
  if (scheme == "sgcn") return Made("255", key, EpcKind::kClass);
  return Malformed();
}

// "4012345.012345.AB.1": a serial may hold points, so the split stops at `count` parts.
Parts SplitPoints(absl::string_view body, size_t count) {
  return absl::StrSplit(body, absl::MaxSplits('.', count - 1));
}

// A unit's number of another length than its scheme has is no GS1 key, but it is what stands on the
// unit: it is its own form, and its sender is told.
Epc OddUnit(absl::string_view rest) {
  constexpr size_t kPrefixLeast = 6, kPrefixMost = 12;
  const Parts parts = absl::StrSplit(rest, '.');
  const bool digits = parts.size() == 2 && codes::IsDigits(parts[0]) && codes::IsDigits(parts[1]);
  if (!digits || parts[0].size() < kPrefixLeast || parts[0].size() > kPrefixMost) {
    return Malformed();
  }
  return {absl::StrCat("urn:epc:id:sscc:", rest), EpcKind::kLogisticUnit, nullptr,
          &rules::kEpcLength};
}

Epc FromUrn(absl::string_view body, bool pattern) {
  const size_t colon = body.find(':');
  if (colon == absl::string_view::npos) return Malformed();
  const absl::string_view scheme = body.substr(0, colon);
  const absl::string_view rest = body.substr(colon + 1);
  // These end a path's part; a serial that holds them has them escaped.
  if (rest.find_first_of("/?#") != absl::string_view::npos) return Malformed();
  if (pattern) return FromPattern(scheme, absl::StrSplit(rest, '.'));
  if (scheme == "itip") {
    const Parts parts = SplitPoints(rest, 5);
    return parts.size() == 5 ? Made("8006", Itip(parts), EpcKind::kItem, "21", parts[4])
                             : Malformed();
  }
  static constexpr absl::string_view kTwo[] = {"sscc", "pgln", "gsrn", "gsrnp",
                                               "gsin", "giai", "ginc"};
  const bool two = std::find(std::begin(kTwo), std::end(kTwo), scheme) != std::end(kTwo);
  const Parts parts = SplitPoints(rest, two ? 2 : 3);
  if (two && parts.size() != 2) return Malformed();
  if (two) {
    Epc epc = FromTwoPart(scheme, parts);
    return scheme == "sscc" && epc.broken != nullptr ? OddUnit(rest) : epc;
  }
  return parts.size() == 3 ? FromThreePart(scheme, parts) : Malformed();
}

// A primary key of the Digital Link grammar with the qualifiers that can follow it, finest last.
struct Key {
  absl::string_view ai;
  size_t digits;  // that the key must have with its check digit; 0: free text
  bool checked;   // the last of `digits` is a check digit
  bool exact;     // no serial may follow the digits
  EpcKind kind;
};
constexpr Key kKeys[] = {
    {"00", 18, true, true, EpcKind::kLogisticUnit},   {"01", 14, true, true, EpcKind::kClass},
    {"253", 13, true, false, EpcKind::kOther},        {"255", 13, true, false, EpcKind::kOther},
    {"401", 0, false, false, EpcKind::kLogisticUnit}, {"402", 17, true, true, EpcKind::kOther},
    {"414", 13, true, true, EpcKind::kOther},         {"417", 13, true, true, EpcKind::kOther},
    {"8003", 14, true, false, EpcKind::kAsset},       {"8004", 0, false, false, EpcKind::kAsset},
    {"8006", 18, false, true, EpcKind::kClass},       {"8010", 0, false, false, EpcKind::kClass},
    {"8017", 18, true, true, EpcKind::kOther},        {"8018", 18, true, true, EpcKind::kOther},
};

// The names that older Digital Links have for keys and qualifiers.
constexpr std::pair<absl::string_view, absl::string_view> kShortNames[] = {
    {"gtin", "01"},    {"itip", "8006"}, {"cpid", "8010"}, {"gln", "414"},   {"party", "417"},
    {"gsrnp", "8017"}, {"gsrn", "8018"}, {"gcn", "255"},   {"sscc", "00"},   {"gdti", "253"},
    {"ginc", "401"},   {"gsin", "402"},  {"grai", "8003"}, {"giai", "8004"}, {"lot", "10"},
    {"ser", "21"},     {"tpx", "235"},   {"glnx", "254"},  {"cpsn", "8011"},
};
absl::string_view NumberOf(absl::string_view name) {
  for (const auto& [text, number] : kShortNames) {
    if (text == name) return number;
  }
  return name;
}

const Key* FindKey(absl::string_view ai) {
  const auto* found = std::find_if(std::begin(kKeys), std::end(kKeys),
                                   [ai](const Key& key) { return key.ai == ai; });
  return found == std::end(kKeys) ? nullptr : found;
}

struct Qualifier {
  absl::string_view key, ai;
  EpcKind kind;
};
// In order of fineness: a serial number beats a lot.
constexpr Qualifier kQualifiers[] = {
    {"01", "21", EpcKind::kItem},     {"01", "235", EpcKind::kItem},  {"01", "10", EpcKind::kLot},
    {"414", "254", EpcKind::kOther},  {"8006", "21", EpcKind::kItem}, {"8006", "10", EpcKind::kLot},
    {"8010", "8011", EpcKind::kItem},
};

// GTIN-8, -12 and -13 are padded to 14 digits.
std::string Padded(const Key& key, absl::string_view value) {
  if (key.ai != "01" || !codes::IsDigits(value) || value.size() >= key.digits)
    return std::string(value);
  return std::string(key.digits - value.size(), '0') + std::string(value);
}

const Rule* CheckKey(const Key& key, absl::string_view value) {
  if (key.digits == 0) return nullptr;
  if (value.size() < key.digits || !codes::IsDigits(value.substr(0, key.digits))) {
    return &rules::kEpcMalformed;
  }
  if (key.exact && value.size() > key.digits) return &rules::kEpcMalformed;
  if (!key.checked) return nullptr;
  const auto check = codes::Gs1CheckDigit(value.substr(0, key.digits - 1));
  return value[key.digits - 1] == check ? nullptr : &rules::kEpcCheckDigit;
}

Epc FromKey(const Key& key, absl::string_view raw, const Parts& rest) {
  const std::string value = Padded(key, raw);
  Epc epc = Made(key.ai, value, key.kind);
  bool finest = false;
  for (const Qualifier& qualifier : kQualifiers) {
    if (qualifier.key != key.ai) continue;
    for (size_t i = 0; !finest && i + 1 < rest.size(); i += 2) {
      if (NumberOf(rest[i]) != qualifier.ai || rest[i + 1].empty()) continue;
      epc = Made(key.ai, value, qualifier.kind, qualifier.ai, rest[i + 1]);
      finest = true;
    }
  }
  if (epc.broken == nullptr) epc.broken = CheckKey(key, value);
  return epc;
}

// Every key begins with a company prefix, or with the leading digits before one.
bool BeginsLikeKey(absl::string_view value) {
  constexpr size_t kDigitsLeast = 4;
  return value.size() > kDigitsLeast && codes::IsDigits(value.substr(0, kDigitsLeast));
}

// The first primary key in the path that really looks like one: other web pages have numbers in
// their paths too.
Epc FromWeb(absl::string_view text, bool* is_key) {
  *is_key = false;
  const size_t host = text.find("://") + 3;
  absl::string_view path = text.substr(std::min(text.size(), host));
  path = path.substr(0, path.find_first_of("?#"));
  const Parts parts = absl::StrSplit(path, '/');
  for (size_t i = 1; i + 1 < parts.size(); ++i) {
    const Key* key = FindKey(NumberOf(parts[i]));
    if (key == nullptr || !BeginsLikeKey(parts[i + 1])) continue;
    *is_key = true;
    return FromKey(*key, parts[i + 1], Parts(parts.begin() + i + 2, parts.end()));
  }
  return {std::string(text), EpcKind::kOther, nullptr};
}

// Other schemes say in their URN what they name; a lot is what traces run on.
EpcKind KindOfPrivate(absl::string_view text) {
  if (absl::StrContains(text, ":lot:") || absl::StrContains(text, ":class:lgtin:")) {
    return EpcKind::kLot;
  }
  if (absl::StrContains(text, ":serial:") || absl::StrContains(text, ":obj:")) {
    return EpcKind::kItem;
  }
  if (absl::StrContains(text, ":sscc:")) return EpcKind::kLogisticUnit;
  return EpcKind::kOther;
}

Epc Canonical(absl::string_view text, bool* is_key) {
  *is_key = true;
  if (absl::ConsumePrefix(&text, "urn:epc:id:")) return FromUrn(text, /*pattern=*/false);
  if (absl::ConsumePrefix(&text, "urn:epc:class:")) return FromUrn(text, /*pattern=*/false);
  if (absl::ConsumePrefix(&text, "urn:epc:idpat:")) return FromUrn(text, /*pattern=*/true);
  if (absl::StartsWith(text, "https://") || absl::StartsWith(text, "http://")) {
    return FromWeb(text, is_key);
  }
  if (absl::StartsWith(text, kNationalLot)) return FromNationalCode(text);
  *is_key = false;
  return {std::string(text), KindOfPrivate(text), nullptr};
}

}  // namespace

bool IsUri(absl::string_view text) {
  if (text.size() > limits::kUriBytesMax) return false;
  const size_t colon = text.find(':');
  if (colon == absl::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
  if (!absl::ascii_isalpha(static_cast<unsigned char>(text[0]))) return false;
  return std::none_of(text.begin(), text.end(), [](unsigned char c) {
    return c <= ' ' || c == 0x7F || c == '"' || c == '<' || c == '>';
  });
}

Epc ParseEpc(absl::string_view text) {
  if (!IsUri(text)) return {std::string(text), EpcKind::kOther, &rules::kUriMalformed};
  bool is_key = false;
  return Canonical(text, &is_key);
}

std::string CanonicalUri(absl::string_view text) {
  bool is_key = false;
  Epc epc = Canonical(text, &is_key);
  const bool usable = is_key && !epc.uri.empty() && epc.broken != &rules::kEpcMalformed;
  return usable ? std::move(epc.uri) : std::string(text);
}

std::string GlnOf(absl::string_view uri) {
  for (absl::string_view ai : {"/414/", "/417/"}) {
    const size_t at = uri.find(ai);
    if (at == absl::string_view::npos) continue;
    const absl::string_view gln = uri.substr(at + ai.size(), kGln + 1);
    if (gln.size() == kGln + 1 && codes::IsDigits(gln)) return std::string(gln);
  }
  return "";
}

}  // namespace shian::trace
