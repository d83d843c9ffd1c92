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

TEST_CASE("event hashes equal the published vectors") {
  const std::string folder = testing::DataFolder() + "/epcis/hash";
  if (!std::filesystem::exists(folder)) {
    std::cerr << "skipped: no hash vectors at " << folder << "\n";
    return;
  }
  int checked = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".jsonld") continue;
    const std::string bytes = testing::ReadFile(entry.path());
    const ParsedDocument document = ReadDocument(bytes);
    std::filesystem::path hashes = entry.path();
    hashes.replace_extension(".hashes");
    const std::vector<std::string> wanted =
        absl::StrSplit(testing::ReadFile(hashes), absl::ByAnyChar("\r\n"), absl::SkipEmpty());
    INFO(entry.path().filename().string());
    REQUIRE(document.broken == nullptr);
    REQUIRE(document.events.size() == wanted.size());
    for (size_t i = 0; i < wanted.size(); ++i) {
      const ParsedEvent& parsed = document.events[i];
      INFO("event " << i + 1);
      for (const Violation& violation : parsed.findings.violations()) {
        UNSCOPED_INFO(violation.rule->id << " at " << violation.field);
      }
      json::Value root;
      json::Parse(parsed.event.json, &root);
      UNSCOPED_INFO(PreHash(root, ReadContext(parsed.event.context_json).context));
      CHECK(NamedHash(parsed.event.hash) == wanted[i]);
      ++checked;
    }
  }
  CHECK(checked > 0);
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

}  // namespace
}  // namespace shian::trace
