#include "services/trace/lookup/scan.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/codes/check_digits.h"
#include "services/trace/capture/limits.h"
#include "services/trace/capture/national_code.h"
#include "services/trace/lookup/element_string.h"

namespace shian::trace {
namespace {

constexpr absl::string_view kDomain = "https://id.gs1.org";
constexpr absl::string_view kGtinPath = "https://id.gs1.org/01/";
constexpr size_t kGtinDigits = 14, kSsccDigits = 18;

bool IsWeb(absl::string_view text) {
  return absl::StartsWithIgnoreCase(text, "https://") ||
         absl::StartsWithIgnoreCase(text, "http://");
}

// Without query and fragment.
absl::string_view PathOf(absl::string_view link) {
  return link.substr(0, link.find_first_of("?#"));
}

// The digits under a bar code, as a link; empty when the text is no such digits.
std::string FromDigits(absl::string_view text) {
  if (!codes::IsDigits(text)) return "";
  if (text.size() == kSsccDigits) return absl::StrCat(kDomain, "/00/", text);
  const bool gtin =
      text.size() == 8 || text.size() == 12 || text.size() == 13 || text.size() == kGtinDigits;
  return gtin ? absl::StrCat(kGtinPath, text) : "";
}

// The batch code that a link of ours ends in, with or without escapes; empty when there is none.
std::string NationalCodeIn(absl::string_view link) {
  const absl::string_view path = PathOf(link);
  const absl::string_view last = path.substr(path.rfind('/') + 1);
  if (absl::StartsWith(last, kNationalLot)) return std::string(last);
  return "";
}

// Scheme and host of a link are the same in capitals, and some printers of labels know no others.
std::string WithSmallScheme(absl::string_view text) {
  const size_t end = text.find("://");
  return absl::StrCat(absl::AsciiStrToLower(text.substr(0, end)), text.substr(end));
}

bool IsName(absl::string_view part, absl::string_view number, absl::string_view word) {
  return part == number || part == word;
}

// The lot beside a serial number: capture keeps the finest key only.
std::string LotBeside(absl::string_view link) {
  const std::vector<absl::string_view> parts = absl::StrSplit(PathOf(link), '/');
  // The parts after "https:", "" and the host; the first GTIN is the key, as capture has it.
  size_t at = 3;
  while (at + 1 < parts.size() &&
         !(IsName(parts[at], "01", "gtin") && codes::IsDigits(parts[at + 1]))) {
    ++at;
  }
  for (size_t i = at + 2; i + 1 < parts.size(); i += 2) {
    if (!IsName(parts[i], "10", "lot") || parts[i + 1].empty()) continue;
    const Epc lot = ParseEpc(absl::StrCat(kGtinPath, parts[at + 1], "/10/", parts[i + 1]));
    return lot.broken == nullptr && lot.kind == EpcKind::kLot ? lot.uri : "";
  }
  return "";
}

std::string ProductOf(const std::string& epc) {
  if (!absl::StartsWith(epc, kGtinPath)) return "";
  return epc.substr(0, kGtinPath.size() + kGtinDigits);
}

// A page of the web, a place, a party or a paper is no goods.
bool IsNoGoods(const Epc& epc) { return epc.kind == EpcKind::kOther && IsWeb(epc.uri); }

// What a path may not hold as it is.
std::string Escaped(absl::string_view path) {
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out.push_back(c);
    } else {
      absl::StrAppend(&out, "%",
                      absl::AsciiStrToUpper(absl::StrCat(absl::Hex(byte, absl::kZeroPad2))));
    }
  }
  return out;
}

bool IsIssuable(EpcKind kind) {
  return kind == EpcKind::kLot || kind == EpcKind::kItem || kind == EpcKind::kLogisticUnit;
}

}  // namespace

Scan ReadScan(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  if (text.empty()) return {{}, &rules::kScanEmpty};
  if (text.size() > limits::kUriBytesMax) return {{}, &rules::kUriMalformed};
  std::string uri = FromDigits(text);
  if (uri.empty()) uri = LinkOfElements(text);
  if (uri.empty()) uri = std::string(text);
  if (IsWeb(uri)) uri = WithSmallScheme(uri);
  if (const std::string code = IsWeb(uri) ? NationalCodeIn(uri) : ""; !code.empty()) uri = code;
  const Epc epc = ParseEpc(uri);
  if (epc.broken == &rules::kUriMalformed) return {{}, &rules::kNoGoods};
  if (epc.broken != nullptr) return {{}, epc.broken};
  if (IsNoGoods(epc)) return {{}, &rules::kNoGoods};
  Scan scan;
  scan.goods = {epc.uri, epc.kind, "", ProductOf(epc.uri)};
  if (epc.kind == EpcKind::kItem && IsWeb(uri) && !scan.goods.product.empty()) {
    scan.goods.lot = LotBeside(uri);
  }
  return scan;
}

std::string LinkOf(absl::string_view resolver, const Goods& goods) {
  if (!IsIssuable(goods.kind)) return "";
  absl::string_view path = goods.epc;
  if (absl::StartsWith(path, kNationalLot)) {
    return absl::StrCat(resolver, "/", Escaped(path));
  }
  if (!absl::ConsumePrefix(&path, kDomain)) return "";
  if (goods.lot.empty()) return absl::StrCat(resolver, Escaped(path));
  // "/01/GTIN", the lot, and then the serial number, which is the order of the standard.
  const size_t key = goods.product.size() - kDomain.size();
  return absl::StrCat(resolver, Escaped(goods.lot.substr(kDomain.size())),
                      Escaped(path.substr(key)));
}

}  // namespace shian::trace
