#include "libs/codes/epc.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/base/status_macros.h"
#include "libs/codes/check_digits.h"
#include "libs/codes/checkers.h"
#include "libs/codes/gs1_text.h"
#include "libs/codes/limits.h"
#include "libs/codes/rules.h"

namespace shian::codes {
namespace {

using Scheme = Epc::Scheme;

enum class KeyKind { kGtin, kSscc, kGln };
enum class Tail { kNone, kStar, kField };

struct SchemeRow {
  Scheme scheme;
  absl::string_view prefix;
  KeyKind key;
  Tail tail;
  absl::string_view zh;
};

// In the order of the enumeration.
constexpr SchemeRow kSchemes[] = {
    {Scheme::kGtin, "urn:epc:idpat:sgtin:", KeyKind::kGtin, Tail::kStar, "商品类别"},
    {Scheme::kLgtin, "urn:epc:class:lgtin:", KeyKind::kGtin, Tail::kField, "批次"},
    {Scheme::kSgtin, "urn:epc:id:sgtin:", KeyKind::kGtin, Tail::kField, "单品"},
    {Scheme::kSscc, "urn:epc:id:sscc:", KeyKind::kSscc, Tail::kNone, "物流单元"},
    {Scheme::kSgln, "urn:epc:id:sgln:", KeyKind::kGln, Tail::kField, "位置"},
    {Scheme::kPgln, "urn:epc:id:pgln:", KeyKind::kGln, Tail::kNone, "参与方"},
};

// A place as a whole is written with this extension.
constexpr absl::string_view kNoExtension = "0";

const SchemeRow& RowOf(Scheme scheme) { return kSchemes[static_cast<size_t>(scheme)]; }

// Digits of prefix and reference together: the key without its check digit.
size_t BodyDigits(KeyKind kind) {
  switch (kind) {
    case KeyKind::kGtin:
      return 13;
    case KeyKind::kSscc:
      return 17;
    case KeyKind::kGln:
      return 12;
  }
  return 0;
}

bool PrefixFits(int digits) {
  return digits >= limits::kCompanyPrefixDigitsMin && digits <= limits::kCompanyPrefixDigitsMax;
}

// The indicator (GTIN) and the extension digit (SSCC) stand before the company prefix in the key,
// but before the reference in the URN.
std::string KeyOf(KeyKind kind, absl::string_view prefix, absl::string_view reference) {
  std::string body = kind == KeyKind::kGln
                         ? absl::StrCat(prefix, reference)
                         : absl::StrCat(reference.substr(0, 1), prefix, reference.substr(1));
  body.push_back(*Gs1CheckDigit(body));
  return body;
}

std::string PrefixAndReference(KeyKind kind, absl::string_view key, size_t prefix_digits) {
  const absl::string_view body = key.substr(0, BodyDigits(kind));
  if (kind == KeyKind::kGln) {
    return absl::StrCat(body.substr(0, prefix_digits), ".", body.substr(prefix_digits));
  }
  return absl::StrCat(body.substr(1, prefix_digits), ".", body.substr(0, 1),
                      body.substr(1 + prefix_digits));
}

absl::Status CheckKey(KeyKind kind, absl::string_view key) {
  switch (kind) {
    case KeyKind::kGtin:
      return key.size() == 14 ? CheckGtin(key).status() : Broken(CodeRule::kGtinShape);
    case KeyKind::kSscc:
      return CheckSscc(key).status();
    case KeyKind::kGln:
      return CheckGln(key).status();
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> SerialFromUrn(const SchemeRow& row, absl::string_view text) {
  if (row.tail == Tail::kStar) {
    if (text != "*") return Broken(CodeRule::kEpcShape);
    return std::string();
  }
  if (row.scheme == Scheme::kSgln && text == kNoExtension) return std::string();
  return FieldFromUrn(text);
}

std::string TailForUrn(const Epc& epc) {
  switch (RowOf(epc.scheme).tail) {
    case Tail::kNone:
      return "";
    case Tail::kStar:
      return ".*";
    case Tail::kField:
      break;
  }
  return absl::StrCat(".",
                      epc.serial.empty() ? std::string(kNoExtension) : EscapeForUrn(epc.serial));
}

absl::Status CheckSerial(const Epc& epc) {
  const bool has_field = RowOf(epc.scheme).tail == Tail::kField;
  if (epc.serial.empty()) {
    const bool may_miss = !has_field || epc.scheme == Scheme::kSgln;
    return may_miss ? absl::OkStatus() : Broken(CodeRule::kGs1Field);
  }
  return has_field && IsGs1Field(epc.serial) ? absl::OkStatus() : Broken(CodeRule::kGs1Field);
}

absl::StatusOr<Epc> ParseBody(const SchemeRow& row, absl::string_view body) {
  const size_t fields = row.tail == Tail::kNone ? 2 : 3;
  const std::vector<absl::string_view> pieces =
      absl::StrSplit(body, absl::MaxSplits('.', static_cast<int>(fields) - 1));
  if (pieces.size() != fields) return Broken(CodeRule::kEpcShape);
  const auto prefix = pieces[0], reference = pieces[1];
  if (!IsDigits(prefix) || !IsDigits(reference)) return Broken(CodeRule::kEpcShape);
  if (prefix.size() + reference.size() != BodyDigits(row.key)) return Broken(CodeRule::kEpcShape);
  const int prefix_digits = static_cast<int>(prefix.size());
  if (!PrefixFits(prefix_digits)) return Broken(CodeRule::kEpcCompanyPrefix);
  // GTIN and SSCC keep at least the indicator in the reference; the sums above promise it.
  Epc epc{row.scheme, KeyOf(row.key, prefix, reference), prefix_digits};
  if (row.tail == Tail::kNone) return epc;
  ASSIGN_OR_RETURN(epc.serial, SerialFromUrn(row, pieces[2]));
  return epc;
}

}  // namespace

absl::StatusOr<Epc> ParseEpcUrn(absl::string_view urn) {
  if (urn.size() > limits::kCodeBytesMax) return Broken(CodeRule::kCodeTooLong);
  for (const SchemeRow& row : kSchemes) {
    if (absl::ConsumePrefix(&urn, row.prefix)) return ParseBody(row, urn);
  }
  return Broken(CodeRule::kEpcScheme);
}

absl::StatusOr<std::string> ToEpcUrn(const Epc& epc) {
  const SchemeRow& row = RowOf(epc.scheme);
  if (!PrefixFits(epc.company_prefix_digits)) return Broken(CodeRule::kEpcCompanyPrefix);
  RETURN_IF_ERROR(CheckKey(row.key, epc.key));
  RETURN_IF_ERROR(CheckSerial(epc));
  const auto digits = static_cast<size_t>(epc.company_prefix_digits);
  return absl::StrCat(row.prefix, PrefixAndReference(row.key, epc.key, digits), TailForUrn(epc));
}

absl::StatusOr<Parsed> CheckEpcUrn(absl::string_view text) {
  ASSIGN_OR_RETURN(const Epc epc, ParseEpcUrn(text));
  ASSIGN_OR_RETURN(std::string canonical, ToEpcUrn(epc));
  const auto digits = static_cast<size_t>(epc.company_prefix_digits);
  const KeyKind kind = RowOf(epc.scheme).key;
  const std::string both = PrefixAndReference(kind, epc.key, digits);
  Parsed parsed{Kind::kEpcUrn, std::move(canonical), {}};
  parsed.parts = {{"thing", std::string(RowOf(epc.scheme).zh), "对象"},
                  {"key", epc.key, "主标识"},
                  {"company_prefix", both.substr(0, digits), "厂商识别代码"}};
  if (!epc.serial.empty()) parsed.parts.push_back({"serial", epc.serial, "批号、序列号或扩展代码"});
  parsed.parts.push_back({"digital_link", ToUri(ToDigitalLink(epc)), "数字链接"});
  return parsed;
}

DigitalLink ToDigitalLink(const Epc& epc, absl::string_view host) {
  DigitalLink link{std::string(host), "", epc.key};
  switch (epc.scheme) {
    case Scheme::kGtin:
      link.ai = "01";
      break;
    case Scheme::kLgtin:
      link.ai = "01";
      link.lot = epc.serial;
      break;
    case Scheme::kSgtin:
      link.ai = "01";
      link.serial = epc.serial;
      break;
    case Scheme::kSscc:
      link.ai = "00";
      break;
    case Scheme::kSgln:
      link.ai = "414";
      link.extension = epc.serial;
      break;
    case Scheme::kPgln:
      link.ai = "417";
      break;
  }
  return link;
}

absl::StatusOr<Epc> ToEpc(const DigitalLink& link, int company_prefix_digits) {
  Epc epc{Scheme::kGtin, link.key, company_prefix_digits};
  if (link.ai == "00") {
    epc.scheme = Scheme::kSscc;
  } else if (link.ai == "414") {
    epc.scheme = Scheme::kSgln;
    epc.serial = link.extension;
  } else if (link.ai == "417") {
    epc.scheme = Scheme::kPgln;
  } else if (link.ai != "01" || (!link.variant.empty() && link.serial.empty())) {
    // A consumer product variant below the serial is a class of its own that no URN can name.
    return Broken(CodeRule::kDigitalLinkNoEpc);
  } else if (!link.serial.empty()) {
    epc.scheme = Scheme::kSgtin;
    epc.serial = link.serial;
  } else if (!link.lot.empty()) {
    epc.scheme = Scheme::kLgtin;
    epc.serial = link.lot;
  }
  RETURN_IF_ERROR(ToEpcUrn(epc).status());
  return epc;
}

absl::StatusOr<std::string> CanonicalThing(absl::string_view urn_or_link) {
  if (absl::StartsWith(urn_or_link, "urn:")) {
    ASSIGN_OR_RETURN(const Epc epc, ParseEpcUrn(urn_or_link));
    return ToUri(ToDigitalLink(epc));
  }
  ASSIGN_OR_RETURN(DigitalLink link, ParseDigitalLink(urn_or_link));
  link.host = std::string(kCanonicalHost);
  link.attributes.clear();
  if (!link.serial.empty()) {
    link.variant.clear();
    link.lot.clear();
  }
  return ToUri(link);
}

}  // namespace shian::codes
