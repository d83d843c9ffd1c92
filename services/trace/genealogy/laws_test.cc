// Laws that hold for every graph: see DESIGN.md. Seeds are printed.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/testing.h"
#include "services/trace/genealogy/common_source.h"
#include "services/trace/genealogy/findings.h"
#include "services/trace/genealogy/testing.h"
#include "services/trace/genealogy/trace.h"

namespace shian::trace {
namespace {

using testing::GraphMaker;
using Names = std::set<std::string>;
using WalkFn = TraceResult (*)(const Graph&, View, const std::vector<NodeId>&, Direction,
                               const Budget&);

constexpr Direction kBoth[] = {Direction::kBack, Direction::kForward};
constexpr WalkFn kWalks[] = {Walk, WalkInTime};

// One event of a random chain, to be told in any order.
struct Told {
  enum { kProcess, kPack, kUnpack } kind = kProcess;
  int64_t time = 0;
  std::string id;
  std::vector<std::string> from, to;
  bool wrong = false;
};

std::vector<Told> RandomChain(std::mt19937_64* random, int lots, int events) {
  std::mt19937_64& r = *random;
  const auto lot = [&] { return absl::StrCat("lot", r() % lots); };
  const auto unit = [&] { return absl::StrCat("unit", r() % (lots / 3 + 1)); };
  std::vector<Told> chain;
  for (int i = 0; i < events; ++i) {
    Told told;
    told.time = static_cast<int64_t>(r() % 50);
    told.wrong = r() % 10 == 0;
    switch (r() % 5) {
      case 0:
      case 1:
        told.id = r() % 3 == 0 ? absl::StrCat("p", r() % 5) : "";
        told.from = {r() % 4 == 0 ? unit() : lot(), lot()};
        told.to = {lot(), lot()};
        break;
      case 2:
      case 3:
        told.kind = Told::kPack;
        told.from = {r() % 4 == 0 ? unit() : lot(), lot()};
        told.to = {unit()};
        break;
      default:
        told.kind = Told::kUnpack;
        if (r() % 2 == 0) told.from = {lot()};
        told.to = {unit()};
    }
    chain.push_back(std::move(told));
  }
  return chain;
}

// Tells the chain; `split` looks at the graph now and then, so that it is made of several parts.
GraphMaker Tell(const std::vector<Told>& chain, int split = 0) {
  GraphMaker maker;
  for (size_t i = 0; i < chain.size(); ++i) {
    const Told& told = chain[i];
    if (told.kind == Told::kProcess) maker.Process(told.time, told.id, told.from, told.to);
    if (told.kind == Told::kPack) maker.Pack(told.time, told.to[0], told.from);
    if (told.kind == Told::kUnpack) maker.Unpack(told.time, told.to[0], told.from);
    if (told.wrong) maker.Declare(maker.last());
    if (split != 0 && i % split == 0) maker.graph();
  }
  return maker;
}

Names Reached(const Graph& graph, View view, const std::string& seed, Direction direction,
              WalkFn walk = Walk) {
  const NodeId lot = graph.Find(seed);
  if (lot == kNone) return {};
  const TraceResult result = walk(graph, view, {lot}, direction, {1'000'000'000});
  REQUIRE(result.complete());
  Names names;
  for (const ReachedLot& each : result.lots) names.insert(graph.NameOf(each.lot));
  REQUIRE(names.size() == result.lots.size());
  return names;
}

std::map<std::string, Names> All(const Graph& graph, Direction direction, WalkFn walk = Walk) {
  std::map<std::string, Names> all;
  for (NodeId lot = 1; lot <= graph.lot_count(); ++lot) {
    const std::string name = graph.NameOf(lot);
    all[name] = Reached(graph, graph.Now(), name, direction, walk);
  }
  return all;
}

TEST_CASE("back is the converse of forward, and their sums are equal") {
  std::mt19937_64 random(shian::testing::Seed());
  for (int round = 0; round < 100; ++round) {
    const GraphMaker maker = Tell(RandomChain(&random, 12, 25));
    for (const WalkFn walk : kWalks) {
      const auto back = All(maker.graph(), Direction::kBack, walk);
      const auto forward = All(maker.graph(), Direction::kForward, walk);
      size_t back_sum = 0, forward_sum = 0;
      for (const auto& [a, reached] : forward) {
        forward_sum += reached.size();
        for (const std::string& b : reached) {
          INFO(a << " -> " << b << (walk == WalkInTime ? " in time" : ""));
          REQUIRE(back.at(b).contains(a));
        }
      }
      for (const auto& [b, reached] : back) back_sum += reached.size();
      REQUIRE(back_sum == forward_sum);
    }
  }
}

TEST_CASE("neither the order of capture nor the batches change an answer") {
  std::mt19937_64 random(shian::testing::Seed());
  for (int round = 0; round < 40; ++round) {
    std::vector<Told> chain = RandomChain(&random, 12, 30);
    const GraphMaker one = Tell(chain), split = Tell(chain, 1 + static_cast<int>(random() % 5));
    std::shuffle(chain.begin(), chain.end(), random);
    const GraphMaker other = Tell(chain, 3);
    for (const Direction direction : kBoth) {
      for (const WalkFn walk : kWalks) {
        const auto expected = All(one.graph(), direction, walk);
        REQUIRE(All(split.graph(), direction, walk) == expected);
        REQUIRE(All(other.graph(), direction, walk) == expected);
      }
    }
  }
}

TEST_CASE("an added process or packing never makes an answer smaller") {
  std::mt19937_64 random(shian::testing::Seed());
  for (int round = 0; round < 40; ++round) {
    std::vector<Told> chain = RandomChain(&random, 10, 20);
    // Only an unpacking takes away, and what is declared wrong.
    std::erase_if(chain, [](const Told& told) { return told.kind == Told::kUnpack; });
    const GraphMaker before = Tell(chain);
    for (Told& more : RandomChain(&random, 10, 3)) {
      if (more.kind == Told::kUnpack) continue;
      more.wrong = false;
      chain.push_back(more);
    }
    const GraphMaker after = Tell(chain);
    for (const Direction direction : kBoth) {
      const auto now = All(after.graph(), direction);
      for (const auto& [lot, reached] : All(before.graph(), direction)) {
        REQUIRE(
            std::includes(now.at(lot).begin(), now.at(lot).end(), reached.begin(), reached.end()));
      }
    }
  }
}

TEST_CASE("what is declared wrong is as if it had never been; the past keeps it") {
  std::mt19937_64 random(shian::testing::Seed());
  for (int round = 0; round < 40; ++round) {
    std::vector<Told> chain = RandomChain(&random, 10, 20);
    const GraphMaker masked = Tell(chain, 4);
    std::vector<Told> right = chain, unmasked = chain;
    std::erase_if(right, [](const Told& told) { return told.wrong; });
    for (Told& told : unmasked) told.wrong = false;
    GraphMaker later = Tell(unmasked, 4);
    const View before = later.graph().Now();
    for (size_t i = 0; i < chain.size(); ++i) {
      if (chain[i].wrong) later.Declare(static_cast<int64_t>(i) + 1);
    }
    const GraphMaker without = Tell(right), with = Tell(unmasked);
    for (NodeId lot = 1; lot <= without.graph().lot_count(); ++lot) {
      const std::string name = without.graph().NameOf(lot);
      for (const Direction direction : kBoth) {
        const Names expected = Reached(without.graph(), without.graph().Now(), name, direction);
        REQUIRE(Reached(masked.graph(), masked.graph().Now(), name, direction) == expected);
        REQUIRE(Reached(later.graph(), later.graph().Now(), name, direction) == expected);
        REQUIRE(Reached(later.graph(), before, name, direction) ==
                Reached(with.graph(), with.graph().Now(), name, direction));
      }
    }
  }
}

TEST_CASE("what is known now is the live answer, declarations included") {
  std::mt19937_64 random(shian::testing::Seed());
  for (int round = 0; round < 20; ++round) {
    const GraphMaker maker = Tell(RandomChain(&random, 8, 20), 4);
    const Graph& graph = maker.graph();
    REQUIRE(graph.KnownAt(absl::InfiniteFuture()).upto == graph.Now().upto);
    REQUIRE(graph.KnownAt(absl::UnixEpoch() + absl::Hours(1)).upto == graph.Now().upto);
    REQUIRE(graph.KnownAt(absl::UnixEpoch()).upto == 0);
  }
}

TEST_CASE("a merge at any time loses and doubles nothing, and a snapshot stays what it was") {
  std::mt19937_64 random(shian::testing::Seed());
  for (int round = 0; round < 30; ++round) {
    const std::vector<Told> chain = RandomChain(&random, 10, 40);
    const GraphMaker maker = Tell(chain), raw = Tell(chain);
    // The same in parts of one to five events, merged where they happen to lie.
    Graph graph;
    graph.MergeAtOnce(0);
    std::vector<std::pair<Graph, std::string>> snapshots;
    while (graph.last() < raw.last()) {
      const auto to = std::min<int64_t>(raw.last(), graph.last() + 1 + random() % 5);
      graph.Apply(testing::Cut(raw.batch(), graph.last(), to));
      if (random() % 4 == 0) snapshots.emplace_back(graph, Pack(testing::Whole(graph)));
      if (random() % 2 == 0 && graph.part_count() > 1) {
        const size_t begin = random() % (graph.part_count() - 1);
        std::vector<Graph::PartPtr> parts = graph.parts();
        parts.erase(parts.begin(), parts.begin() + static_cast<ptrdiff_t>(begin));
        parts.resize(2);
        graph.Replace(parts, Graph::Merge(parts));
      }
    }
    for (const auto& [snapshot, bytes] : snapshots)
      REQUIRE(Pack(testing::Whole(snapshot)) == bytes);
    REQUIRE(Pack(testing::Whole(graph)) == Pack(testing::Whole(maker.graph())));
    for (const Direction direction : kBoth) {
      REQUIRE(All(graph, direction) == All(maker.graph(), direction));
    }
  }
}

TEST_CASE("merging stops where a part would hold too much") {
  std::mt19937_64 random(shian::testing::Seed());
  const std::vector<Told> chain = RandomChain(&random, 10, 40);
  const GraphMaker maker = Tell(chain), raw = Tell(chain);
  const size_t whole = testing::Whole(maker.graph()).size();
  for (const size_t most : {size_t{1}, whole / 3, whole}) {
    INFO("most " << most << " of " << whole);
    Graph graph;
    graph.MergeAtOnce(0);
    graph.MergeUpTo(most);
    size_t alone = 0;
    while (graph.last() < raw.last()) {
      graph.Apply(testing::Cut(raw.batch(), graph.last(), graph.last() + 1));
      alone = std::max(alone, graph.parts().back()->size());
      while (graph.MergeOnce()) {
      }
    }
    for (const Graph::PartPtr& part : graph.parts()) {
      CHECK(part->size() <= std::max(most, alone));
    }
    CHECK((most == whole || graph.part_count() > 1));
    REQUIRE(Pack(testing::Whole(graph)) == Pack(testing::Whole(maker.graph())));
    REQUIRE(All(graph, Direction::kBack) == All(maker.graph(), Direction::kBack));
  }
}

TEST_CASE("kept records come back as they were, and damaged ones are refused") {
  std::mt19937_64 random(shian::testing::Seed());
  const GraphMaker maker = Tell(RandomChain(&random, 10, 40));
  const std::string bytes = Pack(testing::Whole(maker.graph()));
  const auto back = Unpack(bytes);
  REQUIRE(back.ok());
  REQUIRE(Pack(*back) == bytes);
  for (size_t size = 0; size < bytes.size(); size += 1 + size / 40) {
    REQUIRE_FALSE(Unpack(bytes.substr(0, size)).ok());
  }
  REQUIRE_FALSE(Unpack(bytes + "x").ok());
}

TEST_CASE("a trace that was cut short goes on where it stopped") {
  std::mt19937_64 random(shian::testing::Seed());
  for (int round = 0; round < 30; ++round) {
    const GraphMaker maker = Tell(RandomChain(&random, 12, 30), 5);
    const Graph& graph = maker.graph();
    for (const WalkFn walk : kWalks) {
      for (const Direction direction : kBoth) {
        const auto whole = walk(graph, graph.Now(), {1}, direction, {1'000'000});
        for (int64_t edges = 0; edges <= whole.edges; ++edges) {
          const auto part = walk(graph, graph.Now(), {1}, direction, {edges});
          REQUIRE(part.complete() == (edges >= whole.edges));
          REQUIRE(part.edges == std::min(edges, whole.edges));
          REQUIRE(part.lots.size() <= whole.lots.size());
          for (size_t i = 0; i < part.lots.size(); ++i) {
            REQUIRE(part.lots[i].lot == whole.lots[i].lot);
          }
        }
      }
    }
  }
}

TEST_CASE("complaints have in common what the traces back from each have") {
  std::mt19937_64 random(shian::testing::Seed());
  for (int round = 0; round < 60; ++round) {
    const GraphMaker maker = Tell(RandomChain(&random, 14, 40));
    const Graph& graph = maker.graph();
    std::vector<NodeId> complaints;
    for (NodeId lot = 1; lot <= graph.lot_count(); lot += 2) complaints.push_back(lot);
    std::map<NodeId, uint64_t> expected;
    for (size_t i = 0; i < complaints.size(); ++i) {
      const auto back = Walk(graph, graph.Now(), {complaints[i]}, Direction::kBack, {1'000'000});
      for (const ReachedLot& lot : back.lots) expected[lot.lot] |= uint64_t{1} << i;
    }
    std::erase_if(expected, [](const auto& each) { return __builtin_popcountll(each.second) < 2; });
    const auto found = FindCommonSources(graph, graph.Now(), complaints, 2, {1'000'000});
    std::map<NodeId, uint64_t> got;
    for (const Source& source : found.sources) got[source.lot] = source.reaches;
    REQUIRE(got == expected);
    REQUIRE(std::is_sorted(found.sources.begin(), found.sources.end(),
                           [](const Source& a, const Source& b) { return a.count() > b.count(); }));
  }
}

// Whether `lot` was in `unit`, at any depth, at some moment of `when`.
bool WasIn(const Graph& graph, NodeId lot, NodeId unit, const Interval& when) {
  Nest nest;
  for (nest.Push(lot, when); !nest.empty();) {
    const Stay at = nest.Pop();
    for (const Stay& stay : ContainersOf(graph, at.unit, graph.Now())) {
      const Interval common = Intersection(stay.when, at.when);
      if (common.empty()) continue;
      if (stay.unit == unit) return true;
      nest.Push(stay.unit, common);
    }
  }
  return false;
}

// Whether goods can have gone so: what was used was there or in the unit then, and in time, used no
// earlier than it was there, and made no earlier than used. `since` of the nearer lot, turned.
bool CanHaveBeen(const Graph& graph, const Step& step, Direction direction, bool in_time,
                 int64_t since) {
  if (step.process == kNone) return WasIn(graph, step.from, step.to, Interval());
  bool possible = false;
  graph.UsesOf(step.unit != kNone ? step.unit : step.from, graph.Now(), [&](const auto& use) {
    const int64_t used = graph.EventAt(use.event()).time;
    if (use.process != step.process) return;
    if (step.unit != kNone && !WasIn(graph, step.from, step.unit, {used, used + 1})) return;
    graph.MakersOf(step.to, graph.Now(), [&](const auto& making) {
      const int64_t made = graph.EventAt(making.event()).time;
      if (making.process != step.process) return;
      const int64_t nearer = direction == Direction::kForward ? used : made;
      possible |= !in_time || (used <= made && Turned(direction, nearer) >= since);
    });
  });
  return possible;
}

// From each reached lot to a seed, step by step.
void FollowWays(const Graph& graph, const TraceResult& result, bool in_time) {
  std::map<NodeId, size_t> places;
  for (const ReachedLot& lot : result.lots) places.emplace(lot.lot, places.size());
  for (const ReachedLot& lot : result.lots) {
    NodeId at = lot.lot;
    for (size_t steps = 0; at != 1; ++steps) {
      const Step step = WayTo(graph, graph.Now(), result, result.lots[places.at(at)]);
      INFO(graph.NameOf(lot.lot) << " at " << graph.NameOf(at) << (in_time ? " in time" : ""));
      REQUIRE(step.from != kNone);
      REQUIRE(steps <= result.lots.size());
      at = result.direction == Direction::kForward ? step.from : step.to;
      const int64_t since = in_time ? result.lots_since[places.at(at)] : 0;
      REQUIRE(CanHaveBeen(graph, step, result.direction, in_time, since));
    }
  }
}

TEST_CASE("every reached lot but the seeds has a way that can have been, and it ends at a seed") {
  std::mt19937_64 random(shian::testing::Seed());
  for (int round = 0; round < 100; ++round) {
    const GraphMaker maker = Tell(RandomChain(&random, 12, 30));
    const Graph& graph = maker.graph();
    for (const Direction direction : kBoth) {
      for (const WalkFn walk : kWalks) {
        FollowWays(graph, walk(graph, graph.Now(), {1}, direction, {1'000'000}),
                   walk == WalkInTime);
      }
    }
  }
}

}  // namespace
}  // namespace shian::trace
