#include "services/trace/capture/xml.h"

#include <catch2/catch.hpp>
#include <random>

#include "absl/strings/str_cat.h"
#include "libs/base/testing.h"
#include "services/trace/capture/document.h"
#include "services/trace/capture/limits.h"
#include "services/trace/capture/testing.h"

namespace shian::trace {
namespace {

std::string RuleOf(const std::string& text) {
  xml::Document document;
  const Rule* broken = xml::Parse(text, &document);
  return broken == nullptr ? "" : broken->id;
}

TEST_CASE("elements, attributes and text are read with their namespaces") {
  xml::Document document;
  REQUIRE(xml::Parse(
              "\xEF\xBB\xBF<?xml version='1.0'?><!-- c --><a:x xmlns:a=\"urn:a\" xmlns='urn:d' "
              "b=\"1 &amp;\n2\" a:b='3'>t&#65;&#x4e2d;<y/><![CDATA[<z>]]><a:w xmlns=''><v/></a:w>"
              "\r\n</a:x><?pi?>",
              &document) == nullptr);
  const xml::Element& root = document.root;
  CHECK(root.space == "urn:a");
  CHECK(root.name == "x");
  CHECK(root.text == "tA中<z>\n");
  REQUIRE(root.attributes.size() == 2);
  CHECK(root.attributes[0].value == "1 & 2");
  CHECK(root.attributes[1].space == "urn:a");
  REQUIRE(root.children.size() == 2);
  CHECK(root.children[0].space == "urn:d");
  CHECK(root.children[1].children[0].space.empty());
}

TEST_CASE("what is not well-formed, or more than a document needs, is refused by name") {
  CHECK(RuleOf("<a/>").empty());
  for (const char* bad :
       {"", "a", "<a>", "<a></b>", "<a/><b/>", "<a b=1/>", "<a b='1'c='2'/>", "<a>&#;</a>", "<1/>",
        "<a>]]></a>", "<a b='<'/>", "<a><!-- -- --></a>", "<a/>x", "<a><?xml version='1.0'?></a>",
        "<?xml version='1.1'?><a/>", "<a", "<a b", "<a><![CDATA[</a>"}) {
    INFO(bad);
    CHECK(RuleOf(bad) == "XML_SYNTAX");
  }
  CHECK(RuleOf("<!DOCTYPE a><a/>") == "XML_DTD");
  CHECK(RuleOf("<!DOCTYPE a [<!ENTITY l \"lol\"><!ENTITY m \"&l;&l;\">]><a>&m;</a>") == "XML_DTD");
  CHECK(RuleOf("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>") == "XML_DTD");
  CHECK(RuleOf("<a>&nbsp;</a>") == "XML_ENTITY");
  CHECK(RuleOf("<a>&amp</a>") == "XML_ENTITY");
  CHECK(RuleOf("<a:b/>") == "XML_NAMESPACE");
  CHECK(RuleOf("<a xmlns:b=''/>") == "XML_NAMESPACE");
  CHECK(RuleOf("<a b='1' b='2'/>") == "XML_DUPLICATE_ATTRIBUTE");
  CHECK(RuleOf("<a xmlns:b='u' xmlns:c='u' b:d='1' c:d='2'/>") == "XML_DUPLICATE_ATTRIBUTE");
  CHECK(RuleOf("<?xml version='1.0' encoding='GBK'?><a/>") == "XML_ENCODING");
  CHECK(RuleOf("<a>\xFF</a>") == "XML_ENCODING");
  CHECK(RuleOf(std::string("<a>\0</a>", 8)) == "XML_ENCODING");
  CHECK(RuleOf("<a>&#0;</a>") == "XML_ENCODING");
  CHECK(RuleOf("<a>&#xD800;</a>") == "XML_ENCODING");
  std::string deep, wide = "<a";
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  CHECK(RuleOf(deep) == "XML_TOO_DEEP");
  for (int i = 0; i < 200; ++i) absl::StrAppend(&wide, " b", i, "='1'");
  CHECK(RuleOf(wide + "/>") == "XML_TOO_LARGE");
}

// A document around one event's inside.
std::string Xml(const std::string& type, const std::string& inside) {
  return absl::StrCat(
      "<epcis:EPCISDocument xmlns:epcis=\"urn:epcglobal:epcis:xsd:2\" schemaVersion=\"2.0\" "
      "creationDate=\"2025-03-03T09:00:00Z\" xmlns:ex=\"https://ns.example.com/\"><EPCISBody>"
      "<EventList><",
      type, "><eventTime>2025-03-03T09:00:00+08:00</eventTime><eventTimeZoneOffset>+08:00",
      "</eventTimeZoneOffset>", inside, "</", type, "></EventList></EPCISBody>",
      "</epcis:EPCISDocument>");
}

std::string Refusal(const std::string& document) {
  const ParsedDocument parsed = ReadDocument(document);
  if (parsed.broken != nullptr) return parsed.broken->id;
  const Findings& findings = parsed.events[0].findings;
  return findings.empty() ? "" : findings.violations()[0].rule->id;
}

TEST_CASE("an XML event is the JSON-LD event that says the same") {
  const ParsedDocument xml = ReadDocument(Xml(
      "ObjectEvent",
      "<epcList><epc> urn:epc:id:sscc:6901234.0000000001 </epc></epcList><action>OBSERVE</action>"
      "<bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep><sourceList><source type=\""
      "urn:epcglobal:cbv:sdt:location\">urn:epc:id:sgln:6901234.00001.0</source></sourceList>"
      "<sensorElementList><sensorElement><sensorReport type=\"gs1:Temperature\" value=\"4.50\" "
      "component=\"cbv:Comp-x\" ex:shelf=\"2\"/></sensorElement></sensorElementList>"
      "<ex:a><ex:b>1</ex:b><ex:b>2</ex:b></ex:a>"));
  REQUIRE(xml.broken == nullptr);
  REQUIRE(xml.events[0].findings.empty());
  CHECK(
      xml.events[0].event.json ==
      R"({"type":"ObjectEvent","eventTime":"2025-03-03T09:00:00+08:00","eventTimeZoneOffset":)"
      R"("+08:00","epcList":["urn:epc:id:sscc:6901234.0000000001"],"action":"OBSERVE","bizStep":)"
      R"("shipping","sourceList":[{"type":"location","source":"urn:epc:id:sgln:6901234.00001.0"}],)"
      R"("sensorElementList":[{"sensorReport":[{"type":"Temperature","value":4.50,"component":"x",)"
      R"("ex:shelf":"2"}]}],"ex:a":{"ex:b":["1","2"]}})");
  CHECK(xml.events[0].event.context_json ==
        R"(["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",)"
        R"({"ex":"https://ns.example.com/"}])");
  const ParsedDocument json = ReadDocument(testing::Document(xml.events[0].event.json));
  CHECK(json.events[0].event.hash == xml.events[0].event.hash);
}

TEST_CASE("XML that breaks the standard is refused by the same rules as JSON-LD") {
  const std::string lot = "<epcList><epc>urn:x:lot:1</epc></epcList>";
  CHECK(Refusal(Xml("ObjectEvent", lot + "<action>OBSERVE</action>")).empty());
  CHECK(Refusal(Xml("ObjectEvent", lot)) == "ACTION_MISSING");
  CHECK(Refusal(Xml("ObjectEvent", lot + "<action>ADD</action><action>ADD</action>")) ==
        "FIELD_TYPE");
  CHECK(Refusal(Xml("ObjectEvent", lot + "<action>ADD</action><shelf>1</shelf>")) ==
        "FIELD_UNKNOWN");
  CHECK(Refusal(Xml("QuantityEvent", lot)) == "EVENT_TYPE_UNKNOWN");
  CHECK(Refusal("<a/>") == "DOCUMENT_TYPE");
  CHECK(Refusal("<EPCISDocument xmlns='urn:epcglobal:epcis:xsd:1' schemaVersion='1.2'/>") ==
        "DOCUMENT_VERSION");
  CHECK(Refusal("<EPCISDocument schemaVersion='2.0'/>") == "DOCUMENT_CREATION_DATE");
  CHECK(Refusal("<EPCISDocument schemaVersion='2.0' creationDate='2025-03-03T09:00:00Z'/>") ==
        "DOCUMENT_EMPTY");
  CHECK(Refusal(std::string("\xFF\xFE<\0a\0/\0>\0", 10)) == "XML_ENCODING");
}

TEST_CASE("no flipped byte stops the XML reader") {
  std::mt19937_64 random(shian::testing::Seed());
  const std::string good = Xml("ObjectEvent",
                               "<epcList><epc>urn:x:lot:1</epc></epcList><action>ADD</action><ilmd>"
                               "<ex:a b='1'>&#x4E2D;<![CDATA[x]]></ex:a></ilmd><!-- c -->");
  REQUIRE(Refusal(good).empty());
  for (int i = 0; i < 5'000; ++i) {
    std::string bad = good;
    bad[random() % bad.size()] = static_cast<char>(random());
    if (random() % 4 == 0) bad.resize(random() % bad.size());
    ReadDocument(bad);
  }
}

std::string JudgedXml(const std::string& rest, std::string* json = nullptr) {
  const ParsedDocument document = ReadDocument(
      "<epcis:EPCISDocument xmlns:epcis=\"urn:epcglobal:epcis:xsd:2\" xmlns:ex=\"urn:ex:ns:\" "
      "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" schemaVersion=\"2.0\" "
      "creationDate=\"2025-03-03T09:00:00Z\"><EPCISBody><EventList><ObjectEvent>"
      "<eventTime>2025-03-03T09:00:00+08:00</eventTime><eventTimeZoneOffset>+08:00"
      "</eventTimeZoneOffset><action>ADD</action>" +
      rest + "</ObjectEvent></EventList></EPCISBody></epcis:EPCISDocument>");
  REQUIRE(document.broken == nullptr);
  const ParsedEvent& event = document.events.at(0);
  if (json != nullptr) *json = event.event.json;
  return event.findings.empty() ? "" : event.findings.violations()[0].rule->id;
}

TEST_CASE("what stands in XML where the standard has no place for it is refused, not lost") {
  const std::string lots = "<epcList><epc>urn:x:lot:1</epc></epcList>";
  CHECK(JudgedXml(lots).empty());
  CHECK(JudgedXml("<epcList a=\"1\"><epc>urn:x:lot:1</epc></epcList>") == "FIELD_TYPE");
  CHECK(JudgedXml("<epcList>x<epc>urn:x:lot:1</epc></epcList>") == "FIELD_TYPE");
  CHECK(JudgedXml("<epcList><epc a=\"1\">urn:x:lot:1</epc></epcList>") == "FIELD_TYPE");
  CHECK(JudgedXml(lots + "<bizStep a=\"1\">urn:x:step</bizStep>") == "FIELD_TYPE");
  CHECK(JudgedXml(lots + "<readPoint>x<id>urn:x:a</id></readPoint>") == "FIELD_UNKNOWN");
  CHECK(JudgedXml(lots + "<readPoint><id a=\"1\">urn:x:a</id></readPoint>") == "FIELD_TYPE");
  CHECK(JudgedXml(lots + "<ilmd>x<ex:a>1</ex:a></ilmd>") == "FIELD_TYPE");
  CHECK(JudgedXml(lots + "<persistentDisposition a=\"1\"><set>urn:x:d</set>"
                         "</persistentDisposition>") == "FIELD_UNKNOWN");
  CHECK(JudgedXml(lots + "<errorDeclaration a=\"1\"><declarationTime>2025-03-04T09:00:00Z"
                         "</declarationTime></errorDeclaration>") == "FIELD_UNKNOWN");
  CHECK(JudgedXml(lots + "stray") == "FIELD_UNKNOWN");
}

TEST_CASE("wrappers of older versions open everywhere; types that JSON cannot say stay") {
  const std::string lots = "<epcList><epc>urn:x:lot:1</epc></epcList>";
  std::string plain, wrapped;
  CHECK(JudgedXml(lots + "<readPoint><id>urn:x:a</id><ex:b>1</ex:b></readPoint>", &plain).empty());
  CHECK(JudgedXml(lots + "<readPoint><id>urn:x:a</id><extension><extension><ex:b>1</ex:b>"
                         "</extension></extension></readPoint>",
                  &wrapped)
            .empty());
  CHECK(plain == wrapped);
  std::string typed;
  CHECK(JudgedXml(lots + "<ex:a xsi:type=\"xsd:date\">2025-03-03</ex:a>", &typed).empty());
  CHECK(typed.find(R"(:type":"xsd:date","#text":"2025-03-03")") != std::string::npos);
}

}  // namespace
}  // namespace shian::trace
