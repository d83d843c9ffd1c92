#include "services/trace/capture/event_hash.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <iostream>

#include "absl/strings/str_split.h"
#include "libs/base/hash.h"
#include "services/trace/capture/document.h"
#include "services/trace/capture/testing.h"

namespace shian::trace {
namespace {

std::vector<std::string> LinesOf(std::filesystem::path path, const char* extension) {
  path.replace_extension(extension);
  return absl::StrSplit(testing::ReadFile(path), absl::ByAnyChar("\r\n"), absl::SkipEmpty());
}

std::string PreHashOf(const ParsedEvent& parsed) {
  json::Value root;
  REQUIRE(json::Parse(parsed.event.json, &root) == nullptr);
  return PreHash(root, ReadContext(parsed.event.context_json).context);
}

TEST_CASE("event hashes and pre-hash strings equal the published vectors, in both syntaxes") {
  const std::string folder = testing::DataFolder() + "/epcis/hash";
  if (!std::filesystem::exists(folder)) {
    std::cerr << "skipped: no hash vectors at " << folder << "\n";
    return;
  }
  int checked = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string extension = entry.path().extension();
    if (extension != ".jsonld" && extension != ".xml") continue;
    const ParsedDocument document = ReadDocument(testing::ReadFile(entry.path()));
    const std::vector<std::string> wanted = LinesOf(entry.path(), ".hashes");
    const std::vector<std::string> strings = LinesOf(entry.path(), ".prehashes");
    INFO(entry.path().filename().string());
    if (document.broken != nullptr) UNSCOPED_INFO(document.broken->id << " " << document.field);
    REQUIRE(document.broken == nullptr);
    REQUIRE(document.events.size() == wanted.size());
    for (size_t i = 0; i < wanted.size(); ++i) {
      const ParsedEvent& parsed = document.events[i];
      INFO("event " << i + 1);
      for (const Violation& violation : parsed.findings.violations()) {
        UNSCOPED_INFO(violation.rule->id << " at " << violation.field);
      }
      REQUIRE(parsed.findings.empty());
      const std::string string = PreHashOf(parsed);
      INFO(string);
      CHECK(NamedHash(parsed.event.hash) == wanted[i]);
      // Two of the published strings are damaged: they do not give their own hash.
      if (NamedHash(Sha256(strings.at(i))) == wanted[i]) CHECK(string == strings[i]);
      ++checked;
    }
  }
  CHECK(checked > 40);
}

std::string HashOf(const std::string& event) {
  const ParsedDocument document = ReadDocument(testing::Document(event));
  REQUIRE(document.broken == nullptr);
  REQUIRE(document.events[0].findings.empty());
  return document.events[0].event.hash;
}

TEST_CASE("the same event in other words has the same hash") {
  const std::string urn =
      HashOf(testing::EventJson("ObjectEvent", "09:00:00",
                                R"("action":"OBSERVE","bizStep":"shipping","eventID":"urn:uuid:1",
         "quantityList":[{"epcClass":"urn:epc:class:lgtin:6901234.056789.L1","quantity":2.50}])"));
  const std::string link = HashOf(testing::EventJson(
      "ObjectEvent", "09:00:00.000",
      R"("quantityList":[{"quantity":25e-1,"epcClass":"https://shop.example/01/06901234567892/10/L1?a=1"}],
         "bizStep":"urn:epcglobal:cbv:bizstep:shipping","action":"OBSERVE",
         "recordTime":"2026-01-01T00:00:00Z")"));
  CHECK(urn == link);
}

TEST_CASE("another quantity is another event, an error declaration is not") {
  const std::string plain = R"("action":"OBSERVE","epcList":["urn:x:lot:1"])";
  const std::string hash = HashOf(testing::EventJson("ObjectEvent", "09:00:00", plain));
  CHECK(hash == HashOf(testing::EventJson("ObjectEvent", "09:00:00",
                                          plain + R"(,"errorDeclaration":{"declarationTime":
                                          "2025-03-04T09:00:00Z","reason":"did_not_occur"})")));
  CHECK(hash != HashOf(testing::EventJson("ObjectEvent", "09:00:01", plain)));
  CHECK(hash != HashOf(testing::EventJson("ObjectEvent", "09:00:00", plain + R"(,"ex:note":"1")")));
}

std::string StringOf(const std::string& type, const std::string& rest) {
  const ParsedDocument document =
      ReadDocument(testing::Document(testing::EventJson(type, "09:00:00", rest)));
  REQUIRE(document.broken == nullptr);
  for (const Violation& each : document.events[0].findings.violations()) {
    UNSCOPED_INFO(each.rule->id << " " << each.field);
  }
  REQUIRE(document.events[0].findings.empty());
  const std::string string = PreHashOf(document.events[0]);
  return string.substr(string.find("+08:00") + 6);
}

TEST_CASE("extensions keep their namespaces at every depth, names without prefix their names") {
  CHECK(StringOf("ObjectEvent",
                 R"("action":"OBSERVE","epcList":["urn:x:lot:1"],"ex:b":{"plain":" 2.50 ",
                 "ex:a":[true,null,{"#text":"t","ex:c":"urn:epcglobal:cbv:disp:active"}]},
                 "ex:a":"007","rdfs:comment":"no","ex:e":"","ex:time":"2025-03-03T09:00:00+08:00")") ==
        "epcListepc=urn:x:lot:1action=OBSERVE{https://ns.example.com/}a=007"
        "{https://ns.example.com/}bplain=2.5{https://ns.example.com/}a=true"
        "{https://ns.example.com/}a=t{https://ns.example.com/}c=https://ref.gs1.org/cbv/Disp-active"
        "{https://ns.example.com/}e{https://ns.example.com/}time=2025-03-03T09:00:00+08:00");
}

TEST_CASE("lists of documents and parties follow the sensors as in the reference") {
  CHECK(StringOf("ObjectEvent",
                 R"("action":"ADD","epcList":["urn:x:lot:1"],"sensorElementList":[{"sensorReport":[
                 {"type":"Temperature","value":4.0}],"ex:s":"1"}],"ilmd":{"ex:i":"1"},"sourceList":[
                 {"type":"location","source":"urn:x:a"}],"destinationList":[{"type":"location",
                 "destination":"urn:x:b"}],"bizTransactionList":[{"bizTransaction":"urn:x:c"}])") ==
        "epcListepc=urn:x:lot:1action=ADDsensorElementListsensorElementsensorReporttype="
        "https://gs1.org/voc/Temperaturevalue=4{https://ns.example.com/}s=1bizTransactionList"
        "bizTransaction=urn:x:cdestinationListtype=https://ref.gs1.org/cbv/SDT-locationdestination="
        "urn:x:bilmd{https://ns.example.com/}i=1sourceListtype="
        "https://ref.gs1.org/cbv/SDT-locationsource=urn:x:a");
}

TEST_CASE("keys become canonical links whatever they were written as") {
  const auto canonical = [](absl::string_view text) { return CanonicalUri(text); };
  CHECK(canonical("urn:epc:id:sgtin:4012345.011111.A!(b)") ==
        "https://id.gs1.org/01/04012345111118/21/A%21%28b%29");
  CHECK(canonical("https://x.example/gtin/4064074123453/lot/L1/ser/9?a=b#c") ==
        "https://id.gs1.org/01/04064074123453/21/9");
  CHECK(canonical("https://id.gs1.org/giai/4000001111") == "https://id.gs1.org/8004/4000001111");
  CHECK(canonical("https://x.example/00/12") == "https://x.example/00/12");
  CHECK(canonical("https://x.example/party/7") == "https://x.example/party/7");
  CHECK(canonical("urn:epc:id:sgtin:1.2.3") == "urn:epc:id:sgtin:1.2.3");
}

}  // namespace
}  // namespace shian::trace
