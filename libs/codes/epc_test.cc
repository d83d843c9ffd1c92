#include "libs/codes/epc.h"

#include <catch2/catch.hpp>

#include "libs/base/property.h"
#include "libs/codes/check_digits.h"
#include "libs/codes/gs1_text.h"
#include "libs/codes/rules.h"

namespace shian::codes {
namespace {

using Scheme = Epc::Scheme;

TEST_CASE("URNs and links of the published examples translate") {
  REQUIRE(*ToEpcUrn({Scheme::kLgtin, "04012345111118", 7, "998877"}) ==
          "urn:epc:class:lgtin:4012345.011111.998877");
  REQUIRE(*ToEpcUrn({Scheme::kSgtin, "80614141123458", 7, "12345"}) ==
          "urn:epc:id:sgtin:0614141.812345.12345");
  REQUIRE(ParseEpcUrn("urn:epc:id:sgtin:4012345.011111.987")->key == "04012345111118");
  REQUIRE(*ToEpcUrn({Scheme::kSscc, "106141411234567897", 7}) ==
          "urn:epc:id:sscc:0614141.1123456789");
  REQUIRE(*ToEpcUrn({Scheme::kSgln, "6901234000016", 7}) == "urn:epc:id:sgln:6901234.00001.0");
  REQUIRE(*ToEpcUrn({Scheme::kGtin, "04012345444445", 7}) ==
          "urn:epc:idpat:sgtin:4012345.044444.*");
  const Epc lot{Scheme::kLgtin, "06901234567892", 7, "L20260301A"};
  REQUIRE(*ToEpcUrn(lot) == "urn:epc:class:lgtin:6901234.056789.L20260301A");
  REQUIRE(ToUri(ToDigitalLink(lot)) == "https://id.gs1.org/01/06901234567892/10/L20260301A");
  REQUIRE(*ToEpc(*ParseDigitalLink("https://id.gs1.org/01/06901234567892/10/L20260301A"), 7) ==
          lot);
}

TEST_CASE("a link is read with its resolver's path, qualifiers and attributes") {
  const auto link =
      ParseDigitalLink("https://a.example/q/01/09521234543213/10/ABC123/21/12345?17=261231#x");
  REQUIRE(link.ok());
  REQUIRE(link->host == "https://a.example/q");
  REQUIRE(link->lot == "ABC123");
  REQUIRE(link->serial == "12345");
  REQUIRE(link->attributes.front().second == "261231");
  REQUIRE(ToUri(*link) == "https://a.example/q/01/09521234543213/10/ABC123/21/12345?17=261231");
  REQUIRE(ToEpc(*link, 7)->scheme == Scheme::kSgtin);
  REQUIRE(ParseDigitalLink("/01/6901234567892")->key == "06901234567892");
  REQUIRE(ParseDigitalLink("/01/6901234567892/10/01")->lot == "01");
  REQUIRE(ParseDigitalLink("/414/6901234000016/254/0")->extension.empty());
}

std::string LinkRule(absl::string_view uri) { return RuleOf(ParseDigitalLink(uri).status()).word; }
std::string UrnRule(absl::string_view urn) { return RuleOf(ParseEpcUrn(urn).status()).word; }

TEST_CASE("wrong links name their rule") {
  REQUIRE(LinkRule("https://id.gs1.org/01/06901234567892/21/1/10/2") == "DIGITAL_LINK_QUALIFIER");
  REQUIRE(LinkRule("https://id.gs1.org/00/106141411234567897/10/2") == "DIGITAL_LINK_QUALIFIER");
  REQUIRE(LinkRule("https://id.gs1.org/01/06901234567893") == "GTIN_CHECK_DIGIT");
  REQUIRE(LinkRule("https://id.gs1.org/01/06901234567892/10/%4") == "GS1_ESCAPE");
  REQUIRE(LinkRule("https://id.gs1.org/01/06901234567892/10/%E5%BC%A0") == "GS1_FIELD");
  REQUIRE(LinkRule("https://id.gs1.org/01/06901234567892/10/123456789012345678901") == "GS1_FIELD");
  REQUIRE(LinkRule("https://id.gs1.org/8004/40123456789") == "DIGITAL_LINK_SHAPE");
  REQUIRE(LinkRule("https://id.gs1.org/01/06901234567892?17") == "DIGITAL_LINK_QUERY");
  for (const char* wrong : {"", "/", "https://", "https:///01/06901234567892", "https://id.gs1.org",
                            "ftp://a/01/06901234567892", "01/06901234567892", "/01", "/01/"}) {
    INFO(wrong);
    REQUIRE_FALSE(ParseDigitalLink(wrong).ok());
  }
}

TEST_CASE("wrong URNs name their rule") {
  REQUIRE(UrnRule("urn:epc:id:giai:4012345.1") == "EPC_SCHEME");
  REQUIRE(UrnRule("urn:epc:id:sgtin:4012345.01111.987") == "EPC_SHAPE");
  REQUIRE(UrnRule("urn:epc:id:sgtin:40123.01111111.987") == "EPC_COMPANY_PREFIX");
  REQUIRE(UrnRule("urn:epc:id:sgtin:4012345.011111") == "EPC_SHAPE");
  REQUIRE(UrnRule("urn:epc:id:sgtin:4012345.011111.") == "GS1_FIELD");
  REQUIRE(UrnRule("urn:epc:id:sgtin:4012345.011111.a/b") == "GS1_ESCAPE");
  REQUIRE(UrnRule("urn:epc:idpat:sgtin:4012345.011111.9") == "EPC_SHAPE");
  REQUIRE(UrnRule("urn:epc:id:sscc:0614141.1123456789.1") == "EPC_SHAPE");
  REQUIRE_FALSE(ToEpcUrn({Scheme::kLgtin, "04012345111118", 7, ""}).ok());
  REQUIRE_FALSE(ToEpcUrn({Scheme::kSscc, "106141411234567897", 7, "x"}).ok());
  REQUIRE_FALSE(ToEpcUrn({Scheme::kLgtin, "04012345111118", 13, "x"}).ok());
  REQUIRE_FALSE(ToEpcUrn({Scheme::kLgtin, "4012345111118", 7, "x"}).ok());
}

TEST_CASE("two names of one thing have one canonical form") {
  const std::string lot = "https://id.gs1.org/01/06901234567892/10/L1";
  REQUIRE(*CanonicalThing("urn:epc:class:lgtin:6901234.056789.L1") == lot);
  REQUIRE(*CanonicalThing("http://shop.example/x/01/6901234567892/10/L1?17=261231") == lot);
  REQUIRE(*CanonicalThing("/01/06901234567892/10/L1/21/7") ==
          "https://id.gs1.org/01/06901234567892/21/7");
  REQUIRE(*CanonicalThing("urn:epc:id:sgln:6901234.00001.0") ==
          "https://id.gs1.org/414/6901234000016");
  REQUIRE_FALSE(CanonicalThing("urn:epc:id:giai:4012345.1").ok());
}

constexpr absl::string_view kGs1Set =
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

std::string Body(const std::vector<int>& digits) {
  std::string body;
  for (const int digit : digits) body.push_back(static_cast<char>('0' + digit));
  return body;
}

Epc AnyEpc() {
  const auto scheme = static_cast<Scheme>(*rc::gen::inRange(0, 6));
  const bool gtin = scheme <= Scheme::kSgtin;
  const size_t digits = gtin ? 13 : scheme == Scheme::kSscc ? 17 : 12;
  Epc epc{scheme, Body(*rc::gen::container<std::vector<int>>(digits, rc::gen::inRange(0, 10))),
          *rc::gen::inRange(6, 13)};
  epc.key.push_back(*Gs1CheckDigit(epc.key));
  if (scheme == Scheme::kLgtin || scheme == Scheme::kSgtin || scheme == Scheme::kSgln) {
    const auto size = *rc::gen::inRange<size_t>(1, 21);
    const auto character = rc::gen::map(rc::gen::inRange<size_t>(0, kGs1Set.size()),
                                        [](size_t i) { return kGs1Set[i]; });
    epc.serial = *rc::gen::container<std::string>(size, character);
  }
  // "0" is how a place without extension is written.
  if (scheme == Scheme::kSgln && epc.serial == "0") epc.serial.clear();
  return epc;
}

TEST_CASE("every EPC survives the way through its URN and its link") {
  static_assert(kGs1Set.size() == 82);
  REQUIRE(testing::PropertyHolds("URN and Digital Link lose nothing", [] {
    const Epc epc = AnyEpc();
    const auto urn = ToEpcUrn(epc);
    RC_ASSERT(urn.ok());
    RC_ASSERT(*ParseEpcUrn(*urn) == epc);
    const DigitalLink link = ToDigitalLink(epc);
    const std::string uri = ToUri(link);
    RC_ASSERT(*ParseDigitalLink(uri) == link);
    RC_ASSERT(*ToEpc(link, epc.company_prefix_digits) == epc);
    RC_ASSERT(*CanonicalThing(*urn) == *CanonicalThing(uri));
  }));
}

TEST_CASE("escapes undo themselves") {
  REQUIRE(testing::PropertyHolds("Unescape undoes both escapes", [](const std::string& text) {
    RC_ASSERT(*Unescape(EscapeForLink(text)) == text);
    RC_ASSERT(*Unescape(EscapeForUrn(text)) == text);
  }));
}

}  // namespace
}  // namespace shian::codes
