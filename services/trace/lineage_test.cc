// LineageService over mTLS: traces as a stream, their events and edges, going on where one stopped,
// and what complaints have in common.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "libs/base/hash.h"
#include "services/trace/genealogy/service_lineage.h"
#include "services/trace/service_testing.h"

namespace shian::trace {
namespace {

struct Streamed {
  std::vector<std::string> lots;
  std::vector<v1::TracedLot> traced;
  std::vector<v1::TraceEdge> edges;
  std::vector<std::string> events;
  v1::TraceSummary summary;
  std::string revision;
  int pieces = 0;
};

v1::StreamTraceRequest About(const std::string& seed, v1::TraceDirection direction,
                             v1::TraceDetail detail = v1::TRACE_DETAIL_LOTS) {
  v1::StreamTraceRequest in;
  in.add_seeds(seed);
  in.set_direction(direction);
  in.set_detail(detail);
  return in;
}

grpc::Status TryStream(World& world, const v1::StreamTraceRequest& in, Streamed* out) {
  const auto context = Context();
  const auto reader = world.lineage->StreamTrace(context.get(), in);
  v1::StreamTraceResponse piece;
  while (reader->Read(&piece)) {
    ++out->pieces;
    for (const v1::TracedLot& lot : piece.lots()) {
      out->lots.push_back(lot.epc());
      out->traced.push_back(lot);
    }
    out->edges.insert(out->edges.end(), piece.edges().begin(), piece.edges().end());
    out->events.insert(out->events.end(), piece.events().begin(), piece.events().end());
    if (piece.has_summary()) out->summary = piece.summary();
    out->revision += piece.revision();
  }
  return reader->Finish();
}

Streamed Stream(World& world, const v1::StreamTraceRequest& in) {
  Streamed out;
  const grpc::Status status = TryStream(world, in, &out);
  INFO(status.error_message());
  REQUIRE(status.ok());
  return out;
}

TEST_CASE("a streamed trace tells lots, edges, events or one way to each lot") {
  World world;
  world.Capture(MeatChain());
  const std::string pig = "urn:epc:class:lgtin:6909999.012345.PIG1";
  const auto counts =
      Stream(world, About(pig, v1::TRACE_DIRECTION_FORWARD, v1::TRACE_DETAIL_COUNTS));
  CHECK(counts.lots.empty());
  CHECK(counts.pieces == 1);
  CHECK(counts.summary.complete());
  CHECK(counts.summary.lots() == 3);
  CHECK_FALSE(counts.revision.empty());

  const auto edges = Stream(world, About(pig, v1::TRACE_DIRECTION_FORWARD, v1::TRACE_DETAIL_EDGES));
  CHECK(edges.lots.size() == 3);
  REQUIRE(edges.edges.size() == 3);
  CHECK_FALSE(edges.edges[0].made());
  CHECK(absl::EndsWith(edges.edges[0].epc(), "/10/PIG1"));
  CHECK(edges.edges[1].made());
  CHECK(edges.edges[1].process() == edges.edges[0].process());
  CHECK(absl::StartsWith(edges.edges[0].process(), "events/"));
  CHECK_FALSE(edges.edges[2].unit().empty());

  const auto events =
      Stream(world, About(kMeat, v1::TRACE_DIRECTION_BACK, v1::TRACE_DETAIL_EVENTS));
  CHECK(events.events.size() == 4);

  const auto ways = Stream(world, About(kMeat, v1::TRACE_DIRECTION_BOTH, v1::TRACE_DETAIL_PATHS));
  REQUIRE(ways.traced.size() == 4);
  CHECK(ways.traced[0].steps_size() == 0);
  REQUIRE(ways.traced[1].steps_size() == 1);
  CHECK(ways.traced[1].steps(0).to() == kMeat);
  CHECK(ways.traced[3].steps(0).containment());
}

TEST_CASE("a trace in time leaves out what cannot have been") {
  World world;
  world.Capture(Document(absl::StrCat(
      EventJson("TransformationEvent", "08:00:00",
                R"("inputEPCList":["urn:x:item:a"],"outputEPCList":["urn:x:item:b"])"),
      ",",
      EventJson("TransformationEvent", "07:00:00",
                R"("inputEPCList":["urn:x:item:b"],"outputEPCList":["urn:x:item:c"])"))));
  auto in = About("urn:x:item:a", v1::TRACE_DIRECTION_FORWARD);
  CHECK(Stream(world, in).lots.size() == 3);
  in.set_time_respecting(true);
  CHECK(Stream(world, in).lots.size() == 2);
}

// A making at a place, by a business step of one's own.
std::string Cutting(const char* time, const char* from, const char* to, const char* step) {
  return EventJson("TransformationEvent", time,
                   absl::StrCat(R"("bizLocation":{"id":"urn:epc:id:sgln:6901234.00001.0"},)",
                                R"("bizStep":"https://kitchen.example/steps/)", step,
                                R"(","inputEPCList":["urn:x:item:)", from,
                                R"("],"outputEPCList":["urn:x:item:)", to, R"("])"));
}

TEST_CASE("a trace follows contamination where it is asked to, and says so") {
  World world;
  world.Capture(Document(absl::StrCat(Cutting("08:00:00", "chicken", "fillet", "cutting"), ",",
                                      Cutting("09:30:00", "lettuce", "salad", "cutting"), ",",
                                      Cutting("09:40:00", "milk", "cream", "boiling"))));
  auto in = About("urn:x:item:chicken", v1::TRACE_DIRECTION_FORWARD, v1::TRACE_DETAIL_PATHS);
  CHECK(Stream(world, in).lots.size() == 2);
  in.mutable_cross_contamination()->set_window_hours(2);
  const auto all = Stream(world, in);
  CHECK(all.lots.size() == 4);
  CHECK(all.summary.beside() == 2);
  CHECK(all.summary.killed() == 0);
  CHECK(all.traced[1].steps(0).beside().empty());
  CHECK(all.traced[2].epc() == "urn:x:item:salad");
  CHECK(absl::StartsWith(all.traced[2].steps(0).beside(), "events/"));
  CHECK(all.traced[2].steps(0).from() == "urn:x:item:chicken");

  in.mutable_cross_contamination()->add_kill_steps("https://kitchen.example/steps/boiling");
  for (const bool in_time : {false, true}) {
    in.set_time_respecting(in_time);
    const auto killed = Stream(world, in);
    CHECK(killed.lots.size() == 3);
    CHECK(killed.summary.beside() == 1);
  }
  in.set_detail(v1::TRACE_DETAIL_EDGES);
  const auto edges = Stream(world, in);
  CHECK(std::count_if(edges.edges.begin(), edges.edges.end(), [](const v1::TraceEdge& edge) {
          return !edge.beside().empty() && edge.epc().empty() && !edge.process().empty();
        }) == 1);
  // By its own ingredient nothing of the milk is left either.
  auto milk = About("urn:x:item:milk", v1::TRACE_DIRECTION_FORWARD, v1::TRACE_DETAIL_COUNTS);
  *milk.mutable_cross_contamination() = in.cross_contamination();
  CHECK(Stream(world, milk).summary.lots() == 1);
  CHECK(Stream(world, milk).summary.killed() == 1);
}

TEST_CASE("a trace that was cut short goes on by its token") {
  World world;
  std::string events;
  for (int i = 0; i < 20; ++i) {
    absl::StrAppend(&events, i == 0 ? "" : ",",
                    EventJson("TransformationEvent", "08:00:00",
                              absl::StrCat(R"("inputEPCList":["urn:x:item:)", i,
                                           R"("],"outputEPCList":["urn:x:item:)", i + 1, R"("])")));
  }
  world.Capture(Document(events));
  auto in = About("urn:x:item:10", v1::TRACE_DIRECTION_BOTH);
  const auto whole = Stream(world, in);
  CHECK(whole.lots.size() == 22);
  in.set_max_edges(7);
  std::vector<std::string> lots;
  int calls = 0;
  do {
    const auto part = Stream(world, in);
    lots.insert(lots.end(), part.lots.begin(), part.lots.end());
    REQUIRE(part.summary.complete() == part.summary.resume().empty());
    if (!part.summary.complete()) CHECK(part.summary.stopped_by() == "max_edges");
    in.set_resume(part.summary.resume());
    // What is captured meanwhile changes nothing in an answer that was begun.
    if (++calls == 2) {
      world.Capture(Document(
          EventJson("TransformationEvent", "09:00:00",
                    R"("inputEPCList":["urn:x:item:10"],"outputEPCList":["urn:x:item:new"])")));
    }
  } while (!in.resume().empty());
  CHECK(calls > 3);
  CHECK(lots == whole.lots);

  Streamed out;
  in.set_resume("forged");
  const auto refused = errors::ReasonOf(rpc::FromGrpc(TryStream(world, in, &out)));
  CHECK(refused == Reason::kPageTokenInvalid);
}

struct Exported {
  std::string data;
  v1::ExportSummary summary;
};

Exported ExportOf(World& world, const v1::ExportRecordsRequest& in) {
  Exported out;
  const auto context = Context();
  const auto reader = world.lineage->ExportRecords(context.get(), in);
  v1::ExportRecordsResponse piece;
  while (reader->Read(&piece)) {
    out.data += piece.data();
    if (piece.has_summary()) out.summary = piece.summary();
  }
  const grpc::Status status = reader->Finish();
  INFO(status.error_message());
  REQUIRE(status.ok());
  CHECK(out.summary.sha256() == Sha256(out.data));
  return out;
}

TEST_CASE("a chain's records are one file: a table, or a document that is captured already") {
  World world;
  world.Capture(MeatChain());
  v1::ExportRecordsRequest in;
  in.add_seeds(kMeat);
  in.set_direction(v1::TRACE_DIRECTION_BOTH);
  in.set_format(v1::EXPORT_FORMAT_CSV);
  const Exported sheet = ExportOf(world, in);
  CHECK(sheet.summary.complete());
  CHECK(sheet.summary.events() == 4);
  // A heading; the pig, both sides of the cut, the pallet with what it holds, and its shipment.
  const std::vector<std::string> lines = absl::StrSplit(sheet.data, "\r\n", absl::SkipEmpty());
  CHECK(lines.size() == 7);
  CHECK(absl::StrContains(lines[1], "commissioning"));
  CHECK(absl::StrContains(lines[6], "shipping"));

  in.set_format(v1::EXPORT_FORMAT_JSON_LD);
  const auto answer = world.Capture(ExportOf(world, in).data);
  REQUIRE(answer.verdicts_size() == 4);
  for (const v1::EventVerdict& verdict : answer.verdicts()) {
    CHECK(verdict.verdict() == v1::VERDICT_ALREADY_CAPTURED);
  }

  in.mutable_from_event_time()->set_seconds(4'000'000'000);
  const Exported nothing = ExportOf(world, in);
  CHECK(nothing.summary.events() == 0);
  CHECK(nothing.summary.complete());
  in.clear_from_event_time();
  in.set_max_edges(1);
  const Exported cut = ExportOf(world, in);
  CHECK_FALSE(cut.summary.complete());
  CHECK(cut.summary.stopped_by() == "max_edges");
  in.clear_format();
  const auto context = Context();
  const auto refused = world.lineage->ExportRecords(context.get(), in);
  v1::ExportRecordsResponse piece;
  CHECK_FALSE(refused->Read(&piece));
  CHECK(refused->Finish().error_code() == grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_CASE("an answer of more than one piece comes whole, piece after piece") {
  World world;
  for (int document = 0; document < 2; ++document) {
    std::string events;
    for (int i = document * 400; i < (document + 1) * 400; ++i) {
      absl::StrAppend(
          &events, events.empty() ? "" : ",",
          EventJson("TransformationEvent", "08:00:00",
                    absl::StrCat(R"("inputEPCList":["urn:x:item:)", i,
                                 R"("],"outputEPCList":["urn:x:item:)", i + 1, R"("])")));
    }
    world.Capture(Document(events));
  }
  const auto whole = Stream(world, About("urn:x:item:0", v1::TRACE_DIRECTION_FORWARD));
  CHECK(whole.pieces > 1);
  CHECK(whole.lots.size() == 801);
  CHECK(whole.summary.complete());
}

TEST_CASE("one caller does not take all places of streams") {
  StreamPlaces places(3, 2);
  auto first = places.Take("portal"), second = places.Take("portal");
  REQUIRE(first != nullptr);
  REQUIRE(second != nullptr);
  CHECK(places.Take("portal") == nullptr);
  const auto other = places.Take("laboratory");
  REQUIRE(other != nullptr);
  CHECK(places.Take("office") == nullptr);  // all three are taken
  first.reset();
  CHECK(places.Take("laboratory") != nullptr);
  CHECK(places.Take("portal") != nullptr);  // what was not kept is free again
}

TEST_CASE("what is no question is refused with its field, and an unknown lot is not found") {
  World world;
  Streamed out;
  const auto code = [&](const v1::StreamTraceRequest& in) {
    return TryStream(world, in, &out).error_code();
  };
  CHECK(code({}) == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(code(About("urn:x:item:never", v1::TRACE_DIRECTION_BACK)) == grpc::StatusCode::NOT_FOUND);
  auto in = About("urn:x:item:a", v1::TRACE_DIRECTION_BACK);
  in.set_budget_ms(30'001);
  CHECK(code(in) == grpc::StatusCode::INVALID_ARGUMENT);
  for (const int hours : {-1, 8'785}) {
    in = About("urn:x:item:a", v1::TRACE_DIRECTION_BACK);
    in.mutable_cross_contamination()->set_window_hours(hours);
    CHECK(code(in) == grpc::StatusCode::INVALID_ARGUMENT);
  }
  in = About("urn:x:item:a", v1::TRACE_DIRECTION_BACK);
  in.mutable_cross_contamination()->add_kill_steps("no word of any vocabulary");
  CHECK(code(in) == grpc::StatusCode::INVALID_ARGUMENT);
  v1::TraceRequest unary;
  unary.add_seeds("urn:x:item:a");
  unary.set_direction(v1::TRACE_DIRECTION_BACK);
  unary.set_detail(v1::TRACE_DETAIL_EVENTS);
  v1::TraceResponse answer;
  CHECK(world.genealogy->Trace(Context().get(), unary, &answer).error_code() ==
        grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_CASE("complaints lead to what they have in common, the nearest first") {
  World world;
  const auto process = [](const std::string& from, const std::string& to) {
    return EventJson("TransformationEvent", "08:00:00",
                     absl::StrCat(R"("inputEPCList":[)", from, R"(],"outputEPCList":[)", to, "]"));
  };
  const auto item = [](const std::string& id) { return absl::StrCat("\"urn:x:item:", id, "\""); };
  world.Capture(Document(absl::StrCat(
      process(item("farm"), item("salt")), ",",
      process(item("salt") + "," + item("fish"), item("a")), ",", process(item("salt"), item("b")),
      ",", process(item("salt"), item("c")), ",", process(item("fish"), item("b2")))));
  v1::FindCommonSourcesRequest in;
  for (const char* id : {"a", "b", "c", "b2", "never"}) {
    in.add_complaints(absl::StrCat("urn:x:item:", id));
  }
  v1::FindCommonSourcesResponse out;
  const grpc::Status status = world.lineage->FindCommonSources(Context().get(), in, &out);
  INFO(status.error_message());
  REQUIRE(status.ok());
  CHECK(out.complete());
  REQUIRE(out.unknown_complaints_size() == 1);
  REQUIRE(out.sources_size() == 3);
  CHECK(out.sources(0).epc() == "urn:x:item:salt");
  CHECK(out.sources(0).complaints() == 3);
  REQUIRE(out.sources(0).missing_size() == 1);
  CHECK(out.sources(0).missing(0) == "urn:x:item:b2");
  CHECK(out.sources(1).epc() == "urn:x:item:farm");
  CHECK(out.sources(2).epc() == "urn:x:item:fish");
}

}  // namespace
}  // namespace shian::trace
