#include <catch2/catch.hpp>

#include "services/ctl/hash/command.h"
#include "services/trace/capture/testing.h"

namespace shian::ctl {
namespace {

using trace::testing::Document;
using trace::testing::EventJson;

TEST_CASE("events are hashed without a server, broken ones are named and hashed all the same") {
  const HashedDocument document = HashDocument(Document(
      EventJson("ObjectEvent", "09:00:00", R"("action":"OBSERVE","epcList":["urn:x:lot:1"])") +
      "," + EventJson("ObjectEvent", "09:00:00", R"("action":"PUT","epcList":["urn:x:lot:1"])") +
      ",7"));
  REQUIRE(document.broken.empty());
  REQUIRE(document.events.size() == 3);
  CHECK(document.events[0].rules.empty());
  CHECK(document.events[0].pre_hash ==
        "eventType=ObjectEventeventTime=2025-03-03T01:00:00.000ZeventTimeZoneOffset=+08:00"
        "epcListepc=urn:x:lot:1action=OBSERVE");
  CHECK(document.events[0].hash.size() == 14 + 64 + 11);
  REQUIRE(document.events[1].rules.size() == 1);
  CHECK(document.events[1].rules[0].rfind("ACTION_UNKNOWN at action (PUT)", 0) == 0);
  CHECK(document.events[1].hash != document.events[0].hash);
  CHECK(document.events[2].hash.empty());
}

TEST_CASE("a file that is no EPCIS document has no hashes but a rule") {
  CHECK(HashDocument("{}").broken.rfind("CONTEXT_MISSING at @context", 0) == 0);
  CHECK(HashDocument("<!DOCTYPE a><a/>").broken.rfind("XML_DTD at document", 0) == 0);
}

TEST_CASE("a document whose context cannot be read has no hashes") {
  const std::string xml =
      "<epcis:EPCISDocument xmlns:epcis=\"urn:epcglobal:epcis:xsd:2\" xmlns:ex=\"mine\" "
      "schemaVersion=\"2.0\" creationDate=\"2025-03-03T09:00:00Z\"><EPCISBody><EventList>"
      "<ObjectEvent><ex:a>1</ex:a></ObjectEvent></EventList></EPCISBody></epcis:EPCISDocument>";
  const HashedDocument document = HashDocument(xml);
  CHECK(document.events.empty());
  CHECK(document.broken.rfind("CONTEXT_MALFORMED at xmlns", 0) == 0);
}

}  // namespace
}  // namespace shian::ctl
