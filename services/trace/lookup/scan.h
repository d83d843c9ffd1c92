// What a scanned text names (扫码内容), and the text that a printed code says.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "services/trace/capture/epc.h"

namespace shian::trace {

struct Goods {
  std::string epc;  // canonical; the finest thing that was named
  EpcKind kind = EpcKind::kOther;
  std::string lot;      // canonical: of an item, when its lot stood beside its serial number
  std::string product;  // canonical GTIN of a lot or an item, or the class itself; may be empty
};

struct Scan {
  Goods goods;
  const Rule* broken = nullptr;  // why it names no goods; null when it does
};

// By the same reading as captured events have, so that what was captured is found: links of any
// domain, URNs, national batch codes, also as the end of a link, element strings, and bare digits
// of a bar code.
Scan ReadScan(absl::string_view text);

// What a QR code under `resolver` ("https://trace.example.cn", no slash at its end) says of a lot,
// an item or a logistic unit: all that ReadScan gives of it, in printable ASCII. Empty for goods
// that have no such link.
std::string LinkOf(absl::string_view resolver, const Goods& goods);

namespace rules {

inline constexpr Rule kScanEmpty{"SCAN_EMPTY", "is required", "不能为空"};
inline constexpr Rule kNoGoods{"NO_GOODS", "names no goods: no GS1 key, batch code or identifier",
                               "不是货品的标识：无GS1标识代码、批次码或其他标识"};
inline constexpr Rule kNotIssuable{"CODE_NOT_ISSUABLE",
                                   "must be a lot, an item or a logistic unit that a link can name",
                                   "须为可用链接表示的批次、单品或物流单元"};

}  // namespace rules
}  // namespace shian::trace
