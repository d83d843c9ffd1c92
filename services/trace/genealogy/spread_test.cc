// Contamination beside the goods: worked by hand, and by a plain closure over random chains.
#include "services/trace/genealogy/spread.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/testing.h"
#include "services/trace/genealogy/findings.h"
#include "services/trace/genealogy/testing.h"
#include "services/trace/genealogy/trace.h"

namespace shian::trace {
namespace {

using testing::GraphMaker;
using Names = std::set<std::string>;
using WalkFn = TraceResult (*)(const Graph&, View, const std::vector<NodeId>&, Direction,
                               const Budget&, const SpreadRule&);

constexpr Direction kBoth[] = {Direction::kBack, Direction::kForward};
constexpr WalkFn kWalks[] = {WalkBeside, WalkBesideInTime};
constexpr int64_t kHour = 3'600'000'000;

SpreadRule Within(int64_t hours, std::vector<uint32_t> kill_steps = {}) {
  return {hours * kHour, std::move(kill_steps)};
}

Names Reached(const Graph& graph, const std::string& seed, Direction direction,
              const SpreadRule& rule, WalkFn walk = WalkBeside) {
  const TraceResult result =
      walk(graph, graph.Now(), {graph.Find(seed)}, direction, {1'000'000'000}, rule);
  REQUIRE(result.complete());
  Names names;
  for (const ReachedLot& lot : result.lots) names.insert(graph.NameOf(lot.lot));
  REQUIRE(names.size() == result.lots.size());
  return names;
}

// Chicken, then salad, then fruit are cut in one kitchen; bread is baked elsewhere at that time.
GraphMaker Kitchen(const std::string& salad_step = "") {
  GraphMaker maker;
  maker.SetPlace("kitchen");
  maker.Process(5 * kHour, "", {"egg"}, {"omelette"});
  maker.Process(10 * kHour, "", {"chicken"}, {"fillet"});
  maker.SetPlace("bakery");
  maker.Process(11 * kHour, "", {"flour"}, {"bread"});
  maker.SetPlace("kitchen", salad_step);
  maker.Process(20 * kHour, "salad", {"lettuce"}, {"salad"});
  maker.SetPlace("kitchen");
  maker.Process(30 * kHour, "", {"melon"}, {"fruit"});
  maker.SetPlace("canteen");
  maker.Process(40 * kHour, "", {"salad", "bread"}, {"meal"});
  return maker;
}

TEST_CASE("contamination goes on at its place, for so long after, and with what was made there") {
  const GraphMaker maker = Kitchen();
  const Graph& graph = maker.graph();
  for (const WalkFn walk : kWalks) {
    const auto forward = [&](const char* seed, int64_t hours) {
      return Reached(graph, seed, Direction::kForward, Within(hours), walk);
    };
    CHECK(forward("chicken", 0) == Names{"chicken", "fillet"});
    CHECK(forward("chicken", 9) == Names{"chicken", "fillet"});
    // Ten hours are within ten. What stood beside the chicken passes it on with its goods alone:
    // the melon was cut within ten hours of the salad, and not of the chicken.
    CHECK(forward("chicken", 10) == Names{"chicken", "fillet", "salad", "meal"});
    CHECK(forward("chicken", 20) == Names{"chicken", "fillet", "salad", "meal", "fruit"});
    CHECK(Reached(graph, "meal", Direction::kBack, Within(10), walk) ==
          Names{"meal", "salad", "bread", "lettuce", "flour", "chicken"});
    CHECK(Reached(graph, "omelette", Direction::kBack, Within(100), walk) ==
          Names{"omelette", "egg"});
  }
}

TEST_CASE("a kill step passes nothing on, to its own goods neither") {
  const GraphMaker maker = Kitchen("sterilising");
  const Graph& graph = maker.graph();
  const std::vector<uint32_t> kills = {graph.FindStep("sterilising")};
  REQUIRE(kills[0] != kNone);
  REQUIRE(graph.FindStep("boiling") == kNone);
  for (const WalkFn walk : kWalks) {
    const auto forward = [&](const char* seed, const SpreadRule& rule) {
      return Reached(graph, seed, Direction::kForward, rule, walk);
    };
    CHECK(forward("chicken", Within(10, kills)) == Names{"chicken", "fillet"});
    CHECK(forward("lettuce", Within(0, kills)) == Names{"lettuce"});
    CHECK(forward("lettuce", Within(10)) == Names{"lettuce", "salad", "meal", "fruit"});
    CHECK(Reached(graph, "meal", Direction::kBack, Within(10, kills), walk) ==
          Names{"meal", "salad", "bread", "flour"});
    const TraceResult told = walk(graph, graph.Now(), {graph.Find("lettuce")}, Direction::kForward,
                                  {1'000'000}, Within(10, kills));
    CHECK(told.ended == 1);
    CHECK(told.passed.empty());
  }
}

TEST_CASE("where contamination went on without goods is told as such") {
  const GraphMaker maker = Kitchen();
  const Graph& graph = maker.graph();
  for (const Direction direction : kBoth) {
    const bool forward = direction == Direction::kForward;
    const std::string seed = forward ? "chicken" : "salad";
    const TraceResult result =
        WalkBeside(graph, graph.Now(), {graph.Find(seed)}, direction, {1'000'000}, Within(10));
    REQUIRE(result.beside.size() == 1);
    for (const ReachedLot& lot : result.lots) {
      const Step step = WayTo(graph, graph.Now(), result, lot);
      const std::string from = step.from == kNone ? "" : graph.NameOf(step.from);
      const bool crossed = from == "chicken" && graph.NameOf(step.to) == "salad";
      CHECK((step.beside != kNone) == crossed);
      if (crossed) CHECK((graph.TransformationOf(step.process) == "salad") == forward);
      if (crossed) CHECK((graph.TransformationOf(step.beside) == "salad") != forward);
    }
    int beside = 0;
    for (Edges edges(graph, graph.Now(), result); !edges.done();) {
      const Edge edge = edges.Take();
      CHECK((edge.beside != kNone) == (edge.lot == kNone));
      if (edge.beside == kNone) continue;
      ++beside;
      CHECK(graph.TransformationOf(edge.process) == "salad");
    }
    CHECK(beside == 1);
  }
}

TEST_CASE("a way that goods took is told as that, also where contamination would go the same way") {
  GraphMaker maker;
  maker.SetPlace("kitchen");
  maker.Process(10 * kHour, "", {"chicken"}, {"fillet"});
  maker.Process(12 * kHour, "", {"fillet", "lettuce"}, {"salad"});
  const Graph& graph = maker.graph();
  for (const WalkFn walk : kWalks) {
    for (const Direction direction : kBoth) {
      const char* seed = direction == Direction::kForward ? "chicken" : "salad";
      const TraceResult result =
          walk(graph, graph.Now(), {graph.Find(seed)}, direction, {1'000'000}, Within(2));
      CHECK(result.only_beside == 0);
      for (const ReachedLot& lot : result.lots) {
        CHECK(WayTo(graph, graph.Now(), result, lot).beside == kNone);
      }
    }
  }
}

// ---- random chains
// -------------------------------------------------------------------------------

struct Made {
  int64_t time = 0;
  std::string id, place, step;
  std::vector<std::string> from, to;
  bool wrong = false;
};

std::vector<Made> RandomChain(std::mt19937_64* random, int events) {
  std::mt19937_64& r = *random;
  std::vector<Made> chain;
  for (int i = 0; i < events; ++i) {
    const auto lot = [&] { return absl::StrCat("lot", r() % 14); };
    Made made;
    made.time = static_cast<int64_t>(r() % 60) * kHour;
    made.id = r() % 4 == 0 ? absl::StrCat("p", r() % 4) : "";
    made.place = r() % 5 == 0 ? "" : absl::StrCat("place", r() % 3);
    made.step = r() % 5 == 0 ? "boiling" : r() % 2 == 0 ? "mixing" : "";
    made.from = {lot(), lot()};
    made.to = {lot()};
    made.wrong = r() % 10 == 0;
    chain.push_back(std::move(made));
  }
  return chain;
}

GraphMaker Tell(const std::vector<Made>& chain, size_t split = 0) {
  GraphMaker maker;
  for (size_t i = 0; i < chain.size(); ++i) {
    const Made& made = chain[i];
    maker.SetPlace(made.place, made.step);
    maker.Process(made.time, made.id, made.from, made.to);
    if (made.wrong) maker.Declare(maker.last());
    if (split != 0 && i % split == 0) maker.graph();
  }
  return maker;
}

// The plain closure: from each lot to those that it may have contaminated.
std::map<std::string, Names> Closure(const std::vector<Made>& chain, int64_t hours, bool kills) {
  std::map<std::string, std::vector<const Made*>> processes;
  for (const Made& made : chain) {
    if (made.wrong) continue;
    const std::string own = absl::StrCat("event ", &made - chain.data());
    processes[made.id.empty() ? own : made.id].push_back(&made);
  }
  const auto killed = [&](const std::vector<const Made*>& events) {
    return kills && std::any_of(events.begin(), events.end(),
                                [](const Made* made) { return made->step == "boiling"; });
  };
  std::map<std::string, Names> next;
  for (const Made& made : chain) {
    for (const std::string& lot : made.from) next[lot];
    for (const std::string& lot : made.to) next[lot];
  }
  for (const auto& [near, uses] : processes) {
    for (const auto& [far, makings] : processes) {
      if (killed(uses) || killed(makings)) continue;
      bool goes = near == far;
      for (const Made* use : uses) {
        for (const Made* making : makings) {
          const int64_t after = making->time - use->time;
          goes |= hours > 0 && !use->place.empty() && use->place == making->place && after >= 0 &&
                  after <= hours * kHour;
        }
      }
      if (!goes) continue;
      for (const Made* use : uses) {
        for (const std::string& lot : use->from) {
          for (const Made* making : makings) next[lot].insert(making->to.begin(), making->to.end());
        }
      }
    }
  }
  std::map<std::string, Names> all;
  for (const auto& [lot, ignored] : next) {
    std::vector<std::string> open = {lot};
    all[lot].insert(lot);
    while (!open.empty()) {
      const std::string at = open.back();
      open.pop_back();
      for (const std::string& to : next[at]) {
        if (all[lot].insert(to).second) open.push_back(to);
      }
    }
  }
  return all;
}

TEST_CASE("contamination is followed as its closure says, both ways and however parts lie") {
  std::mt19937_64 random(shian::testing::Seed());
  for (int round = 0; round < 60; ++round) {
    const std::vector<Made> chain = RandomChain(&random, 14);
    const int64_t hours = static_cast<int64_t>(random() % 4) * 4;
    const bool kills = random() % 2 == 0;
    const auto expected = Closure(chain, hours, kills);
    for (const size_t split : {size_t{0}, size_t{1}, size_t{3}}) {
      const GraphMaker maker = Tell(chain, split);
      const Graph& graph = maker.graph();
      SpreadRule rule = Within(hours);
      const uint32_t boiling = graph.FindStep("boiling");
      if (kills && boiling != kNone) rule.kill_steps = {boiling};
      for (const auto& [lot, reached] : expected) {
        INFO("from " << lot << ", hours " << hours << ", kills " << kills);
        REQUIRE(Reached(graph, lot, Direction::kForward, rule) == reached);
        Names sources;
        for (const auto& [from, to] : expected) {
          if (to.contains(lot)) sources.insert(from);
        }
        REQUIRE(Reached(graph, lot, Direction::kBack, rule) == sources);
      }
    }
  }
}

TEST_CASE("what goods lead to is told by their ways, whatever contamination adds") {
  std::mt19937_64 random(shian::testing::Seed());
  for (int round = 0; round < 60; ++round) {
    const GraphMaker maker = Tell(RandomChain(&random, 14), 4);
    const Graph& graph = maker.graph();
    for (const Direction direction : kBoth) {
      for (NodeId seed = 1; seed <= graph.lot_count(); ++seed) {
        const auto goods = Walk(graph, graph.Now(), {seed}, direction, {1'000'000});
        const auto all = WalkBeside(graph, graph.Now(), {seed}, direction, {1'000'000}, Within(24));
        REQUIRE(all.lots.size() >= goods.lots.size());
        REQUIRE(all.only_beside <= static_cast<int64_t>(all.beside.size()));
        for (size_t i = 0; i < goods.lots.size(); ++i) {
          REQUIRE(all.lots[i].lot == goods.lots[i].lot);
          REQUIRE(all.lots[i].depth == goods.lots[i].depth);
          REQUIRE(WayTo(graph, graph.Now(), all, all.lots[i]).beside == kNone);
        }
      }
    }
  }
}

TEST_CASE("in time as well back is the converse of forward, and time only takes away") {
  std::mt19937_64 random(shian::testing::Seed());
  for (int round = 0; round < 60; ++round) {
    const GraphMaker maker = Tell(RandomChain(&random, 14), 4);
    const Graph& graph = maker.graph();
    SpreadRule rule = Within(6);
    const uint32_t boiling = graph.FindStep("boiling");
    if (boiling != kNone && random() % 2 == 0) rule.kill_steps = {boiling};
    std::set<std::pair<std::string, std::string>> back, forward;
    for (NodeId lot = 1; lot <= graph.lot_count(); ++lot) {
      const std::string name = graph.NameOf(lot);
      const Names any = Reached(graph, name, Direction::kForward, rule);
      for (const std::string& to :
           Reached(graph, name, Direction::kForward, rule, WalkBesideInTime)) {
        REQUIRE(any.contains(to));
        forward.emplace(name, to);
      }
      for (const std::string& from :
           Reached(graph, name, Direction::kBack, rule, WalkBesideInTime)) {
        back.emplace(from, name);
      }
    }
    REQUIRE(back == forward);
  }
}

TEST_CASE("with a larger budget an answer with contamination begins with that of a smaller one") {
  std::mt19937_64 random(shian::testing::Seed());
  for (int round = 0; round < 15; ++round) {
    const std::vector<Made> chain = RandomChain(&random, 16);
    const GraphMaker maker = Tell(chain), raw = Tell(chain);
    Graph parts;  // the same in parts of one event
    parts.MergeAtOnce(0);
    while (parts.last() < raw.last()) {
      parts.Apply(testing::Cut(raw.batch(), parts.last(), parts.last() + 1));
    }
    const SpreadRule rule = Within(8);
    for (const WalkFn walk : kWalks) {
      for (const Direction direction : kBoth) {
        const auto run = [&](const Graph& graph, int64_t edges) {
          return walk(graph, graph.Now(), {1}, direction, {edges}, rule);
        };
        const TraceResult whole = run(maker.graph(), 1'000'000);
        for (int64_t edges = 0; edges <= whole.edges; ++edges) {
          const TraceResult part = run(parts, edges);
          REQUIRE(part.complete() == (edges >= whole.edges));
          REQUIRE(part.lots.size() <= whole.lots.size());
          for (size_t i = 0; i < part.lots.size(); ++i) {
            REQUIRE(part.lots[i].lot == whole.lots[i].lot);
          }
          REQUIRE(part.passed.size() <= whole.passed.size());
          for (size_t i = 0; i < part.passed.size(); ++i) {
            REQUIRE(part.passed[i].process == whole.passed[i].process);
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace shian::trace
