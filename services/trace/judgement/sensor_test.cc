#include "services/trace/judgement/sensor.h"

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "libs/base/time.h"
#include "services/trace/capture/document.h"
#include "services/trace/capture/testing.h"

namespace shian::trace {
namespace {

const SensorRule kRule{{"https://gs1.org/voc/Temperature"},
                       {{"CEL", {"0", 1, 1}}, {"FAH", {"32", 5, 9}}},
                       absl::Minutes(5)};

absl::Time At(const std::string& clock) { return *ParseTime("2025-03-03T" + clock + "+08:00"); }

// Of an event at 08:00 with these sensor elements that was captured at 09:00.
std::vector<Reading> Read(const std::string& elements) {
  const ParsedDocument document = ReadDocument(testing::Document(testing::EventJson(
      "ObjectEvent", "08:00:00",
      absl::StrCat(R"("action":"OBSERVE","epcList":["urn:epc:id:sscc:6901234.0000000001"],)",
                   R"("sensorElementList":[)", elements, "]"))));
  REQUIRE(document.events.size() == 1);
  INFO((document.events.front().findings.empty() ? "" : document.events.front().event.json));
  REQUIRE(document.events.front().findings.empty());
  return ReadingsOf(document.events.front().event, 7, At("09:00:00"), kRule);
}
Reading ReadOne(const std::string& element) {
  const auto readings = Read(element);
  REQUIRE(readings.size() == 1);
  CHECK(readings.front().sequence == 7);
  return readings.front();
}
std::string Element(const std::string& metadata, const std::string& reports) {
  return absl::StrCat(R"({"sensorMetadata":{)", metadata, R"(},"sensorReport":[)", reports, "]}");
}
std::string Report(const std::string& rest) {
  return absl::StrCat(R"({"type":"Temperature",)", rest, "}");
}
constexpr char kFour[] = R"("value":4,"uom":"CEL")";

TEST_CASE("the time of a reading is its own, else its element's, else the event's") {
  const auto span = [](const Reading& reading) {
    return absl::StrCat(FormatTime(FromMicros(reading.begin)).substr(11, 5), " ",
                        FormatTime(FromMicros(reading.end)).substr(11, 5));
  };
  const std::string seven = R"("time":"2025-03-03T07:00:00+08:00")";
  const std::string six = R"("time":"2025-03-03T06:00:00+08:00")";
  const std::string from = R"("startTime":"2025-03-03T05:00:00+08:00")";
  const std::string to = R"("endTime":"2025-03-03T05:30:00+08:00")";
  CHECK(span(ReadOne(Element("", Report(kFour)))) == "08:00 08:00");
  CHECK(span(ReadOne(Element(seven, Report(kFour)))) == "07:00 07:00");
  CHECK(span(ReadOne(Element(seven, Report(kFour + ("," + six))))) == "06:00 06:00");
  CHECK(span(ReadOne(Element(from + "," + to, Report(kFour)))) == "05:00 05:30");
  CHECK(span(ReadOne(Element(from, Report(kFour)))) == "05:00 05:00");
  CHECK(span(ReadOne(Element(to, Report(kFour)))) == "05:30 05:30");
  CHECK(span(ReadOne(Element(from + "," + to, Report(kFour + ("," + six))))) == "06:00 06:00");
}

TEST_CASE("of several values of a report the lowest and the highest count") {
  const Reading one = ReadOne(Element(
      "", Report(R"("value":4.5,"minValue":-1,"maxValue":9.25,"meanValue":4,"uom":"CEL")")));
  CHECK(one.state == ReadingState::kRead);
  CHECK(ToMillicelsius(one.low) == -1000);
  CHECK(ToMillicelsius(one.high) == 9250);
  const Reading fahrenheit = ReadOne(Element("", Report(R"("value":50,"uom":"FAH")")));
  CHECK((fahrenheit.low == FromMillicelsius(10000)));
  CHECK((fahrenheit.high == FromMillicelsius(10000)));
}

TEST_CASE("a device is named by the report or by its element") {
  CHECK(ReadOne(Element(R"("deviceID":"urn:x:a")", Report(kFour))).device == "urn:x:a");
  CHECK(ReadOne(Element("", Report(kFour + std::string(R"(,"deviceID":"urn:x:b")")))).device ==
        "urn:x:b");
  CHECK(ReadOne(Element("", Report(kFour))).device.empty());
  const auto named = [](const std::string& device) {
    return ReadOne(Element(R"("deviceID":")" + device + "\"", Report(kFour))).device;
  };
  const std::string longest = "urn:x:" + std::string(194, 'a');
  CHECK(named(longest) == longest);
  CHECK(named(longest + "b").size() == 71);
  CHECK(named(longest + "b") != named(longest + "c"));
}

TEST_CASE("other kinds of reports are not looked at") {
  CHECK(Read(Element("", R"({"type":"RelativeHumidity","value":90,"uom":"A93"})")).empty());
  CHECK(Read(Element("", R"({"exception":"ALARM_CONDITION"})")).empty());
  CHECK(Read(Element("", R"({"type":"gs1:Temperature","value":4,"uom":"CEL"})")).size() == 1);
  CHECK(Read(Element("", R"({"type":"https://gs1.org/voc/Temperature","value":4,"uom":"CEL"})"))
            .size() == 1);
}

TEST_CASE("what cannot be read is told and never guessed") {
  for (const char* rest :
       {R"("uom":"CEL")", R"("value":4)", R"("value":4,"uom":"C")", R"("value":1e9,"uom":"CEL")",
        R"("value":4,"maxValue":1e300,"uom":"CEL")", R"("stringValue":"4","uom":"CEL")",
        R"("value":4,"uom":"CEL","exception":"ERROR_CONDITION")",
        R"("value":0.00000000000000000001,"uom":"CEL")", R"("percValue":4,"uom":"CEL")"}) {
    INFO(rest);
    CHECK(ReadOne(Element("", Report(rest))).state == ReadingState::kUnreadable);
  }
  CHECK(ReadOne(Element("", Report(R"("value":4,"uom":"RAN")"))).unknown_uom == "RAN");
  const std::string lengthy = absl::StrCat(R"("value":4,"uom":")", std::string(21, 'x'), "\"");
  CHECK(ReadOne(Element("", Report(lengthy))).unknown_uom.empty());
  CHECK(ReadOne(Element("", Report(R"("value":4,"uom":"CEL","exception":"ALARM_CONDITION")")))
            .state == ReadingState::kRead);
  const Reading turned = ReadOne(Element(R"("startTime":"2025-03-03T06:00:00+08:00",)"
                                         R"("endTime":"2025-03-03T05:00:00+08:00")",
                                         Report(kFour)));
  CHECK(turned.state == ReadingState::kUnreadable);
  CHECK(turned.begin < turned.end);
}

TEST_CASE("no clock speaks of a time after the capture, but for what clocks differ") {
  const auto state = [](const std::string& clock) {
    return ReadOne(Element(R"("time":"2025-03-03T)" + clock + R"(+08:00")", Report(kFour))).state;
  };
  CHECK(state("08:59:59") == ReadingState::kRead);
  CHECK(state("09:05:00") == ReadingState::kRead);
  CHECK(state("09:05:01") == ReadingState::kFuture);
}

TEST_CASE("a name that is written with escapes is the same name") {
  const ParsedDocument document = ReadDocument(testing::Document(testing::EventJson(
      "ObjectEvent", "08:00:00",
      absl::StrCat(R"("action":"OBSERVE","epcList":["urn:epc:id:sscc:6901234.0000000001"],)",
                   R"("sensor\u0045lementList":[)", Element("", Report(kFour)), "]"))));
  REQUIRE(document.events.size() == 1);
  CHECK(ReadingsOf(document.events.front().event, 1, At("09:00:00"), kRule).size() == 1);
}

TEST_CASE("a declaration that an event was wrong says nothing of temperatures") {
  const ParsedDocument document = ReadDocument(testing::Document(testing::EventJson(
      "ObjectEvent", "08:00:00",
      absl::StrCat(R"("action":"OBSERVE","epcList":["urn:epc:id:sscc:6901234.0000000001"],)",
                   R"("sensorElementList":[)", Element("", Report(kFour)),
                   R"(],"errorDeclaration":{"declarationTime":"2025-03-04T12:00:00+08:00"})"))));
  REQUIRE(document.events.size() == 1);
  CHECK(ReadingsOf(document.events.front().event, 1, At("09:00:00"), kRule).empty());
}

}  // namespace
}  // namespace shian::trace
