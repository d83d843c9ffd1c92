// bench_hash EVENTS: events per second of one core from JSON-LD text to CBV 2.0 event hash. The
// document is read as a server reads it: parsed, checked against the rules of EPCIS, hashed.
#include <cstdlib>
#include <ctime>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "services/trace/capture/document.h"
#include "services/trace/capture/testing.h"
#include "tests/bench/measure.h"

namespace shian::bench {
namespace {

constexpr int kEventsPerDocument = 500;

double CpuSeconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Of the three kinds that a chain mostly consists of, each with what it usually carries.
std::string EventOf(int number) {
  const std::string place = R"("readPoint":{"id":"urn:epc:id:sgln:6901234.00001.0"},)"
                            R"("bizLocation":{"id":"urn:epc:id:sgln:6901234.00001.0"})";
  const std::string lot = absl::StrCat("urn:epc:class:lgtin:6901234.056789.L", number);
  if (number % 3 == 0) {
    return trace::testing::EventJson(
        "TransformationEvent", "08:00:00.125",
        absl::StrCat(R"("inputQuantityList":[{"epcClass":")", lot,
                     R"(","quantity":40.5,"uom":"KGM"}],"outputQuantityList":[{"epcClass":")", lot,
                     R"(M","quantity":30,"uom":"KGM"}],"bizStep":"commissioning",)", place,
                     R"(,"ilmd":{"ex:bestBefore":"2025-06-01","ex:grade":"A"})"));
  }
  if (number % 3 == 1) {
    return trace::testing::EventJson(
        "AggregationEvent", "09:00:00",
        absl::StrCat(R"("action":"ADD","parentID":"urn:epc:id:sscc:6901234.0000000001",)",
                     R"("childQuantityList":[{"epcClass":")", lot,
                     R"(","quantity":30,"uom":"KGM"}],"bizStep":"packing",)", place));
  }
  return trace::testing::EventJson(
      "ObjectEvent", "10:00:00",
      absl::StrCat(R"("action":"OBSERVE","bizStep":"shipping","disposition":"in_transit",)",
                   R"("epcList":["urn:epc:id:sscc:6901234.0000000001"],)", place,
                   R"(,"bizTransactionList":[{"type":"desadv","bizTransaction":"urn:x:doc:)",
                   number, R"("}],"sourceList":[{"type":"owning_party",)",
                   R"("source":"urn:epc:id:pgln:6901234.00001"}],"destinationList":[{"type":)",
                   R"("owning_party","destination":"urn:epc:id:pgln:6909999.00002"}])"));
}

int Main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::string list;
  for (int i = 0; i < kEventsPerDocument; ++i) {
    absl::StrAppend(&list, i == 0 ? "" : ",", EventOf(i));
  }
  const std::string document = trace::testing::Document(list);
  const int rounds = std::atoi(argv[1]) / kEventsPerDocument;
  const double begun = CpuSeconds();
  for (int i = 0; i < rounds; ++i) {
    for (const trace::ParsedEvent& event : trace::ReadDocument(document).events) {
      CHECK(event.findings.empty());
      CHECK(!event.event.hash.empty());
    }
  }
  Print({{"rate", rounds * kEventsPerDocument / (CpuSeconds() - begun)},
         {"bytes_per_event", static_cast<double>(document.size()) / kEventsPerDocument}});
  return 0;
}

}  // namespace
}  // namespace shian::bench

int main(int argc, char** argv) { return shian::bench::Main(argc, argv); }
