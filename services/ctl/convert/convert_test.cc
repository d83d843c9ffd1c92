#include <catch2/catch.hpp>

#include "services/ctl/convert/command.h"
#include "services/ctl/hash/command.h"
#include "services/trace/capture/testing.h"

namespace shian::ctl {
namespace {

TEST_CASE("a document in the other syntax has the same hashes") {
  const std::string json = trace::testing::Document(trace::testing::EventJson(
      "ObjectEvent", "09:00:00",
      R"("action":"ADD","epcList":["urn:x:lot:1"],"bizStep":"commissioning","ex:n":1.50,"ex:b":true)"));
  const auto xml = ConvertDocument(json, Syntax::kXml);
  REQUIRE(xml.ok());
  CHECK(xml->find("creationDate=\"2025-03-03T09:00:00+08:00\"") != std::string::npos);
  const auto back = ConvertDocument(*xml, Syntax::kJsonLd);
  REQUIRE(back.ok());
  CHECK(back->find("\"ex:n\":1.50,\"ex:b\":true") != std::string::npos);
  CHECK(HashDocument(json).events[0].hash == HashDocument(*xml).events[0].hash);
  CHECK(HashDocument(json).events[0].hash == HashDocument(*back).events[0].hash);
  CHECK(ConvertDocument("{}", Syntax::kXml).status().message().find("CONTEXT_MISSING") == 0);
}

}  // namespace
}  // namespace shian::ctl
