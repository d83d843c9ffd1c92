// What the public scans: links, element strings, digits under a bar code. What it names is named so
// once and for all, the link that is printed for it reads as the same goods, and what names none
// says why.
#include "services/trace/lookup/scan.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "services/trace/capture/limits.h"
#include "services/trace/lookup/element_string.h"
#include "tests/fuzz/target.h"

namespace shian::fuzz {
namespace {

constexpr char kResolver[] = "https://trace.example.cn";

bool IsPrintable(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

void CheckElements(absl::string_view text) {
  const std::string link = trace::LinkOfElements(text);
  if (link.empty()) return;
  CHECK(absl::StartsWith(link, "https://id.gs1.org/0")) << link;
  CHECK(IsPrintable(link)) << link;
}

// Whoever wrote it and however often it is read, it is the same thing.
void CheckSame(absl::string_view text, const trace::Goods& goods) {
  const trace::Scan again = trace::ReadScan(text);
  CHECK(again.broken == nullptr) << text << " " << again.broken->id;
  CHECK(again.goods.epc == goods.epc) << text << " " << again.goods.epc << " " << goods.epc;
  CHECK(again.goods.kind == goods.kind) << text;
  CHECK(again.goods.product == goods.product) << text;
}

void CheckPrinted(const trace::Goods& goods) {
  const std::string link = trace::LinkOf(kResolver, goods);
  // Escaping makes a link longer, so that of a long name may be beyond what is read.
  if (link.empty() || link.size() > trace::limits::kUriBytesMax) return;
  CHECK(IsPrintable(link)) << link;
  CheckSame(link, goods);
  CHECK(trace::ReadScan(link).goods.lot == goods.lot) << link << " " << goods.lot;
}

}  // namespace

FUZZ_TARGET(scan) {
  CheckElements(input);
  const trace::Scan scan = trace::ReadScan(input);
  if (scan.broken != nullptr) {
    CHECK(scan.goods.epc.empty() && scan.goods.lot.empty() && scan.goods.product.empty());
    return;
  }
  CHECK(!scan.goods.epc.empty());
  if (scan.goods.epc.size() <= trace::limits::kUriBytesMax) CheckSame(scan.goods.epc, scan.goods);
  CheckPrinted(scan.goods);
}

}  // namespace shian::fuzz
