// The graph as a read model of the store: what is kept, rebuilt and merged is what was captured, on
// both engines.
#include "services/trace/genealogy/store_kept.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "embedded/trace_schema.h"
#include "libs/base/testing.h"
#include "libs/base/time.h"
#include "libs/store/fact_table.h"
#include "libs/store/testing.h"
#include "services/trace/capture/document.h"
#include "services/trace/capture/store.h"
#include "services/trace/capture/testing.h"
#include "services/trace/genealogy/service_graph.h"
#include "services/trace/genealogy/testing.h"
#include "services/trace/genealogy/trace.h"

namespace shian::trace {
namespace {

using genealogy::LiveGraph;
using testing::EventJson;

const absl::Time kNow = FromMicros(1'741'000'000'000'000);

store::Schema TestSchema() {
  store::Schema schema(1);
  schema.Add("trace", kMigrations);
  return schema;
}

struct World {
  store::TemporaryStore store{TestSchema()};
  int captures = 0;

  // Gives false when the write was made to fail after the events were in it.
  bool Capture(const std::string& events, bool fail = false) {
    const auto parsed = ReadDocument(testing::Document(events)).events;
    const absl::Time now = kNow + absl::Seconds(++captures);
    const auto written = store.Write(now, [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
      auto done = capture::CaptureBatch(tx, parsed, {}, OnError::kProceed);
      if (!done.ok()) return done.status();
      if (fail) return absl::FailedPreconditionError("fails in the middle");
      return std::string();
    });
    return written.ok();
  }

  std::shared_ptr<const Graph> See(LiveGraph& live) {
    std::shared_ptr<const Graph> graph;
    const absl::Status read = store.Read([&](store::ReadTx& tx) -> absl::Status {
      auto snapshot = live.Snapshot(tx);
      if (!snapshot.ok()) return snapshot.status();
      graph = *snapshot;
      return absl::OkStatus();
    });
    INFO(read);
    REQUIRE(read.ok());
    return graph;
  }
};

std::string RandomEvent(std::mt19937_64* random) {
  std::mt19937_64& r = *random;
  const auto lot = [&] { return absl::StrCat("\"urn:x:item:", r() % 20, "\""); };
  const std::string unit = absl::StrCat("\"urn:x:unit:", r() % 5, "\"");
  const std::string time = absl::StrFormat("%02d:%02d:%02d", r() % 24, r() % 60, r() % 60);
  switch (r() % 4) {
    case 0:
      return EventJson(
          "AggregationEvent", time,
          absl::StrCat(R"("action":"ADD","parentID":)", unit, R"(,"childEPCs":[)", lot(), "]"));
    case 1:
      return EventJson("AggregationEvent", time,
                       absl::StrCat(R"("action":"DELETE","parentID":)", unit));
    default: {
      const std::string id =
          r() % 3 == 0 ? absl::StrCat(R"("transformationID":"urn:x:t:)", r() % 4, "\",") : "";
      return EventJson(
          "TransformationEvent", time,
          absl::StrCat(id, R"("bizStep":"https://kitchen.example/steps/)", r() % 6,
                       R"(","readPoint":{"id":"urn:x:place:)", r() % 4, R"("},"inputEPCList":[)",
                       lot(), R"(],"outputEPCList":[)", lot(), "]"));
    }
  }
}

std::string Wrong(std::string event) {
  event.insert(event.size() - 1,
               R"(,"errorDeclaration":{"declarationTime":"2025-03-04T09:00:00Z"})");
  return event;
}

std::map<NodeId, std::set<NodeId>> AllReached(const Graph& graph) {
  std::map<NodeId, std::set<NodeId>> all;
  for (NodeId lot = 1; lot <= graph.lot_count(); ++lot) {
    for (const ReachedLot& each :
         Walk(graph, graph.Now(), {lot}, Direction::kForward, {1'000'000}).lots) {
      all[lot].insert(each.lot);
    }
  }
  return all;
}

void RequireSame(const Graph& a, const Graph& b) {
  REQUIRE(a.last() == b.last());
  REQUIRE(Pack(testing::Whole(a)) == Pack(testing::Whole(b)));
  REQUIRE(AllReached(a) == AllReached(b));
}

TEST_CASE("what is kept, and rebuilt at any time, is what was captured") {
  std::mt19937_64 random(shian::testing::Seed());
  World world;
  LiveGraph live(capture::ReadCaptured);
  std::vector<std::string> told;
  for (int round = 0; round < 60; ++round) {
    std::string event = RandomEvent(&random);
    if (!told.empty() && random() % 5 == 0) event = Wrong(told[random() % told.size()]);
    told.push_back(event);
    // What did not commit is not there, and its places are given out again.
    if (random() % 6 == 0) REQUIRE_FALSE(world.Capture(event, true));
    REQUIRE(world.Capture(event));
    if (random() % 3 == 0) world.See(live);
    if (random() % 10 == 0) REQUIRE(live.Keep(*world.store, 1).ok());
    if (random() % 10 != 0) continue;
    LiveGraph again(capture::ReadCaptured);
    RequireSame(*world.See(again), *world.See(live));
  }
  REQUIRE(live.Keep(*world.store, 1).ok());
  LiveGraph kept(capture::ReadCaptured);
  RequireSame(*world.See(kept), *world.See(live));
  // Another process that kept nothing of it would keep the same from the start: it does nothing.
  REQUIRE(kept.Keep(*world.store, 1).ok());
  LiveGraph last(capture::ReadCaptured);
  RequireSame(*world.See(last), *world.See(live));
}

TEST_CASE("a kept run that is damaged is made anew from the events") {
  std::mt19937_64 random(shian::testing::Seed());
  World world;
  LiveGraph live(capture::ReadCaptured);
  for (int i = 0; i < 5; ++i) {
    REQUIRE(world.Capture(RandomEvent(&random)));
    world.See(live);
    REQUIRE(live.Keep(*world.store, 1).ok());
  }
  const auto damage = [&] {
    REQUIRE(world.store
                .Write(kNow + absl::Hours(1),
                       [](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                         const auto changed = tx.Execute(
                             store::Sql{"UPDATE genealogy_run SET next_event = next_event + 1 "
                                        "WHERE first_event = $1"},
                             store::Values(int64_t{3}));
                         if (!changed.ok()) return changed.status();
                         return absl::StrCat(*changed);
                       })
                .ok());
  };
  damage();
  LiveGraph again(capture::ReadCaptured);
  RequireSame(*world.See(again), *world.See(live));
  REQUIRE(again.Keep(*world.store, 1).ok());
  // Now it is whole: nothing is left to be kept, and the next start finds all of it.
  int read = 0;
  LiveGraph third([&read](store::ReadTx& tx, int64_t after, int64_t epc, int limit) {
    auto batch = capture::ReadCaptured(tx, after, epc, limit);
    if (batch.ok()) read += static_cast<int>(batch->events.size());
    return batch;
  });
  RequireSame(*world.See(third), *world.See(live));
  CHECK(read == 0);
}

TEST_CASE("runs in the layout of an earlier version are made anew from the events") {
  std::mt19937_64 random(shian::testing::Seed());
  World world;
  LiveGraph live(capture::ReadCaptured);
  for (int i = 0; i < 5; ++i) {
    REQUIRE(world.Capture(RandomEvent(&random)));
    world.See(live);
    REQUIRE(live.Keep(*world.store, 1).ok());
  }
  const store::FactTable runs("genealogy_run", {"first_event", "next_event", "records"}, 1);
  REQUIRE(world.store
              .Write(kNow + absl::Hours(1),
                     [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                       auto rows = runs.Select(tx, store::Sql{"ORDER BY first_event"}, {});
                       if (!rows.ok()) return rows.status();
                       for (const store::Row& row : *rows) {
                         std::string records = row.Blob(2);
                         records[6] = '0';  // the number of the layout
                         records[7] = '1';
                         const absl::Status put = runs.Put(
                             tx, store::Values(row.Int(0), row.Int(1), store::Bytes{records}));
                         if (!put.ok()) return put;
                       }
                       return absl::StrCat(rows->size());
                     })
              .ok());
  LiveGraph again(capture::ReadCaptured);
  REQUIRE(again.Start(*world.store).ok());
  RequireSame(*world.See(again), *world.See(live));
  REQUIRE(again.Keep(*world.store, 1).ok());
  int read = 0;
  LiveGraph third([&read](store::ReadTx& tx, int64_t after, int64_t epc, int limit) {
    auto batch = capture::ReadCaptured(tx, after, epc, limit);
    if (batch.ok()) read += static_cast<int>(batch->events.size());
    return batch;
  });
  RequireSame(*world.See(third), *world.See(live));
  CHECK(read == 0);
}

TEST_CASE("a run is due by its events or by its records, and is cut where one is reached") {
  World world;
  LiveGraph live(capture::ReadCaptured);
  for (int i = 0; i < 4; ++i) {
    REQUIRE(world.Capture(EventJson("AggregationEvent", absl::StrFormat("10:00:%02d", i),
                                    R"("action":"ADD","parentID":"urn:x:unit:1",)"
                                    R"("childEPCs":["urn:x:item:1","urn:x:item:2"])")));
    world.See(live);
  }
  const size_t each = testing::Whole(*world.See(live)).size() / 4;
  REQUIRE(each > 1);
  const auto runs = [&] {
    int64_t count = 0;
    REQUIRE(world.store
                .Read([&](store::ReadTx& tx) -> absl::Status {
                  auto row = tx.QueryOne(store::Sql{"SELECT count(*) FROM genealogy_run"}, {});
                  if (row.ok()) count = (*row)->Int(0);
                  return row.status();
                })
                .ok());
    return count;
  };
  const uint32_t never = 1'000'000;
  REQUIRE(live.Keep(*world.store, never, 4 * each + 1).ok());
  CHECK(runs() == 0);
  // Two events' records are enough, so four events are two runs and nothing is left.
  REQUIRE(live.Keep(*world.store, never, each + 1).ok());
  CHECK(runs() == 2);
  REQUIRE(live.Keep(*world.store, 1, never).ok());
  CHECK(runs() == 2);
  LiveGraph kept(capture::ReadCaptured);
  RequireSame(*world.See(kept), *world.See(live));
}

TEST_CASE("what came in before a reader failed is there once") {
  std::mt19937_64 random(shian::testing::Seed());
  World world;
  for (int i = 0; i < 5; ++i) REQUIRE(world.Capture(RandomEvent(&random)));
  int calls = 0;
  LiveGraph live([&calls](store::ReadTx& tx, int64_t after, int64_t epc, int) {
    if (++calls == 2) {
      return absl::StatusOr<CapturedBatch>(absl::DeadlineExceededError("too late"));
    }
    return capture::ReadCaptured(tx, after, epc, 2);
  });
  REQUIRE_FALSE(world.store.Read([&](store::ReadTx& tx) { return live.CatchUp(tx); }).ok());
  LiveGraph whole(capture::ReadCaptured);
  RequireSame(*world.See(live), *world.See(whole));
  REQUIRE(live.Keep(*world.store, 1).ok());
  LiveGraph kept(capture::ReadCaptured);
  RequireSame(*world.See(kept), *world.See(whole));
}

TEST_CASE("a batch ends sooner where its events name much, and nothing is lost") {
  std::mt19937_64 random(shian::testing::Seed());
  World world;
  std::string told;
  for (int i = 0; i < 40; ++i) {
    const std::string event = i % 7 == 6 ? Wrong(told) : RandomEvent(&random);
    told = event;
    REQUIRE(world.Capture(event));
  }
  LiveGraph whole(capture::ReadCaptured);
  for (const int64_t links : {1, 3, 10}) {
    int batches = 0;
    LiveGraph cut([&](store::ReadTx& tx, int64_t after, int64_t epc, int limit) {
      ++batches;
      return capture::ReadCapturedUpTo(tx, after, epc, limit, links);
    });
    RequireSame(*world.See(cut), *world.See(whole));
    CHECK(batches > 3);
  }
}

TEST_CASE("an index of identifiers that is damaged is told, and takes nothing down") {
  for (const store::Sql damage : {store::Sql{"UPDATE capture_link SET epc = 0 WHERE sequence = 2"},
                                  store::Sql{"DELETE FROM capture_event WHERE sequence = 2"},
                                  store::Sql{"DELETE FROM capture_epc WHERE number = 1"}}) {
    World world;
    for (const char* time : {"10:00:00", "10:00:01", "10:00:02"}) {
      REQUIRE(world.Capture(EventJson("AggregationEvent", time,
                                      R"("action":"ADD","parentID":"urn:x:unit:1",)"
                                      R"("childEPCs":["urn:x:item:1"])")));
    }
    REQUIRE(world.store
                .Write(kNow + absl::Hours(1),
                       [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                         const auto changed = tx.Execute(damage, {});
                         if (!changed.ok()) return changed.status();
                         return absl::StrCat(*changed);
                       })
                .ok());
    LiveGraph live(capture::ReadCaptured);
    CHECK(absl::IsDataLoss(world.store.Read([&](store::ReadTx& tx) { return live.CatchUp(tx); })));
  }
}

TEST_CASE("readers on snapshots go on while events come in and parts are merged") {
  std::mt19937_64 random(shian::testing::Seed());
  World world;
  LiveGraph live(capture::ReadCaptured);
  REQUIRE(world.Capture(RandomEvent(&random)));
  std::atomic<bool> done{false};
  std::atomic<int> looked{0}, changed{0};
  std::thread reader([&] {
    while (!done) {
      const auto graph = world.See(live);
      const auto first = AllReached(*graph);
      live.MergeOnce();
      ++(AllReached(*graph) == first ? looked : changed);
    }
  });
  int captured = 0;
  for (int i = 0; i < 30; ++i) captured += world.Capture(RandomEvent(&random));
  done = true;
  reader.join();
  CHECK(captured == 30);
  CHECK(looked > 0);
  CHECK(changed == 0);
  LiveGraph again(capture::ReadCaptured);
  RequireSame(*world.See(again), *world.See(live));
}

}  // namespace
}  // namespace shian::trace
