#include "services/trace/capture/store.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <iostream>
#include <limits>
#include <random>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "embedded/trace_schema.h"
#include "libs/base/testing.h"
#include "libs/base/time.h"
#include "libs/store/testing.h"
#include "services/trace/capture/document.h"
#include "services/trace/capture/testing.h"
#include "services/trace/genealogy/service_graph.h"
#include "services/trace/genealogy/trace.h"

namespace shian::trace {
namespace {

using testing::Document;
using testing::EventJson;

const absl::Time kNow = FromMicros(1'741'000'000'000'000);

store::Schema TestSchema() {
  store::Schema schema(1);
  schema.Add("trace", kMigrations);
  return schema;
}

std::string Object(const std::string& lot, const std::string& rest = "") {
  return EventJson("ObjectEvent", "09:00:00",
                   R"("action":"OBSERVE","epcList":[")" + lot + "\"]" + rest);
}

std::string Process(const std::string& from, const std::string& to) {
  return EventJson("TransformationEvent", "10:00:00",
                   R"("inputEPCList":[")" + from + R"("],"outputEPCList":[")" + to + "\"]");
}

// The service's store without the service.
struct World {
  store::TemporaryStore store{TestSchema()};

  std::vector<capture::Outcome> Capture(const std::string& events,
                                        OnError on_error = OnError::kProceed) {
    return CaptureParsed(ReadDocument(Document(events)).events, on_error);
  }

  std::vector<capture::Outcome> CaptureParsed(const std::vector<ParsedEvent>& parsed,
                                              OnError on_error = OnError::kProceed) {
    std::vector<capture::Outcome> outcomes;
    Origin origin;
    origin.system = "test";
    const auto written = store.Write(kNow, [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
      auto done = capture::CaptureBatch(tx, parsed, origin, on_error);
      if (!done.ok()) return done.status();
      outcomes = *done;
      return std::string();
    });
    REQUIRE(written.ok());
    return outcomes;
  }

  std::vector<capture::StoredEvent> List(const capture::EventFilter& filter) {
    std::vector<capture::StoredEvent> events;
    REQUIRE(store
                .Read([&](store::ReadTx& tx) {
                  auto found = capture::ListEvents(tx, filter, 0, 100);
                  if (found.ok()) events = *found;
                  return found.status();
                })
                .ok());
    return events;
  }
};

capture::EventFilter Everything() {
  capture::EventFilter filter;
  filter.from_micros = std::numeric_limits<int64_t>::min();
  filter.to_micros = std::numeric_limits<int64_t>::max();
  return filter;
}

TEST_CASE("an event is captured once, also within one batch and after a restart") {
  World world;
  const auto first = world.Capture(Object("urn:x:lot:1") + "," + Object("urn:x:lot:1"));
  CHECK(first[0].verdict == Verdict::kCaptured);
  CHECK(first[1].verdict == Verdict::kAlreadyCaptured);
  world.store.Reopen();
  const auto again = world.Capture(Object("urn:x:lot:1"));
  CHECK(again[0].verdict == Verdict::kAlreadyCaptured);
  CHECK(again[0].sequence == first[0].sequence);
  const auto events = world.List(Everything());
  REQUIRE(events.size() == 1);
  CHECK(events[0].event.json == Object("urn:x:lot:1"));
}

TEST_CASE("one event id for two contents is a conflict; rollback takes the rest with it") {
  World world;
  const std::string id = R"(,"eventID":"urn:uuid:7")";
  CHECK(world.Capture(Object("urn:x:lot:1", id))[0].verdict == Verdict::kCaptured);
  const std::string batch = Object("urn:x:lot:2", id) + "," + Object("urn:x:lot:3");
  const auto rolled = world.Capture(batch, OnError::kRollback);
  CHECK(rolled[0].verdict == Verdict::kConflict);
  CHECK(rolled[1].verdict == Verdict::kRolledBack);
  const auto proceeded = world.Capture(batch, OnError::kProceed);
  CHECK(proceeded[0].verdict == Verdict::kConflict);
  CHECK(proceeded[1].verdict == Verdict::kCaptured);
  CHECK(proceeded[1].sequence == 2);
}

TEST_CASE("what a rolled-back batch repeats is not stored either, and does not say so") {
  World world;
  const std::string declaration =
      R"(,"errorDeclaration":{"declarationTime":"2025-03-04T09:00:00Z","reason":"did_not_occur"})";
  const std::string event = Object("urn:x:lot:1"), declared = Object("urn:x:lot:1", declaration);
  const std::string batch = event + "," + event + "," + declared + "," + declared + ",7";
  const auto rolled = world.Capture(batch, OnError::kRollback);
  for (size_t i = 0; i < 4; ++i) CHECK(rolled[i].verdict == Verdict::kRolledBack);
  CHECK(rolled[4].verdict == Verdict::kInvalid);
  CHECK(world.List(Everything()).empty());
  CHECK(world.Capture(event)[0].verdict == Verdict::kCaptured);
  const auto again = world.Capture(batch, OnError::kRollback);
  CHECK(again[0].verdict == Verdict::kAlreadyCaptured);
  CHECK(again[1].verdict == Verdict::kAlreadyCaptured);
  CHECK(again[3].verdict == Verdict::kRolledBack);
}

TEST_CASE("a declaration stands beside its event and is found with it") {
  World world;
  const std::string declaration =
      R"(,"errorDeclaration":{"declarationTime":"2025-03-04T09:00:00Z","reason":"did_not_occur"})";
  CHECK(world.Capture(Object("urn:x:lot:1"))[0].verdict == Verdict::kCaptured);
  CHECK(world.Capture(Object("urn:x:lot:1", declaration))[0].verdict == Verdict::kDeclaration);
  CHECK(world.Capture(Object("urn:x:lot:1", declaration))[0].verdict == Verdict::kAlreadyCaptured);
  const auto events = world.List(Everything());
  REQUIRE(events.size() == 2);
  CHECK_FALSE(events[0].declared_by.empty());
  CHECK(events[1].event.declaration.has_value());
}

// All that the graph would take in, as text.
std::string CapturedText(World& world) {
  std::string out;
  REQUIRE(world.store
              .Read([&](store::ReadTx& tx) -> absl::Status {
                const auto batch = capture::ReadCaptured(tx, 0, 0, 1'000);
                if (!batch.ok()) return batch.status();
                for (const CapturedEpc& epc : batch->epcs) {
                  absl::StrAppend(&out, "epc ", epc.number, " ", epc.epc, "\n");
                }
                for (const CapturedEvent& event : batch->events) {
                  absl::StrAppend(&out, "event ", event.sequence);
                  for (const CapturedLink& link : event.links) {
                    absl::StrAppend(&out, " ", static_cast<int>(link.role), "/", link.epc, "/",
                                    link.quantity_micros);
                  }
                  out += "\n";
                }
                for (const CapturedMask& mask : batch->masks) {
                  absl::StrAppend(&out, "mask ", mask.sequence, " ", mask.masked_from, "\n");
                }
                return absl::OkStatus();
              })
              .ok());
  return out;
}

TEST_CASE("what is stored does not depend on how the events came in batches") {
  std::mt19937_64 random(shian::testing::Seed());
  const std::string declaration =
      R"(,"errorDeclaration":{"declarationTime":"2025-03-04T09:00:00Z","reason":"did_not_occur"})";
  std::vector<std::string> told;
  for (int i = 0; i < 120; ++i) {
    const std::string lot = absl::StrCat("urn:x:lot:", random() % 40);
    const std::string quantity =
        random() % 2 == 0 ? "" : R"(,"quantityList":[{"epcClass":"urn:x:lot:q","quantity":2}])";
    told.push_back(Object(lot, quantity + (random() % 3 == 0 ? declaration : "")));
  }
  std::string expected;
  for (const size_t most : {size_t{1}, size_t{7}, size_t{50}, told.size()}) {
    World world;
    for (size_t next = 0; next < told.size();) {
      std::vector<std::string> some;
      const size_t end = std::min(told.size(), next + (most == 1 ? 1 : 1 + random() % most));
      some.assign(told.begin() + static_cast<ptrdiff_t>(next),
                  told.begin() + static_cast<ptrdiff_t>(end));
      world.Capture(absl::StrJoin(some, ","));
      next = end;
    }
    const std::string text = CapturedText(world);
    if (most == 1) expected = text;
    INFO("batches of at most " << most);
    CHECK(text == expected);
    CHECK(absl::StrContains(text, "mask "));
  }
}

TEST_CASE("events are listed by lot in either form, by place and by step") {
  World world;
  world.Capture(
      Object("urn:epc:class:lgtin:6901234.056789.L1",
             R"(,"bizStep":"shipping","readPoint":{"id":"urn:epc:id:sgln:6901234.00001.0"})") +
      "," + Object("urn:x:lot:2"));
  capture::EventFilter filter = Everything();
  filter.epc = "https://id.gs1.org/01/06901234567892/10/L1";
  CHECK(world.List(filter).size() == 1);
  filter = Everything();
  filter.place = "https://id.gs1.org/414/6901234000016";
  CHECK(world.List(filter).size() == 1);
  filter = Everything();
  filter.biz_step = "https://ref.gs1.org/cbv/BizStep-shipping";
  CHECK(world.List(filter).size() == 1);
}

TEST_CASE("the document of the containment trace comes in whole") {
  const std::string path = testing::DataFolder() + "/trace/traceback_tests.jsonld";
  if (!std::filesystem::exists(path)) {
    std::cerr << "skipped: no " << path << "\n";
    return;
  }
  const ParsedDocument document = ReadDocument(testing::ReadFile(path));
  REQUIRE(document.broken == nullptr);
  REQUIRE(document.events.size() == 21);
  int warned = 0;
  for (const ParsedEvent& parsed : document.events) {
    for (const Violation& each : parsed.findings.violations()) {
      UNSCOPED_INFO(each.rule->id << " " << each.field << " " << each.value);
    }
    CHECK(parsed.findings.empty());
    for (const Violation& each : parsed.warnings.violations()) {
      warned += each.rule == &rules::kEpcLength ? 1 : 0;
    }
  }
  CHECK(warned == 7);
  // Three of its event ids stand on eight events of different content: those that come later under
  // a taken id are conflicts.
  World world;
  int captured = 0, conflicts = 0;
  for (const capture::Outcome& outcome : world.CaptureParsed(document.events)) {
    captured += outcome.verdict == Verdict::kCaptured ? 1 : 0;
    conflicts += outcome.verdict == Verdict::kConflict ? 1 : 0;
  }
  CHECK(captured == 16);
  CHECK(conflicts == 5);
}

std::set<std::string> Forward(World& world, genealogy::LiveGraph& live, const std::string& seed) {
  std::set<std::string> lots;
  REQUIRE(world.store
              .Read([&](store::ReadTx& tx) {
                return live.Read(tx, [&](const Graph& graph) {
                  const NodeId node = graph.Find(seed);
                  if (node == kNone) return absl::OkStatus();
                  const auto result =
                      Trace(graph, graph.Now(), {node}, Direction::kForward, {1'000'000});
                  for (const ReachedLot& lot : result.lots) lots.insert(graph.NameOf(lot.lot));
                  return absl::OkStatus();
                });
              })
              .ok());
  return lots;
}

TEST_CASE("the graph follows the store, and a wrong event leaves it again") {
  World world;
  genealogy::LiveGraph live(capture::ReadCaptured);
  world.Capture(Process("urn:x:lot:1", "urn:x:lot:2"));
  CHECK(Forward(world, live, "urn:x:lot:1").size() == 2);
  world.Capture(Process("urn:x:lot:2", "urn:x:lot:3"));
  CHECK(Forward(world, live, "urn:x:lot:1").size() == 3);
  std::string wrong = Process("urn:x:lot:2", "urn:x:lot:3");
  wrong.insert(wrong.size() - 1,
               R"(,"errorDeclaration":{"declarationTime":"2025-03-04T09:00:00Z"})");
  CHECK(world.Capture(wrong)[0].verdict == Verdict::kDeclaration);
  CHECK(Forward(world, live, "urn:x:lot:1").size() == 2);
  genealogy::LiveGraph rebuilt(capture::ReadCaptured);
  CHECK(Forward(world, rebuilt, "urn:x:lot:1").size() == 2);
}

// What SQL says: inputs to outputs of one process, transitively, by the stored links alone.
std::set<std::string> ForwardBySql(World& world, const std::string& seed) {
  std::set<std::string> lots;
  REQUIRE(world.store
              .Read([&](store::ReadTx& tx) {
                return tx.ForEach(
                    store::Sql{"WITH RECURSIVE reached(epc) AS (SELECT number FROM capture_epc "
                               "WHERE epc = $1 UNION SELECT o.epc FROM reached r JOIN "
                               "capture_link i ON i.epc = r.epc AND i.role = 4 JOIN capture_link o "
                               "ON o.sequence = i.sequence AND o.role = 5) SELECT e.epc FROM "
                               "reached r JOIN capture_epc e ON e.number = r.epc"},
                    store::Values(seed), [&](const store::Row& row) {
                      lots.insert(row.Text(0));
                      return absl::OkStatus();
                    });
              })
              .ok());
  return lots;
}

TEST_CASE("the graph's answer equals SQL's on random chains, whatever the batches") {
  std::mt19937_64 random(shian::testing::Seed());
  for (int round = 0; round < 5; ++round) {
    World world;
    genealogy::LiveGraph live(capture::ReadCaptured);
    std::string batch;
    for (int i = 0; i < 60; ++i) {
      const auto lot = [&] { return "urn:x:lot:" + std::to_string(random() % 25); };
      batch += (batch.empty() ? "" : ",") + Process(lot(), lot());
      if (random() % 7 != 0) continue;
      world.Capture(batch);
      batch.clear();
    }
    if (!batch.empty()) world.Capture(batch);
    for (int lot = 0; lot < 25; ++lot) {
      const std::string seed = "urn:x:lot:" + std::to_string(lot);
      REQUIRE(Forward(world, live, seed) == ForwardBySql(world, seed));
    }
  }
}

}  // namespace
}  // namespace shian::trace
