// Whatever the order in which events are captured, and however they are split, the same imbalances
// stand in the end: those that CheckBalance finds.
#include <algorithm>
#include <random>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "libs/base/testing.h"
#include "services/trace/service_testing.h"
#include "shian/trace/v1/balance_changes.pb.h"

namespace shian::trace {
namespace {

constexpr int kLots = 10;
const char* const kProcesses[] = {"urn:example:process:0", "urn:example:process:1"};

std::string LotOf(int number) {
  return absl::StrCat("urn:epc:class:lgtin:6901234.056789.L", number);
}

// Events of a few lots, of which some were wrong, in no order.
class Story {
 public:
  explicit Story(uint64_t seed) : random_(seed) {
    constexpr int kEvents = 40;
    for (int i = 0; i < kEvents; ++i) {
      const std::string event = SomeEvent(i);
      records_.push_back(event);
      if (Below(5) == 0) records_.push_back(Wrong(event));
    }
  }
  std::vector<std::string> records() const { return records_; }

 private:
  int Below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(random_); }

  static std::string Wrong(std::string event) {
    event.pop_back();
    return event + R"(,"errorDeclaration":{"declarationTime":"2025-03-04T12:00:00+08:00"}})";
  }

  // Hardly any quantity is missing.
  std::string Goods(const char* list) {
    const std::string kilos =
        Below(40) == 0 ? "" : absl::StrCat(R"(,"quantity":)", 1 + Below(9), R"(,"uom":"KGM")");
    return absl::StrCat("\"", list, R"(":[{"epcClass":")", LotOf(Below(kLots)), "\"", kilos, "}],");
  }

  std::string SomeEvent(int number) {
    const std::string clock = absl::StrFormat("%02d:%02d:00", number / 6, number % 6 * 10);
    const std::string place =
        absl::StrCat(R"("readPoint":{"id":")", Below(2) == 0 ? kSupplier : kCanteen, "\"}");
    const std::string unit =
        absl::StrCat(R"("parentID":"urn:epc:id:sscc:6901234.000000000)", 1 + Below(2), "\",");
    const auto moved = [&](const char* action, const char* step) {
      return EventJson("ObjectEvent", clock,
                       absl::StrCat(R"("action":")", action, R"(","bizStep":")", step, "\",",
                                    Goods("quantityList"), place));
    };
    const auto packed = [&](const char* action, const std::string& children) {
      return EventJson("AggregationEvent", clock,
                       absl::StrCat(R"("action":")", action, "\",", unit, children, place));
    };
    // Made, received, shipped, processed by events with and without an id, packed, unpacked,
    // emptied.
    constexpr char kKinds[] = "mmrsssiipppue";
    switch (kKinds[Below(static_cast<int>(sizeof(kKinds)) - 1)]) {
      case 'm':
        return moved("ADD", "commissioning");
      case 'r':
        return moved("OBSERVE", "receiving");
      case 's':
        return moved("OBSERVE", "shipping");
      case 'i':
        return Below(2) == 0
                   ? Processed(clock, place)
                   : EventJson("TransformationEvent", clock,
                               Goods("inputQuantityList") + Goods("outputQuantityList") + place);
      case 'p':
        return packed("ADD", Goods("childQuantityList"));
      case 'u':
        return packed("DELETE", Goods("childQuantityList"));
      default:
        return packed("DELETE", "");
    }
  }

  std::string Processed(const std::string& clock, const std::string& place) {
    const int process = Below(2);
    const std::string step = process == 0 ? "repackaging" : "creating_class_instance";
    const char* const side = Below(2) == 0 ? "inputQuantityList" : "outputQuantityList";
    return EventJson("TransformationEvent", clock,
                     absl::StrCat(R"("transformationID":")", kProcesses[process],
                                  R"(","bizStep":")", step, "\",", Goods(side), place));
  }

  std::mt19937_64 random_;
  std::vector<std::string> records_;
};

struct Told : World {
  Told() {
    Advance(absl::Hours(24));
    Register("operators/supplier", "6901234000016", "410902");
    Register("operators/canteen", "9520000000011", "410902");
  }

  // What stands: of what, how, and by what sums.
  std::set<std::string> Standing(size_t captured) {
    v1::ListImbalancesRequest in;
    in.set_page_size(500);
    v1::ListImbalancesResponse out;
    REQUIRE(judgement->ListImbalances(Context().get(), in, &out).ok());
    CHECK(out.looked_to() == static_cast<int64_t>(captured));
    std::set<std::string> standing, names;
    for (const v1::FoundImbalance& each : out.imbalances()) {
      std::string text = absl::StrCat(each.process(), each.lot(), " ", each.verdict());
      for (const auto& sums : each.dimensions()) {
        absl::StrAppend(&text, " ", sums.uom(), " ", sums.input(), " ", sums.output());
      }
      REQUIRE(standing.insert(text).second);
      REQUIRE(names.insert(each.name()).second);
    }
    CHECK(names == StandingAsTold());
    return standing;
  }

  // Names of what was told and not withdrawn.
  std::set<std::string> StandingAsTold() {
    std::set<std::string> names;
    for (const auto& entry : Facts("shian.trace.balance.alerted")) {
      v1::ImbalanceFound told;
      REQUIRE(told.ParseFromString(entry.change.payload));
      CHECK(names.insert(told.imbalance().name()).second);
    }
    for (const auto& entry : Facts("shian.trace.balance.withdrawn")) {
      v1::ImbalanceWithdrawn told;
      REQUIRE(told.ParseFromString(entry.change.payload));
      CHECK(names.erase(told.imbalance().name()) == 1);
    }
    return names;
  }

  // The same of what can be asked about, as it is asked.
  std::set<std::string> Asked() {
    std::set<std::string> out_of_range;
    const auto ask = [&](const v1::CheckBalanceRequest& in, const std::string& of) {
      v1::CheckBalanceResponse out;
      const grpc::Status status = judgement->CheckBalance(Context().get(), in, &out);
      if (status.error_code() == grpc::StatusCode::NOT_FOUND) return;
      REQUIRE(status.ok());
      const bool too_little =
          out.verdict() == v1::BALANCE_VERDICT_SHORT && out.rule().key() == "process.repackaging";
      if (out.verdict() != v1::BALANCE_VERDICT_OVER && !too_little) return;
      std::string text = absl::StrCat(of, " ", out.verdict());
      for (const auto& sums : out.dimensions()) {
        absl::StrAppend(&text, " ", sums.uom(), " ", sums.input(), " ", sums.output());
      }
      out_of_range.insert(text);
    };
    for (int i = 0; i < kLots; ++i) {
      v1::CheckBalanceRequest in;
      in.set_lot(LotOf(i));
      ask(in, absl::StrCat("https://id.gs1.org/01/06901234567892/10/L", i));
    }
    for (const char* const process : kProcesses) {
      v1::CheckBalanceRequest in;
      in.set_process(process);
      ask(in, process);
    }
    return out_of_range;
  }
};

std::set<std::string> WithoutEvents(const std::set<std::string>& standing) {
  std::set<std::string> others;
  for (const std::string& each : standing) {
    if (each.substr(0, 7) != "events/") others.insert(each);
  }
  return others;
}

TEST_CASE("what stands in the end does not depend on the order of capture", "[order]") {
  const uint64_t seed = shian::testing::Seed();
  INFO("SHIAN_SEED=" << seed);
  std::mt19937_64 random(seed);
  size_t stood = 0;
  for (int round = 0; round < shian::testing::Rounds(6); ++round) {
    std::vector<std::string> records = Story(random()).records();
    std::optional<std::set<std::string>> expected;
    for (int order = 0; order < 3; ++order) {
      Told world;
      size_t next = 0;
      while (next < records.size()) {
        const size_t count = 1 + random() % (order == 0 ? records.size() : 8);
        const size_t end = std::min(records.size(), next + count);
        world.Capture(Document(absl::StrJoin(records.begin() + static_cast<ptrdiff_t>(next),
                                             records.begin() + static_cast<ptrdiff_t>(end), ",")));
        next = end;
        if (random() % 3 != 0) world.Advance(absl::Minutes(1));
      }
      world.Advance(absl::Minutes(1));
      const std::set<std::string> standing = world.Standing(records.size());
      INFO("round " << round << ", order " << order);
      CHECK(WithoutEvents(standing) == world.Asked());
      stood += standing.size();
      if (!expected) expected = standing;
      CHECK(standing == *expected);
      std::shuffle(records.begin(), records.end(), random);
    }
  }

  CHECK(stood > 0);
}

}  // namespace
}  // namespace shian::trace
