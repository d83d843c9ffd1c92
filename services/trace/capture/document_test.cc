#include "services/trace/capture/document.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <iostream>
#include <random>

#include "libs/base/testing.h"
#include "services/trace/capture/json.h"
#include "services/trace/capture/limits.h"
#include "services/trace/capture/testing.h"

namespace shian::trace {
namespace {

using testing::Document;
using testing::EventJson;

std::string FirstRule(const std::string& event) {
  const ParsedDocument document = ReadDocument(Document(event));
  if (document.broken != nullptr) return document.broken->id;
  const Findings& findings = document.events[0].findings;
  return findings.empty() ? "" : findings.violations()[0].rule->id;
}

TEST_CASE("documents that others made are read or refused by name") {
  const std::string folder = testing::DataFolder() + "/epcis/documents/json";
  if (!std::filesystem::exists(folder)) {
    std::cerr << "skipped: no documents at " << folder << "\n";
    return;
  }
  int read = 0, refused = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string bytes = testing::ReadFile(entry.path());
    const ParsedDocument document = ReadDocument(bytes);
    INFO(entry.path().filename().string());
    bool fine = document.broken == nullptr;
    if (!fine) std::cerr << entry.path().filename().string() << ": " << document.broken->id << "\n";
    for (const ParsedEvent& event : document.events) {
      for (const Violation& violation : event.findings.violations()) {
        std::cerr << entry.path().filename().string() << " event " << event.line << ": "
                  << violation.rule->id << " at " << violation.field << " (" << violation.value
                  << ")\n";
        fine = false;
      }
      if (event.findings.empty()) {
        CHECK(event.event.hash.size() == 32);
        CHECK(bytes.find(event.event.json) != std::string::npos);
      }
    }
    ++(fine ? read : refused);
  }
  CHECK(read + refused == 38);
  CHECK(read >= 30);
}

TEST_CASE("an event's fields are taken over in canonical form") {
  const ParsedDocument document = ReadDocument(Document(EventJson(
      "AggregationEvent", "09:30:00",
      R"("action":"ADD","parentID":"urn:epc:id:sscc:6901234.0000000001","bizStep":"packing",
         "childQuantityList":[{"epcClass":"urn:epc:class:lgtin:6901234.056789.L1",
                               "quantity":12.50,"uom":"KGM"}],
         "readPoint":{"id":"urn:epc:id:sgln:6901234.00001.0"},
         "destinationList":[{"type":"owning_party","destination":"urn:epc:id:pgln:6901234.00001"}],
         "ex:truck":"A1")")));
  REQUIRE(document.broken == nullptr);
  REQUIRE(document.events[0].findings.empty());
  const Event& event = document.events[0].event;
  CHECK(event.type == EventType::kAggregation);
  CHECK(event.action == Action::kAdd);
  CHECK(event.biz_step == "https://ref.gs1.org/cbv/BizStep-packing");
  CHECK(event.read_point == "https://id.gs1.org/414/6901234000016");
  REQUIRE(event.links.size() == 2);
  CHECK(event.links[0].role == Role::kParent);
  CHECK(event.links[0].kind == EpcKind::kLogisticUnit);
  CHECK(event.links[1].epc == "https://id.gs1.org/01/06901234567892/10/L1");
  CHECK(event.links[1].kind == EpcKind::kLot);
  CHECK(event.links[1].quantity == "12.5");
  CHECK(event.links[1].uom == "KGM");
  CHECK(GlnOf(event.destinations[0].party) == GlnOf(event.read_point));
}

TEST_CASE("each broken rule is named") {
  const std::string lot = R"("epcList":["urn:epc:class:lgtin:6901234.056789.L1"])";
  const auto object = [&](const std::string& rest) {
    return FirstRule(EventJson("ObjectEvent", "09:00:00", rest));
  };
  CHECK(object(lot + R"(,"action":"OBSERVE")").empty());
  CHECK(object(lot) == "ACTION_MISSING");
  CHECK(object(lot + R"(,"action":"PUT")") == "ACTION_UNKNOWN");
  CHECK(object(lot + R"(,"action":"OBSERVE","bizStep":"cooking")") == "VOCABULARY_UNKNOWN");
  CHECK(object(lot + R"(,"action":"OBSERVE","inputEPCList":[])") == "FIELD_NOT_ALLOWED");
  CHECK(object(lot + R"(,"action":"OBSERVE","bizPlace":"x")") == "FIELD_UNKNOWN");
  CHECK(object(lot + R"(,"action":"OBSERVE","no:such":"x")") == "EXTENSION_PREFIX_UNKNOWN");
  CHECK(object(lot + R"(,"action":"OBSERVE","ilmd":{}})") == "JSON_SYNTAX");
  CHECK(object(lot + R"(,"action":"OBSERVE","ilmd":{})") == "ILMD_ACTION");
  CHECK(object(R"("action":"OBSERVE")") == "OBJECT_EMPTY");
  CHECK(object(R"("action":"ADD","epcList":["urn:epc:id:sgtin:1.2.3"])") == "EPC_MALFORMED");
  CHECK(object(R"("action":"ADD","epcList":["https://id.gs1.org/01/06901234567891/10/L1"])") ==
        "EPC_CHECK_DIGIT");
  CHECK(object(R"("action":"ADD","epcList":["lot 1"])") == "URI_MALFORMED");
  CHECK(object(R"("action":"ADD","quantityList":[{"epcClass":"urn:x:lot:1","quantity":-1}])") ==
        "QUANTITY_MALFORMED");
  CHECK(object(R"("action":"ADD","quantityList":[{"epcClass":"urn:x:lot:1","uom":"KGM"}])") ==
        "UOM_WITHOUT_QUANTITY");
  CHECK(FirstRule(EventJson("AggregationEvent", "09:00:00",
                            R"("action":"ADD","childEPCs":["urn:x:lot:1"])")) == "PARENT_MISSING");
  CHECK(FirstRule(EventJson("TransformationEvent", "09:00:00",
                            R"("inputEPCList":["urn:x:lot:1"])")) == "TRANSFORMATION_ONE_SIDED");
  CHECK(FirstRule(EventJson("TransactionEvent", "09:00:00", lot + R"(,"action":"ADD")")) ==
        "BIZ_TRANSACTION_LIST_MISSING");
  CHECK(FirstRule(R"({"type":"QuantityEvent"})") == "EVENT_TYPE_UNKNOWN");
  CHECK(FirstRule("7") == "EVENT_NOT_OBJECT");
  CHECK(FirstRule(R"({"type":"ObjectEvent","type":"ObjectEvent"})") == "JSON_DUPLICATE_KEY");
}

TEST_CASE("hostile text is refused at bounded cost") {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  REQUIRE(ReadDocument(deep).broken != nullptr);
  CHECK(std::string(ReadDocument(deep).broken->id) == "JSON_TOO_DEEP");
  CHECK(std::string(ReadDocument(std::string(limits::kDocumentBytesMax + 1, ' ')).broken->id) ==
        "JSON_TOO_LARGE");
  CHECK(std::string(ReadDocument("{\"a\":\"\xC3\x28\"}").broken->id) == "JSON_ENCODING");
  CHECK(std::string(ReadDocument(R"({"a":"\ud800"})").broken->id) == "JSON_ENCODING");
  CHECK(std::string(ReadDocument(R"({"a":"\u0000"})").broken->id) == "JSON_ENCODING");
  CHECK(std::string(ReadDocument(R"({"@context":"https://evil.example/c"})").broken->id) ==
        "CONTEXT_UNKNOWN");
  CHECK(std::string(ReadDocument(R"({"@context":{"a":"b:"}})").broken->id) == "CONTEXT_MALFORMED");
  CHECK(std::string(ReadDocument("{}").broken->id) == "CONTEXT_MISSING");
}

TEST_CASE("no flipped byte stops the reader") {
  std::mt19937_64 random(shian::testing::Seed());
  const std::string good = Document(
      EventJson("TransformationEvent", "09:00:00",
                R"("inputEPCList":["urn:x:lot:1"],"outputQuantityList":[{"epcClass":"urn:x:lot:2",
         "quantity":1e1}],"ilmd":{"ex:a":[{"ex:b":"\u4e2d"}]})"));
  REQUIRE(ReadDocument(good).events[0].findings.empty());
  for (int i = 0; i < 5'000; ++i) {
    std::string bad = good;
    bad[random() % bad.size()] = static_cast<char>(random());
    if (random() % 4 == 0) bad.resize(random() % bad.size());
    ReadDocument(bad);
  }
}

TEST_CASE("numbers are normalised as they are written") {
  CHECK(json::NormalNumber("200.50") == "200.5");
  CHECK(json::NormalNumber("2e2") == "200");
  CHECK(json::NormalNumber("25E-3") == "0.025");
  CHECK(json::NormalNumber("-0.0") == "0");
  CHECK(json::NormalNumber("0.1000000000000000000001") == "0.1000000000000000000001");
  CHECK(json::NormalNumber("1e999999999").empty());
}

}  // namespace
}  // namespace shian::trace
