// Data that others made for traces through containers; skipped where it is not there.
#include <catch2/catch.hpp>
#include <filesystem>
#include <iostream>
#include <set>
#include <string>

#include "absl/time/time.h"
#include "libs/base/time.h"
#include "nlohmann/json.hpp"
#include "services/trace/capture/testing.h"
#include "services/trace/genealogy/findings.h"
#include "services/trace/genealogy/testing.h"

namespace shian::trace {
namespace {

using nlohmann::json;
using testing::GraphMaker;

std::vector<std::string> Epcs(const json& event, const char* list, const char* quantities) {
  std::vector<std::string> epcs = event.value(list, std::vector<std::string>());
  for (const json& each : event.value(quantities, json::array())) epcs.push_back(each["epcClass"]);
  return epcs;
}

int64_t TimeOf(const json& event) {
  absl::Time time;
  std::string error;
  REQUIRE(
      absl::ParseTime(absl::RFC3339_full, event["eventTime"].get<std::string>(), &time, &error));
  return ToMicros(time);
}

// As capture would, but for the serial numbers of its logistic units, which are no GS1 keys.
void Tell(const json& event, GraphMaker* maker) {
  const int64_t time = TimeOf(event);
  if (event["type"] == "TransformationEvent") {
    maker->Process(time, event.value("transformationID", ""),
                   Epcs(event, "inputEPCList", "inputQuantityList"),
                   Epcs(event, "outputEPCList", "outputQuantityList"));
  } else if (event["type"] == "AggregationEvent") {
    const auto children = Epcs(event, "childEPCs", "childQuantityList");
    event["action"] == "DELETE" ? maker->Unpack(time, event["parentID"], children)
                                : maker->Pack(time, event["parentID"], children);
  } else {
    const auto lots = Epcs(event, "epcList", "quantityList");
    REQUIRE(lots.size() == 1);
    maker->Seen(time, lots[0], event["bizLocation"]["id"]);
  }
}

json TracebackEvents() {
  const std::string path = testing::DataFolder() + "/trace/traceback_tests.jsonld";
  if (!std::filesystem::exists(path)) {
    std::cout << "skipped: no data in " << path << "\n";
    return json::array();
  }
  return json::parse(testing::ReadFile(path))["epcisBody"]["eventList"];
}

// Numbers of the document's events that a trace of the lot asked for reaches; `told` has those of
// the events that were told, in their order.
std::set<int> ReachedEvents(const Graph& graph, const std::vector<int>& told, Direction direction,
                            size_t lots) {
  const NodeId lot = graph.Find("urn:gdst:example.org:product:lot:class:processor.2u.v1-0122-2022");
  REQUIRE(lot != kNone);
  const auto result = Walk(graph, graph.Now(), {lot}, direction, {1'000'000});
  CHECK(result.lots.size() == lots);
  std::set<int> numbers;
  Purse purse({1'000'000});
  for (const EventIndex event : EventsOf(graph, graph.Now(), result, &purse)) {
    numbers.insert(told[event - 1]);
  }
  return numbers;
}

// Worked out by hand. The document has 21 events, numbers 0 to 20, under 16 event ids: 9 and 11
// have the id of 1, 10 and 12 that of 2, 20 that of 19.
//   Lots: hatchery fry (0, 1, 2) and feed (11, 12, 13) become tuna at harvest (14), which is
//   shipped (3, 4); other tuna is caught and landed (5 to 8); both are commingled (15) and cut into
//   the lot asked for (16). Units: the lot is packed into 0004 (17), 0004 into 0005 (18); 0005
//   travels (9, 10) and is emptied (19), and the lot is taken out of 0004 (20).
// Back reaches six lots, which 17 events name: all but 9, 10, 18 and 19. Those four speak of 0005
// while 0004, and in it the lot, was inside, so back reaches all 21. Forward reaches the lot and
// the two units: its making (16), 17 and 20, and the four of 0005.
TEST_CASE("the trace through containers that others made reaches all that it must") {
  const json events = TracebackEvents();
  if (events.empty()) return;
  REQUIRE(events.size() == 21);
  GraphMaker maker;
  std::vector<int> told;
  for (int i = 0; i < 21; ++i) {
    Tell(events[i], &maker);
    told.push_back(i);
  }
  std::set<int> all(told.begin(), told.end());
  CHECK(ReachedEvents(maker.graph(), told, Direction::kBack, 6) == all);
  CHECK(ReachedEvents(maker.graph(), told, Direction::kForward, 3) ==
        std::set<int>{9, 10, 16, 17, 18, 19, 20});
}

// As capture takes the document: an id that comes again with another content is a conflict. The lot
// is never taken out of 0004 then, but 0004 still leaves 0005.
TEST_CASE("the same with the first event of each id: all 16 ids are reached") {
  const json events = TracebackEvents();
  if (events.empty()) return;
  GraphMaker maker;
  std::vector<int> told;
  std::set<std::string> ids;
  for (int i = 0; i < 21; ++i) {
    if (!ids.insert(events[i]["eventID"]).second) continue;
    Tell(events[i], &maker);
    told.push_back(i);
  }
  REQUIRE(ids.size() == 16);
  CHECK(ReachedEvents(maker.graph(), told, Direction::kBack, 4 + 2) ==
        std::set<int>(told.begin(), told.end()));
  CHECK(ReachedEvents(maker.graph(), told, Direction::kForward, 3) ==
        std::set<int>{16, 17, 18, 19});
}

}  // namespace
}  // namespace shian::trace
