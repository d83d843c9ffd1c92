// JSON-LD to XML and back loses nothing: over the documents that others made, and over random ones.
#include <catch2/catch.hpp>
#include <filesystem>
#include <iostream>
#include <random>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/testing.h"
#include "services/trace/capture/document.h"
#include "services/trace/capture/json_text.h"
#include "services/trace/capture/national_code.h"
#include "services/trace/capture/testing.h"
#include "services/trace/capture/vocabulary.h"
#include "services/trace/capture/xml_writer.h"

namespace shian::trace {
namespace {

constexpr absl::string_view kCreated = "2025-03-03T09:00:00Z";

std::string ToXml(const CutDocument& cut) {
  const WrittenXml written =
      WriteDocumentXml(cut.events, ReadContext(cut.context_json).context, kCreated);
  if (written.broken != nullptr) UNSCOPED_INFO(written.broken->id);
  REQUIRE(written.broken == nullptr);
  return written.text;
}

void CheckSame(const std::vector<ParsedEvent>& a, const std::vector<ParsedEvent>& b) {
  REQUIRE(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    INFO("event " << i + 1 << "\n" << a[i].event.json << "\n" << b[i].event.json);
    REQUIRE(a[i].findings.empty() == b[i].findings.empty());
    if (!a[i].findings.empty()) continue;
    CHECK(a[i].event.hash == b[i].event.hash);
    CHECK(a[i].event.event_id == b[i].event.event_id);
    CHECK(a[i].event.links.size() == b[i].event.links.size());
    REQUIRE(a[i].event.declaration.has_value() == b[i].event.declaration.has_value());
    if (a[i].event.declaration) {
      CHECK(a[i].event.declaration->digest == b[i].event.declaration->digest);
    }
  }
}

void CheckRoundTrip(const std::string& bytes) {
  const CutDocument cut = Cut(bytes, kFileBounds);
  REQUIRE(cut.broken == nullptr);
  const std::string xml = ToXml(cut);
  CheckSame(ReadDocument(bytes, kFileBounds).events, ReadDocument(xml, kFileBounds).events);
  // From here on the two forms give each other back to the byte.
  const CutDocument again = Cut(xml, kFileBounds);
  REQUIRE(again.broken == nullptr);
  if (LooksLikeXml(bytes)) CHECK(again.events.size() == cut.events.size());
  CHECK(ToXml(again) == xml);
  CHECK(Cut(ToXml(again), kFileBounds).events == again.events);
}

TEST_CASE("documents that others made keep everything on the way to XML and back") {
  int checked = 0;
  for (const char* folder : {"/epcis/documents/json", "/epcis/documents/xml", "/epcis/hash"}) {
    const std::string path = testing::DataFolder() + folder;
    if (!std::filesystem::exists(path)) {
      std::cerr << "skipped: no documents at " << path << "\n";
      return;
    }
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      const std::string extension = entry.path().extension();
      if (extension != ".json" && extension != ".jsonld" && extension != ".xml") continue;
      INFO(entry.path().string());
      CheckRoundTrip(testing::ReadFile(entry.path()));
      ++checked;
    }
  }
  CHECK(checked == 99);
}

using Random = std::mt19937_64;

std::string RandomText(Random& random) {
  static constexpr absl::string_view kParts[] = {"a",  "B",   " ",     "<",       "&",
                                                 "\"", "'",   "]]>",   "中",      "\n",
                                                 "\t", "007", "-1.50", "urn:x:y", "\U0001F34E"};
  std::string text;
  for (size_t i = random() % 5 + 1; i > 0; --i) {
    text += std::string(kParts[random() % std::size(kParts)]);
  }
  return text;
}

std::string RandomValue(Random& random, int depth) {
  switch (random() % (depth > 3 ? 4 : 6)) {
    case 0:
      return random() % 2 == 0 ? "true" : "false";
    case 1:
      return absl::StrCat(static_cast<int>(random() % 2000) - 1000, ".", random() % 1000);
    case 2:
    case 3:
      return json::Quoted(RandomText(random));
    case 4: {
      std::vector<std::string> items;
      for (size_t i = random() % 3 + 1; i > 0; --i) items.push_back(RandomValue(random, 4));
      return json::List(items);
    }
    default: {
      json::Members members;
      for (size_t i = random() % 3 + 1; i > 0; --i) {
        const char* names[] = {"ex:a", "ex:b", "plain", "https://other.example/ns#c"};
        members.Add(absl::StrCat(names[random() % 4], i), RandomValue(random, depth + 1));
      }
      return members.Text();
    }
  }
}

std::string RandomEvent(Random& random) {
  std::string rest = R"("action":"ADD","epcList":["urn:epc:id:sgtin:4012345.011111.A)" +
                     absl::StrCat(random()) + R"("])";
  const auto maybe = [&](const std::string& member) {
    if (random() % 2 == 0) absl::StrAppend(&rest, ",", member);
  };
  maybe(R"("bizStep":"shipping")");
  maybe(R"("bizStep":"https://own.example/step")");
  if (rest.find("own.example") != std::string::npos && rest.find("shipping") != std::string::npos) {
    rest = R"("action":"ADD","epcList":["urn:x:lot:1"])";
  }
  maybe(R"("readPoint":{"id":"urn:epc:id:sgln:6901234.00001.0","ex:gate":)" +
        RandomValue(random, 0) + "}");
  maybe(R"("persistentDisposition":{"set":["recalled"],"unset":["available","expired"]})");
  maybe(R"("quantityList":[{"epcClass":"urn:x:lot:1","quantity":)" +
        absl::StrCat(random() % 100, ".", random() % 100, "0") + R"(,"uom":"KGM"}])");
  maybe(R"("certificationInfo":["urn:x:c:1","urn:x:c:2"])");
  maybe(R"("eventID":"urn:uuid:7","errorDeclaration":{"declarationTime":"2025-03-04T09:00:00Z",
        "reason":"incorrect_data","correctiveEventIDs":["urn:uuid:8"],"ex:why":"x"})");
  maybe(R"("sensorElementList":[{"sensorMetadata":{"time":"2025-03-03T00:00:00Z","ex:m":)" +
        RandomValue(random, 0) +
        R"(},"sensorReport":[{"type":"Temperature","value":-18.0,"booleanValue":true,"ex:r":)" +
        RandomValue(random, 0) + R"(},{"exception":"ALARM_CONDITION","component":"x"}],"ex:e":)" +
        RandomValue(random, 0) + "}]");
  maybe(R"("ilmd":{"cbvmda:lotNumber":"007","ex:i":)" + RandomValue(random, 0) + "}");
  maybe(R"("sourceList":[{"type":"location","source":"urn:x:a"},{"type":"urn:x:own","source":
        "urn:x:b"}])");
  maybe(R"("ex:top":)" + RandomValue(random, 0));
  return testing::EventJson("ObjectEvent", "09:00:00.123456", rest);
}

TEST_CASE("random events keep everything on the way to XML and back") {
  Random random(shian::testing::Seed());
  for (int i = 0; i < 500; ++i) {
    const std::string document = testing::Document(RandomEvent(random));
    INFO(document);
    REQUIRE(ReadDocument(document).broken == nullptr);
    for (const Violation& each : ReadDocument(document).events[0].findings.violations()) {
      UNSCOPED_INFO(each.rule->id << " " << each.field);
    }
    REQUIRE(ReadDocument(document).events[0].findings.empty());
    CheckRoundTrip(document);
  }
}

TEST_CASE("what XML cannot hold is refused by name") {
  const auto broken = [](const std::string& rest) {
    const CutDocument cut =
        Cut(testing::Document(testing::EventJson("ObjectEvent", "09:00:00", rest)));
    return WriteDocumentXml(cut.events, ReadContext(cut.context_json).context, kCreated).broken;
  };
  CHECK(broken(R"("ex:a":"\u0001")") == &rules::kXmlImpossible);
  CHECK(broken(R"("ex:1":"x")") == &rules::kXmlImpossible);
  CHECK(broken(R"("ex:a":"x")") == nullptr);
}

TEST_CASE("the words are those of the published vocabulary") {
  const std::string path = testing::DataFolder() + "/epcis/vocabulary.csv";
  if (!std::filesystem::exists(path)) return;
  const std::pair<absl::string_view, Vocabulary> kinds[] = {
      {"bizstep", Vocabulary::kBizStep},
      {"disposition", Vocabulary::kDisposition},
      {"biztransaction-type", Vocabulary::kBizTransactionType},
      {"sourcedest-type", Vocabulary::kSourceDestType},
      {"error-reason", Vocabulary::kErrorReason},
      {"measurement-type", Vocabulary::kMeasurementType},
      {"sensor-alert-type", Vocabulary::kSensorAlert},
      {"component", Vocabulary::kComponent}};
  int checked = 0;
  const std::string text = testing::ReadFile(path);
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::vector<absl::string_view> cells =
        absl::StrSplit(absl::StripAsciiWhitespace(line), ',');
    if (cells.size() < 3 || cells[1] == "cbv" || cells[1] == "gs1") continue;
    for (const auto& [name, vocabulary] : kinds) {
      if (cells[0] != name) continue;
      INFO(std::string(line));
      CHECK(WebUri(vocabulary, cells[1]) == WebUri(vocabulary, cells[2]));
      ++checked;
    }
  }
  CHECK(checked > 150);
}

TEST_CASE("national batch codes are lots of their own namespace") {
  const std::string code = NationalLot("nyt4712", "914403001922038216", "豆角 2025/03-01");
  CHECK(code == "urn:shian:lot:nyt4712:914403001922038216:豆角%202025%2F03-01");
  const Epc epc = ParseEpc(code);
  CHECK(epc.broken == nullptr);
  CHECK(epc.kind == EpcKind::kLot);
  CHECK(epc.uri == code);
  CHECK(ParseEpc("urn:shian:lot:zsl:6901234000016:%41b").uri ==
        "urn:shian:lot:zsl:6901234000016:Ab");
  for (const char* bad :
       {"urn:shian:lot:zsl:6901234000017:1", "urn:shian:lot:other:6901234000016:1",
        "urn:shian:lot:zsl:6901234000016", "urn:shian:lot:zsl:6901234000016:%4",
        "urn:shian:lot:zsl:914403001922038217:1"}) {
    INFO(bad);
    CHECK(ParseEpc(bad).broken == &rules::kNationalCode);
    CHECK(CanonicalUri(bad) == bad);
  }
}

}  // namespace
}  // namespace shian::trace
