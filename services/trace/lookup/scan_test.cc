#include "services/trace/lookup/scan.h"

#include <catch2/catch.hpp>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/base/testing.h"
#include "services/trace/capture/national_code.h"

namespace shian::trace {
namespace {

constexpr char kResolver[] = "https://trace.example.cn/q";
constexpr char kMeat[] = "https://id.gs1.org/01/06901234567892/10/M1";
constexpr char kProduct[] = "https://id.gs1.org/01/06901234567892";

TEST_CASE("every way to write a code leads to the form that events have") {
  struct Case {
    const char* text;
    const char* epc;
    EpcKind kind;
    const char* lot;
    const char* product;
  };
  constexpr char kItem[] = "https://id.gs1.org/01/06901234567892/21/7";
  constexpr char kPallet[] = "https://id.gs1.org/00/106141411234567897";
  const Case cases[] = {
      {kMeat, kMeat, EpcKind::kLot, "", kProduct},
      {"urn:epc:class:lgtin:6901234.056789.M1", kMeat, EpcKind::kLot, "", kProduct},
      {"https://shop.example/food/01/06901234567892/10/M1?17=261231#x", kMeat, EpcKind::kLot, "",
       kProduct},
      {"HTTPS://ID.GS1.ORG/01/06901234567892/10/M1", kMeat, EpcKind::kLot, "", kProduct},
      {"https://id.gs1.org/gtin/6901234567892/lot/M1", kMeat, EpcKind::kLot, "", kProduct},
      {"  https://id.gs1.org/01/06901234567892/10/M1\r\n", kMeat, EpcKind::kLot, "", kProduct},
      {"https://id.gs1.org/01/06901234567892/10/M1/21/7", kItem, EpcKind::kItem, kMeat, kProduct},
      {"https://id.gs1.org/01/06901234567892/22/2A/10/M1/21/7", kItem, EpcKind::kItem, kMeat,
       kProduct},
      {"https://id.gs1.org/gtin/06901234567892/lot/M1/ser/7", kItem, EpcKind::kItem, kMeat,
       kProduct},
      {"https://id.gs1.org/01/06901234567892/21/7", kItem, EpcKind::kItem, "", kProduct},
      // A serial number that reads as the name of a lot is none.
      {"https://id.gs1.org/01/06901234567892/21/10", "https://id.gs1.org/01/06901234567892/21/10",
       EpcKind::kItem, "", kProduct},
      {"urn:epc:id:sgtin:6901234.056789.7", kItem, EpcKind::kItem, "", kProduct},
      {kProduct, kProduct, EpcKind::kClass, "", kProduct},
      {"6901234567892", kProduct, EpcKind::kClass, "", kProduct},
      {"(01)06901234567892(10)M1", kMeat, EpcKind::kLot, "", kProduct},
      {"(01)06901234567892(17)261231(10)M1(21)7", kItem, EpcKind::kItem, kMeat, kProduct},
      {"(01)06901234567892", kProduct, EpcKind::kClass, "", kProduct},
      {"(00)106141411234567897(02)06901234567892(37)12", kPallet, EpcKind::kLogisticUnit, "", ""},
      {"]d2010690123456789217261231"
       "10M1\x1d"
       "217",
       kItem, EpcKind::kItem, kMeat, kProduct},
      {"]C1010690123456789210M1", kMeat, EpcKind::kLot, "", kProduct},
      {"0106901234567892310300125010M1", kMeat, EpcKind::kLot, "", kProduct},
      // A number in brackets within a lot is no element.
      {"(01)06901234567892(10)A(12)B", "https://id.gs1.org/01/06901234567892/10/A%2812%29B",
       EpcKind::kLot, "", kProduct},
      {"010690123456789210M1\x1d"
       "710AB12",
       kMeat, EpcKind::kLot, "", kProduct},
      // What a path may not hold as it is.
      {"(01)06901234567892(10)A/B(x)", "https://id.gs1.org/01/06901234567892/10/A%2FB%28x%29",
       EpcKind::kLot, "", kProduct},
      {"06901234567892", kProduct, EpcKind::kClass, "", kProduct},
      {"106141411234567897", kPallet, EpcKind::kLogisticUnit, "", ""},
      {"urn:shian:lot:zsl:914403001922038216:B1", "urn:shian:lot:zsl:914403001922038216:B1",
       EpcKind::kLot, "", ""},
      {"https://trace.example.cn/q/urn:shian:lot:zsl:914403001922038216:B1",
       "urn:shian:lot:zsl:914403001922038216:B1", EpcKind::kLot, "", ""},
      {"urn:example:lot:1", "urn:example:lot:1", EpcKind::kLot, "", ""},
  };
  for (const Case& each : cases) {
    INFO(each.text);
    const Scan scan = ReadScan(each.text);
    REQUIRE(scan.broken == nullptr);
    CHECK(scan.goods.epc == each.epc);
    CHECK(scan.goods.kind == each.kind);
    CHECK(scan.goods.lot == each.lot);
    CHECK(scan.goods.product == each.product);
  }
}

TEST_CASE("an element string and a link with the same lot name the same goods") {
  for (const char* lot : {"A(x)", "A%25", "A%26b", "A+b", "a.b", "A-1", "A_1", "A%22", "A%3C%3E"}) {
    const Scan link = ReadScan(absl::StrCat(kProduct, "/10/", lot));
    REQUIRE(link.broken == nullptr);
    const std::string plain = absl::StrReplaceAll(
        lot, {{"%25", "%"}, {"%26", "&"}, {"%22", "\""}, {"%3C", "<"}, {"%3E", ">"}});
    const Scan elements = ReadScan(absl::StrCat("(01)06901234567892(10)", plain));
    INFO(plain);
    REQUIRE(elements.broken == nullptr);
    CHECK(elements.goods.epc == link.goods.epc);
  }
}

TEST_CASE("what names no goods breaks a rule by its name") {
  const std::pair<std::string, std::string> cases[] = {
      {"", "SCAN_EMPTY"},
      {" \t", "SCAN_EMPTY"},
      {std::string(501, '1'), "URI_MALFORMED"},
      {"hello", "NO_GOODS"},
      {"(10)M1", "NO_GOODS"},
      {"(01)06901234567892(10)", "NO_GOODS"},
      {"(01)06901234567892(10)A(10)B", "NO_GOODS"},
      {"(01)06901234567893(10)M1", "EPC_CHECK_DIGIT"},
      {"(01)069012345678(10)M1", "NO_GOODS"},
      {"]d2", "NO_GOODS"},
      {"0106901234", "NO_GOODS"},
      {"https://example.com/", "NO_GOODS"},
      {"https://", "NO_GOODS"},
      {"javascript:alert(1)//\"<", "NO_GOODS"},
      {std::string("urn:a\0b", 7), "NO_GOODS"},
      {"urn:epc:id:sgln:6901234.00001.0", "NO_GOODS"},
      {"https://id.gs1.org/414/6901234000016", "NO_GOODS"},
      {"https://id.gs1.org/01/06901234567893/10/M1", "EPC_CHECK_DIGIT"},
      {"6901234567893", "EPC_CHECK_DIGIT"},
      {"https://id.gs1.org/01/06901234567892/10/%ZZ", "EPC_MALFORMED"},
      {"urn:epc:class:lgtin:6901234.056789", "EPC_MALFORMED"},
      {"urn:shian:lot:zsl:914403001922038217:B1", "NATIONAL_CODE_MALFORMED"},
      {"https://trace.example.cn/urn:shian:lot:zsl:x", "NATIONAL_CODE_MALFORMED"},
  };
  for (const auto& [text, rule] : cases) {
    INFO(text);
    const Scan scan = ReadScan(text);
    REQUIRE(scan.broken != nullptr);
    CHECK(scan.broken->id == rule);
    CHECK(scan.goods.epc.empty());
  }
}

TEST_CASE("a link keeps batch and serial number, in the order of the standard") {
  CHECK(LinkOf(kResolver, ReadScan(kMeat).goods) ==
        "https://trace.example.cn/q/01/06901234567892/10/M1");
  CHECK(LinkOf(kResolver, ReadScan("https://x.cn/01/06901234567892/10/M1/21/7").goods) ==
        "https://trace.example.cn/q/01/06901234567892/10/M1/21/7");
  CHECK(LinkOf(kResolver, ReadScan("urn:epc:id:sscc:0614141.1123456789").goods) ==
        "https://trace.example.cn/q/00/106141411234567897");
  // Neither a class nor what no link can name has a code.
  CHECK(LinkOf(kResolver, ReadScan("6901234567892").goods).empty());
  CHECK(LinkOf(kResolver, ReadScan("urn:example:lot:1").goods).empty());
  CHECK(LinkOf(kResolver, ReadScan("urn:epc:id:grai:6901234.00001.1").goods).empty());
}

std::string RandomField(std::mt19937& random) {
  static const std::string kParts[] = {"A", "z", "0", "10", "21", "01", "-", ".",  "_",
                                       "/", "%", "?", "#",  "&",  "+",  "=", "批", "é"};
  std::string out;
  for (int left = std::uniform_int_distribution<int>(1, 8)(random); left > 0; --left) {
    out += kParts[std::uniform_int_distribution<size_t>(0, std::size(kParts) - 1)(random)];
  }
  return out;
}

std::string Escaped(const std::string& field) {
  std::string out;
  for (const char c : field) {
    absl::StrAppend(&out, "%", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2));
  }
  return out;
}

TEST_CASE("what a link says is what it was made of, and it is printable") {
  std::mt19937 random(shian::testing::Seed());
  for (int i = 0; i < 2'000; ++i) {
    const std::string lot = RandomField(random), serial = RandomField(random);
    const std::string gtin = "https://id.gs1.org/01/06901234567892";
    const std::string texts[] = {absl::StrCat(gtin, "/10/", Escaped(lot)),
                                 absl::StrCat(gtin, "/21/", Escaped(serial)),
                                 absl::StrCat(gtin, "/10/", Escaped(lot), "/21/", Escaped(serial)),
                                 NationalLot("zsl", "914403001922038216", lot)};
    for (const std::string& text : texts) {
      INFO(text);
      const Scan first = ReadScan(text);
      REQUIRE(first.broken == nullptr);
      const std::string link = LinkOf(kResolver, first.goods);
      INFO(link);
      CHECK(std::all_of(link.begin(), link.end(), [](char c) { return c > ' ' && c < 0x7F; }));
      const Scan again = ReadScan(link);
      REQUIRE(again.broken == nullptr);
      CHECK(again.goods.epc == first.goods.epc);
      CHECK(again.goods.lot == first.goods.lot);
      CHECK(again.goods.kind == first.goods.kind);
    }
  }
}

}  // namespace
}  // namespace shian::trace
