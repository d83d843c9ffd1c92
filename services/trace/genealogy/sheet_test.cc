#include "services/trace/genealogy/sheet.h"

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/trace/capture/document.h"
#include "services/trace/capture/testing.h"

namespace shian::trace {
namespace {

using testing::EventJson;

std::string DocumentOf(const ParsedDocument& read) {
  std::string text = DocumentHead(absl::FromUnixSeconds(1'740'787'200));
  for (size_t i = 0; i < read.events.size(); ++i) {
    absl::StrAppend(&text, i > 0 ? kDocumentSeparator : "", DocumentEvent(read.events[i].event));
  }
  return text + kDocumentTail;
}

const std::string kThing = R"("action":"OBSERVE","epcList":["urn:epc:id:sgtin:6901234.056789.1"])";

TEST_CASE("events of documents with contexts of their own mean in one document what they meant") {
  const auto event = [](const std::string& more) {
    return EventJson("ObjectEvent", "08:00:00", kThing + more);
  };
  const std::string standard =
      R"("https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld")";
  const auto document = [&](const std::string& context, const std::string& of) {
    return absl::StrCat(R"({"@context":)", context,
                        R"(,"type":"EPCISDocument","schemaVersion":"2.0",)"
                        R"("creationDate":"2025-03-01T00:00:00Z","epcisBody":{"eventList":[)",
                        of, "]}}");
  };
  const std::string documents[] = {
      document(standard, event("")),
      document(absl::StrCat("[", standard, R"(,{"a":"https://one.example/"}])"),
               event(R"(,"a:x":"1")")),
      document(absl::StrCat("[", standard, R"(,{"a":"https://two.example/"}])"),
               event(R"(,"a:x":"1")")),
      document(absl::StrCat("[", standard, R"(,{"a":"https://two.example/"}])"),
               event(R"(,"@context":{"b":"https://three.example/"},"a:x":"1","b:y":2.50)"))};
  ParsedDocument all;
  std::vector<std::string> hashes;
  for (const std::string& each : documents) {
    ParsedDocument read = ReadDocument(each);
    REQUIRE(read.broken == nullptr);
    REQUIRE(read.events.size() == 1);
    REQUIRE(read.events[0].findings.empty());
    hashes.push_back(read.events[0].event.hash);
    all.events.push_back(std::move(read.events[0]));
  }
  CHECK(hashes[1] != hashes[2]);
  const ParsedDocument again = ReadDocument(DocumentOf(all));
  REQUIRE(again.broken == nullptr);
  REQUIRE(again.events.size() == hashes.size());
  for (size_t i = 0; i < hashes.size(); ++i) {
    CHECK(again.events[i].findings.empty());
    CHECK(again.events[i].event.hash == hashes[i]);
  }
}

TEST_CASE("a table has a line for each identifier, and no cell that calculates") {
  Event event;
  event.type = EventType::kTransformation;
  event.time = absl::FromUnixSeconds(1'740'787'200);
  event.biz_location = "urn:x:kitchen";
  event.transactions = {{"po", "=HYPERLINK(\"http://evil.example\")"}};
  Link in, out;
  in.role = Role::kInput, in.epc = "urn:x:lot:a,b", in.quantity = "2.5", in.uom = "KGM";
  out.role = Role::kOutput, out.epc = "urn:x:lot:c";
  event.links = {in, out};
  const auto lines = SheetLines({event, "events/1", event.time, "ctl"},
                                [](const std::string& place) -> absl::StatusOr<std::string> {
                                  return place == "urn:x:kitchen" ? "operators/k" : "";
                                });
  REQUIRE(lines.ok());
  const std::vector<std::string> told = absl::StrSplit(*lines, "\r\n", absl::SkipEmpty());
  REQUIRE(told.size() == 2);
  CHECK(absl::StrContains(told[0], "投入,\"urn:x:lot:a,b\",2.5,KGM,urn:x:kitchen,operators/k"));
  CHECK(absl::StrContains(told[1], "产出,urn:x:lot:c,,,"));
  CHECK(absl::StrContains(told[0], "'=HYPERLINK"));
  CHECK(absl::StartsWith(SheetHead(), "\xEF\xBB\xBF事件时间,"));
  // A list of papers that is long is told once, not with each of many identifiers.
  event.transactions = {{"po", "urn:x:" + std::string(100'000, '1')}};
  event.links = std::vector<Link>(2'000, out);
  CHECK(SheetLines({event, "events/1", event.time, "ctl"},
                   [](const std::string&) -> absl::StatusOr<std::string> { return ""; })
            ->size() < 1'000'000);
  event.links.clear();
  CHECK(absl::StrContains(
      *SheetLines({event, "events/1", event.time, "ctl"},
                  [](const std::string&) -> absl::StatusOr<std::string> { return ""; }),
      "转化事件"));
}

}  // namespace
}  // namespace shian::trace
