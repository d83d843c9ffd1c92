#include "services/trace/genealogy/trace.h"

#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/base/testing.h"
#include "services/trace/genealogy/findings.h"
#include "services/trace/genealogy/sighting.h"
#include "services/trace/genealogy/testing.h"

namespace shian::trace {
namespace {

using testing::GraphMaker;

std::set<NodeId> Reached(const Graph& graph, NodeId seed, Direction direction) {
  std::set<NodeId> lots;
  const TraceResult result = Trace(graph, graph.Now(), {seed}, direction, {1'000'000'000});
  REQUIRE(result.complete());
  for (const ReachedLot& lot : result.lots) lots.insert(lot.lot);
  return lots;
}

// A random chain with processes, packing, unpacking and wrong events, in some order of time.
GraphMaker RandomGraph(std::mt19937_64* random, int lots, int events) {
  GraphMaker maker;
  std::mt19937_64& r = *random;
  for (int i = 0; i < events; ++i) {
    const auto lot = [&] { return absl::StrCat("lot", r() % lots); };
    const auto unit = [&] { return absl::StrCat("unit", r() % (lots / 3 + 1)); };
    const int64_t time = static_cast<int64_t>(r() % 50);
    switch (r() % 5) {
      case 0:
      case 1:
        maker.Process(time, r() % 3 == 0 ? absl::StrCat("p", r() % 5) : "",
                      {r() % 4 == 0 ? unit() : lot(), lot()}, {lot(), lot()});
        break;
      case 2:
      case 3:
        maker.Pack(time, unit(), {r() % 4 == 0 ? unit() : lot(), lot()});
        break;
      default:
        maker.Unpack(time, unit(),
                     r() % 2 == 0 ? std::vector<std::string>{} : std::vector<std::string>{lot()});
    }
    if (r() % 10 == 0) maker.Declare(1 + static_cast<int64_t>(r() % maker.last()));
  }
  return maker;
}

TEST_CASE("b is in forward(a) exactly when a is in back(b)") {
  std::mt19937_64 random(shian::testing::Seed());
  for (int round = 0; round < 60; ++round) {
    const GraphMaker maker = RandomGraph(&random, 12, 25);
    const Graph& graph = maker.graph();
    for (NodeId a = 1; a <= graph.lot_count(); ++a) {
      for (NodeId b : Reached(graph, a, Direction::kForward)) {
        INFO(graph.NameOf(a) << " -> " << graph.NameOf(b));
        REQUIRE(Reached(graph, b, Direction::kBack).contains(a));
      }
      for (NodeId b : Reached(graph, a, Direction::kBack)) {
        INFO(graph.NameOf(b) << " -> " << graph.NameOf(a));
        REQUIRE(Reached(graph, b, Direction::kForward).contains(a));
      }
    }
  }
}

TEST_CASE("an earlier state can be asked for: masking and later events change nothing in it") {
  std::mt19937_64 random(shian::testing::Seed());
  for (int round = 0; round < 30; ++round) {
    GraphMaker maker = RandomGraph(&random, 10, 15);
    const Graph before = maker.graph();
    const View then = before.Now();
    for (int64_t sequence = 1; sequence <= then.upto; sequence += 3) maker.Declare(sequence);
    maker.Process(7, "", {"lot0", "lot1"}, {"lot2"});
    for (NodeId lot = 1; lot <= before.lot_count(); ++lot) {
      for (Direction direction : {Direction::kBack, Direction::kForward}) {
        const auto live = Trace(before, then, {lot}, direction, {1'000'000});
        const auto past = Trace(maker.graph(), then, {lot}, direction, {1'000'000});
        REQUIRE(live.lots.size() == past.lots.size());
        REQUIRE(live.processes() == past.processes());
      }
    }
  }
}

TEST_CASE("the generated graph has the known counts") {
  GraphMaker maker;
  maker.Lots(1'200'000);
  std::mt19937_64 r(42);
  for (uint32_t tier = 1; tier < 12; ++tier) {
    for (uint32_t i = 0; i < 100'000; ++i) {
      const uint64_t k = 1 + r() % 4;
      std::vector<uint32_t> inputs;
      for (uint64_t j = 0; j < k; ++j) {
        const uint64_t source = r() % 10 < 3 ? r() % 1'000 : r() % 100'000;
        inputs.push_back((tier - 1) * 100'000 + static_cast<uint32_t>(source));
      }
      maker.NumberedProcess(inputs, tier * 100'000 + i);
    }
  }
  const Graph& graph = maker.graph();
  const auto count = [&](uint32_t lot, Direction direction) {
    return Trace(graph, graph.Now(), {lot + 1}, direction, {1'000'000'000}).lots.size();
  };
  CHECK(count(1'100'007, Direction::kBack) == 29'366);
  CHECK(count(5, Direction::kForward) == 328'566);
  CHECK(count(400'007, Direction::kBack) == 56);
  const TraceResult cut = Trace(graph, graph.Now(), {6}, Direction::kForward, {1'000});
  CHECK(cut.stopped_by == StoppedBy::kEdges);
  CHECK(cut.frontier > 0);
  // Without any time of its own it still comes past what an earlier call paid for, so that a trace
  // that goes on again and again comes to its end.
  for (const auto walk : {Walk, WalkInTime}) {
    int64_t again = 0;
    TraceResult result;
    for (int calls = 0; calls < 200 && (calls == 0 || !result.complete()); ++calls) {
      const Budget budget = {1'000'000'000, absl::InfiniteFuture(), again, absl::ZeroDuration()};
      result = walk(graph, graph.Now(), {1'100'008}, Direction::kBack, budget);
      REQUIRE((result.complete() || result.edges > again));
      again = result.edges;
    }
    CHECK(result.complete());
  }
}

TEST_CASE("a chain of diamonds costs its edges, not its walks") {
  GraphMaker maker;
  for (int tier = 1; tier < 40; ++tier) {
    for (int side = 0; side < 2; ++side) {
      maker.Process(tier, "", {absl::StrCat("d", tier - 1, "a"), absl::StrCat("d", tier - 1, "b")},
                    {absl::StrCat("d", tier, side == 0 ? "a" : "b")});
    }
  }
  const Graph& graph = maker.graph();
  const TraceResult result =
      Trace(graph, graph.Now(), {graph.Find("d39a")}, Direction::kBack, {1'000});
  CHECK(result.complete());
  CHECK(result.lots.size() == 79);
}

TEST_CASE("a unit carries only what it held at the time") {
  GraphMaker maker;
  maker.Pack(10, "crate", {"early"});
  maker.Unpack(20, "crate", {});
  maker.Pack(30, "crate", {"late"});
  maker.Process(40, "", {"crate"}, {"soup"});
  const Graph& graph = maker.graph();
  const auto back = Reached(graph, graph.Find("soup"), Direction::kBack);
  CHECK(back.contains(graph.Find("late")));
  CHECK_FALSE(back.contains(graph.Find("early")));
  CHECK_FALSE(
      Reached(graph, graph.Find("early"), Direction::kForward).contains(graph.Find("soup")));
  CHECK(Reached(graph, graph.Find("early"), Direction::kForward).contains(graph.Find("crate")));
  CHECK(Reached(graph, graph.Find("crate"), Direction::kBack).contains(graph.Find("early")));
}

TEST_CASE("a part taken out leaves the rest inside") {
  GraphMaker maker;
  maker.Pack(10, "crate", {"lot"}, 20'000'000);
  maker.Unpack(20, "crate", {"lot"}, 5'000'000);
  const Graph& graph = maker.graph();
  const auto stays = ContentsOf(graph, graph.Find("crate"), graph.Now());
  REQUIRE(stays.size() == 1);
  CHECK(stays[0].when.Holds(30));
  maker.Unpack(25, "crate", {"lot"}, 15'000'000);
  CHECK_FALSE(
      ContentsOf(maker.graph(), graph.Find("crate"), maker.graph().Now())[0].when.Holds(30));
}

TEST_CASE("circles end and are named; dangling lots are named") {
  GraphMaker maker;
  maker.Process(1, "", {"a"}, {"b"});
  maker.Process(2, "", {"b"}, {"c"});
  maker.Process(3, "", {"c"}, {"a"});
  maker.Process(4, "", {"c", "nowhere"}, {"d"});
  const Graph& graph = maker.graph();
  const TraceResult result =
      Trace(graph, graph.Now(), {graph.Find("d")}, Direction::kBack, {1'000});
  CHECK(result.lots.size() == 5);
  Purse purse(Unlimited()), none({0});
  const auto cycles = FindCycles(graph, graph.Now(), result, 10, &purse);
  REQUIRE(cycles.size() == 1);
  CHECK(std::set<std::string>{"a", "b", "c"}.contains(graph.NameOf(cycles[0])));
  CHECK(FindCycles(graph, graph.Now(), result, 10, &none).empty());
  CHECK(none.stopped_by() == StoppedBy::kEdges);
  CHECK(IsDangling(graph, graph.Now(), graph.Find("nowhere")));
  CHECK_FALSE(IsDangling(graph, graph.Now(), graph.Find("a")));
}

std::set<std::string> EdgeTexts(const Graph& graph, const TraceResult& result) {
  std::set<std::string> texts;
  for (Edges edges(graph, graph.Now(), result); !edges.done();) {
    const Edge edge = edges.Take();
    const std::string other =
        edge.process != kNone ? graph.TransformationOf(edge.process) : graph.NameOf(edge.unit);
    REQUIRE(
        texts.insert(absl::StrCat(graph.NameOf(edge.lot), edge.made ? "<" : ">", other)).second);
  }
  return texts;
}

TEST_CASE("edges in time leave out what time forbids") {
  GraphMaker maker;
  maker.Process(10, "make", {"seed"}, {"a"});
  maker.Process(5, "mix", {"a", "b"}, {"early"});  // a was not there yet
  maker.Process(12, "split", {"seed"}, {"b"});
  maker.Process(15, "mix", {"b"}, {"late"});
  maker.Pack(1, "crate", {"a"});
  maker.Unpack(2, "crate", {"a"});
  maker.Pack(20, "crate", {"a"});
  const Graph& graph = maker.graph();
  const std::vector<NodeId> seed = {graph.Find("seed")};
  const std::set<std::string> possible = {"seed>make", "a<make",   "seed>split", "b<split",
                                          "b>mix",     "late<mix", "a>crate"};
  CHECK(EdgeTexts(graph, WalkInTime(graph, graph.Now(), seed, Direction::kForward, {1'000})) ==
        possible);
  const auto back =
      WalkInTime(graph, graph.Now(), {graph.Find("early")}, Direction::kBack, {1'000});
  CHECK(EdgeTexts(graph, back) == std::set<std::string>{"a>mix", "b>mix", "early<mix"});
}

TEST_CASE("a hub's other uses cost a trace nothing") {
  GraphMaker maker;
  for (int i = 0; i < 1'000; ++i) {
    maker.Process(i, "", {"water"}, {absl::StrCat("drink", i)});
  }
  const Graph& graph = maker.graph();
  const auto result = Walk(graph, graph.Now(), {graph.Find("drink7")}, Direction::kBack, {1'000});
  CHECK(result.edges <= 3);
  Purse findings(Unlimited());
  CHECK(FindCycles(graph, graph.Now(), result, 10, &findings).empty());
  CHECK(findings.spent() <= 3);
  Purse little({100}), enough({10'000});
  EventsOf(graph, graph.Now(), result, &little);
  CHECK(little.stopped_by() == StoppedBy::kEdges);
  CHECK(EventsOf(graph, graph.Now(), result, &enough).size() == 1'000);
  CHECK(enough.stopped_by() == StoppedBy::kNothing);
}

TEST_CASE("holders are found through the units that held the lot") {
  GraphMaker maker;
  maker.Seen(1, "lot", "https://id.gs1.org/414/6901234000016");
  maker.Pack(2, "pallet", {"lot"});
  maker.Shipped(3, "pallet", "https://id.gs1.org/414/6901234000016",
                "https://id.gs1.org/414/6909999000029");
  maker.Unpack(4, "pallet", {});
  maker.Shipped(5, "pallet", "https://id.gs1.org/414/6909999000029",
                "https://id.gs1.org/414/9520000000011");
  const Graph& graph = maker.graph();
  const auto holders = HoldersOf(graph, graph.Now(), {graph.Find("lot")});
  REQUIRE(holders.size() == 2);
  CHECK(holders[0].place == "https://id.gs1.org/414/6901234000016");
  CHECK_FALSE(holders[0].last_holder);
  CHECK(holders[1].last_holder);
}

TEST_CASE("a lot split over two places is still at both") {
  GraphMaker maker;
  maker.Shipped(1, "lot", "urn:x:wholesaler", "urn:x:canteen1");
  maker.Shipped(2, "lot", "urn:x:wholesaler", "urn:x:canteen2");
  const auto holders = HoldersOf(maker.graph(), maker.graph().Now(), {1});
  REQUIRE(holders.size() == 3);
  CHECK(holders[0].last_holder);
  CHECK(holders[1].last_holder);
  CHECK_FALSE(holders[2].last_holder);
}

TEST_CASE("a clock that was set back reorders nothing that was known") {
  GraphMaker maker;
  maker.SetClock(100);
  maker.Seen(1, "a", "urn:x:farm");  // recorded at 101
  maker.SetClock(50);
  maker.Seen(2, "b", "urn:x:farm");  // at 51
  maker.Seen(3, "c", "urn:x:farm");  // at 52
  maker.SetClock(200);
  maker.Seen(4, "d", "urn:x:farm");  // at 201
  const auto known = [&](int64_t time) { return maker.graph().KnownAt(FromMicros(time)).upto; };
  CHECK(known(52) == 0);
  CHECK(known(100) == 0);
  CHECK(known(101) == 3);
  CHECK(known(200) == 3);
  CHECK(known(201) == 4);
}

}  // namespace
}  // namespace shian::trace
