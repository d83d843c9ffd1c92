#include "services/trace/judgement/alert.h"

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"

namespace shian::trace {
namespace {

const char* const kRevision = "r1";

ColdBand Chilled() {
  ColdBand band;
  band.key = "chilled";
  band.lowest = 0;
  band.highest = 10'000;
  return band;
}

Excursion Found(int64_t begin, int64_t end, int64_t worst, const std::string& device = "a") {
  Excursion excursion;
  excursion.device = device;
  excursion.begin = begin;
  excursion.end = end;
  excursion.samples = end - begin + 1;
  excursion.worst = FromMillicelsius(worst);
  excursion.worst_time = begin;
  excursion.sequence = begin;
  return excursion;
}
ColdAlert Known(int64_t begin, int64_t end, int64_t worst, const std::string& device = "a") {
  ColdAlert alert;
  alert.epc = "lot";
  alert.device = device;
  alert.begin = begin;
  alert.end = end;
  alert.samples = end - begin + 1;
  alert.worst = worst;
  alert.worst_time = begin;
  alert.sequence = begin;
  alert.policy_revision = kRevision;
  return alert;
}

std::string Compare(const std::vector<ColdAlert>& known, const std::vector<Excursion>& found,
                    Interval looked_at = {0, 1'000}, const std::string& revision = kRevision) {
  std::string text;
  for (const AlertChange& change :
       CompareAlerts("lot", Chilled(), revision, known, found, looked_at)) {
    CHECK(change.alert.epc == "lot");
    const char* const words[] = {"found", "grown", "withdrawn"};
    absl::StrAppend(&text, words[static_cast<int>(change.step)], " ", change.alert.device, " ",
                    change.alert.begin, "-", change.alert.end, " x", change.alert.samples,
                    " worst ", change.alert.worst, "; ");
  }
  return text;
}

TEST_CASE("what is not known is found, and told once") {
  CHECK(Compare({}, {Found(10, 20, 12'000)}) == "found a 10-20 x11 worst 12000; ");
  CHECK(Compare({Known(10, 20, 12'000)}, {Found(10, 20, 12'000)}).empty());
  CHECK(Compare({Known(10, 20, 12'000)}, {Found(10, 20, 12'000), Found(30, 40, 11'000)}) ==
        "found a 30-40 x11 worst 11000; ");
  // Another device is another alert.
  CHECK(Compare({Known(10, 20, 12'000)}, {Found(10, 20, 12'000), Found(10, 20, 12'000, "b")}) ==
        "found b 10-20 x11 worst 12000; ");
}

TEST_CASE("what overlaps is the same one, and grows to either side") {
  CHECK(Compare({Known(10, 20, 12'000)}, {Found(5, 30, 13'000)}) ==
        "grown a 5-30 x26 worst 13000; ");
  // A part of it, as it was looked at: what was worse before stays.
  CHECK(Compare({Known(10, 20, 12'000)}, {Found(15, 30, 11'000)}, {15, 1'000}) ==
        "grown a 10-30 x16 worst 12000; ");
  CHECK(Compare({Known(10, 20, 12'000)}, {Found(15, 30, -3'000)}, {15, 1'000}) ==
        "grown a 10-30 x16 worst -3000; ");
  // Of two that have become one the first grows, and neither is taken away.
  CHECK(Compare({Known(10, 20, 12'000), Known(30, 40, 12'000)}, {Found(10, 40, 12'000)}) ==
        "grown a 10-40 x31 worst 12000; ");
}

TEST_CASE("what is not found any more is taken away, if all of it was looked at by its rule") {
  CHECK(Compare({Known(10, 20, 12'000)}, {}) == "withdrawn a 10-20 x11 worst 12000; ");
  CHECK(Compare({Known(10, 20, 12'000)}, {}, {11, 1'000}).empty());
  CHECK(Compare({Known(10, 20, 12'000)}, {}, {0, 20}).empty());
  CHECK(Compare({Known(10, 20, 12'000)}, {}, {0, 1'000}, "r2").empty());
  ColdAlert gone = Known(10, 20, 12'000);
  gone.withdrawn = absl::UnixEpoch();
  CHECK(Compare({gone}, {}).empty());
  CHECK(Compare({gone}, {Found(10, 20, 12'000)}) == "found a 10-20 x11 worst 12000; ");
}

}  // namespace
}  // namespace shian::trace
