#include "services/trace/genealogy/containment.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "libs/base/testing.h"
#include "services/trace/genealogy/testing.h"

namespace shian::trace {
namespace {

using testing::GraphMaker;

// What happened between a crate and its lots, as it is told to the graph and to a ledger of who is
// inside after each moment.
struct Happening {
  int64_t time = 0;
  bool packed = false;
  std::vector<std::string> lots;  // none: emptied whole
};

// Who was inside from each happening's time on, one moment after the other: no intervals.
std::map<int64_t, std::set<std::string>> Ledger(std::vector<Happening> happenings) {
  std::stable_sort(happenings.begin(), happenings.end(), [](const auto& a, const auto& b) {
    return std::make_tuple(a.time, a.packed) < std::make_tuple(b.time, b.packed);
  });
  std::map<int64_t, std::set<std::string>> inside_at;
  std::set<std::string> inside;
  for (const Happening& each : happenings) {
    for (const std::string& lot : each.lots) {
      each.packed ? (void)inside.insert(lot) : (void)inside.erase(lot);
    }
    if (!each.packed && each.lots.empty()) inside.clear();
    inside_at[each.time] = inside;
  }
  return inside_at;
}

std::vector<Happening> RandomHappenings(std::mt19937_64* random) {
  const auto below = [random](uint64_t most) { return (*random)() % most; };
  std::vector<Happening> happenings(1 + below(40));
  for (Happening& each : happenings) {
    each.time = static_cast<int64_t>(below(30));
    each.packed = below(2) == 0;
    const uint64_t count = below(3) + (each.packed ? 1 : 0);
    for (uint64_t i = 0; i < count; ++i) each.lots.push_back(absl::StrCat("lot", below(5)));
  }
  return happenings;
}

TEST_CASE("at each moment a unit holds what a ledger of packing and unpacking says") {
  std::mt19937_64 random(shian::testing::Seed());
  for (int round = 0; round < 500; ++round) {
    const std::vector<Happening> happenings = RandomHappenings(&random);
    GraphMaker maker;
    for (const Happening& each : happenings) {
      each.packed ? maker.Pack(each.time, "crate", each.lots)
                  : maker.Unpack(each.time, "crate", each.lots);
    }
    const Graph& graph = maker.graph();
    Containments containments(graph, graph.Now());
    Purse purse(Unlimited());
    for (const auto& [time, inside] : Ledger(happenings)) {
      std::set<std::string> found;
      containments.EachContent(graph.Find("crate"), {time, time + 1}, &purse,
                               [&](const Stay& stay, const Interval& common) {
                                 REQUIRE(common.Holds(time));
                                 REQUIRE(found.insert(graph.NameOf(stay.unit)).second);
                               });
      REQUIRE(found == inside);
      for (NodeId lot = 1; lot <= graph.lot_count(); ++lot) {
        bool within = false;
        containments.EachContainer(lot, {time, time + 1}, &purse,
                                   [&](const Stay&, const Interval&) { within = true; });
        REQUIRE(within == inside.contains(graph.NameOf(lot)));
      }
    }
  }
}

TEST_CASE("a crate that goes round for years costs its records once, then what it holds") {
  constexpr int kRounds = 20'000;
  GraphMaker maker;
  for (int i = 0; i < kRounds; ++i) {
    maker.Pack(2 * i, "crate", {absl::StrCat("lot", i)});
    maker.Unpack(2 * i + 1, "crate", {});
  }
  const Graph& graph = maker.graph();
  const NodeId crate = graph.Find("crate");
  Containments containments(graph, graph.Now());
  Purse purse(Unlimited());
  for (int i = 0; i < kRounds; ++i) {
    int held = 0;
    const auto count = [&](const Stay& stay, const Interval&) {
      ++held;
      REQUIRE(graph.NameOf(stay.unit) == absl::StrCat("lot", i));
    };
    containments.EachContent(crate, {2 * i, 2 * i + 1}, &purse, count);
    REQUIRE(held == 1);
    containments.EachContainer(graph.Find(absl::StrCat("lot", i)), Interval(), &purse,
                               [&](const Stay& stay, const Interval& when) {
                                 REQUIRE(stay.unit == crate);
                                 REQUIRE(when.to == 2 * i + 1);
                               });
  }
  // Two records a round, and of each question a record and a stay.
  CHECK(purse.spent() <= 6 * kRounds);
}

TEST_CASE("what never leaves a vat makes no question dear") {
  constexpr int kRounds = 20'000;
  GraphMaker maker;
  maker.Pack(0, "vat", {"gauge"});
  for (int i = 1; i <= kRounds; ++i) {
    maker.Pack(2 * i, "vat", {absl::StrCat("milk", i)});
    maker.Unpack(2 * i + 1, "vat", {absl::StrCat("milk", i)});
  }
  const Graph& graph = maker.graph();
  Containments containments(graph, graph.Now());
  Purse purse(Unlimited());
  for (int i = 1; i <= kRounds; i += 10) {
    int held = 0;
    containments.EachContent(graph.Find("vat"), {2 * i, 2 * i + 1}, &purse,
                             [&](const Stay&, const Interval&) { ++held; });
    REQUIRE(held == 2);
  }
  // The records once, then of each question a block in sixty-four and two blocks whole.
  CHECK(purse.spent() <= 2 * kRounds + kRounds / 10 * (kRounds / 64 + 3 * 64));
}

TEST_CASE("a lot that is added to again and again is told once") {
  GraphMaker maker;
  for (int i = 0; i < 10'000; ++i) maker.Pack(i, "silo", {"grain"}, 1);
  const Graph& graph = maker.graph();
  Containments containments(graph, graph.Now());
  Purse purse({30'000});
  for (int i = 0; i < 5'000; ++i) {
    containments.EachContent(graph.Find("silo"), {i, i + 1}, &purse,
                             [](const Stay&, const Interval&) {});
  }
  CHECK(purse.stopped_by() == StoppedBy::kNothing);
}

TEST_CASE("quantities that cannot be added up are not measured") {
  constexpr int64_t kMuch = std::numeric_limits<int64_t>::max() - 5;
  GraphMaker maker;
  maker.Pack(1, "silo", {"grain"}, kMuch);
  maker.Pack(2, "silo", {"grain"}, kMuch);
  maker.Unpack(3, "silo", {"grain"}, 1);
  const auto stays = ContentsOf(maker.graph(), maker.graph().Find("silo"), maker.graph().Now());
  REQUIRE(stays.size() == 1);
  CHECK(stays[0].when.to == 3);  // as where no quantity is stated
}

TEST_CASE("a unit whose emptyings a budget did not reach is asked again") {
  GraphMaker maker;
  maker.Pack(1, "crate", {"a"});
  for (int i = 0; i < 100; ++i) maker.Unpack(10 + i, "crate", {});
  const Graph& graph = maker.graph();
  Containments containments(graph, graph.Now());
  int64_t until = 0;
  const auto take = [&](const Stay& stay, const Interval&) { until = stay.when.to; };
  Purse little({50}), enough({1'000});
  containments.EachContainer(graph.Find("a"), Interval(), &little, take);
  CHECK(until == 0);
  containments.EachContainer(graph.Find("a"), Interval(), &enough, take);
  CHECK(until == 10);
}

TEST_CASE("what a budget does not suffice to derive is not told in part") {
  GraphMaker maker;
  for (int i = 0; i < 100; ++i) maker.Pack(i, "crate", {absl::StrCat("lot", i)});
  const Graph& graph = maker.graph();
  Containments containments(graph, graph.Now());
  int told = 0;
  const auto count = [&](const Stay&, const Interval&) { ++told; };
  Purse little({50}), enough({1'000});
  containments.EachContent(graph.Find("crate"), Interval(), &little, count);
  CHECK(little.stopped_by() == StoppedBy::kEdges);
  CHECK(told == 0);
  containments.EachContent(graph.Find("crate"), Interval(), &enough, count);
  CHECK(told == 100);
}

}  // namespace
}  // namespace shian::trace
