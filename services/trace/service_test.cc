#include <filesystem>
#include <iostream>

#include "services/trace/service_testing.h"

namespace shian::trace {
namespace {

TEST_CASE("events are captured once, traced both ways, and found") {
  World world;
  const auto first = world.Capture(MeatChain());
  REQUIRE(first.verdicts_size() == 4);
  for (const auto& verdict : first.verdicts()) {
    CHECK(verdict.verdict() == v1::VERDICT_CAPTURED);
    CHECK(verdict.row().outcome() == common::v1::ROW_OUTCOME_NEW);
  }
  const auto again = world.Capture(MeatChain());
  for (const auto& verdict : again.verdicts()) {
    CHECK(verdict.verdict() == v1::VERDICT_ALREADY_CAPTURED);
  }
  const std::string pig = "https://id.gs1.org/01/06909999123453/10/PIG1";
  const auto back = world.Trace(kMeat, v1::TRACE_DIRECTION_BACK);
  CHECK(back.size() == 2);
  const auto forward =
      world.Trace("urn:epc:class:lgtin:6909999.012345.PIG1", v1::TRACE_DIRECTION_FORWARD);
  CHECK(forward.contains(kMeat));
  CHECK(forward.size() == 3);  // and the pallet

  v1::ListEventsRequest list;
  list.set_epc("urn:epc:class:lgtin:6901234.056789.M1");
  v1::ListEventsResponse events;
  REQUIRE(world.capture->ListEvents(Context().get(), list, &events).ok());
  CHECK(events.events_size() == 2);
  v1::GetEventRequest get;
  get.set_name(events.events(0).name());
  v1::GetEventResponse event;
  REQUIRE(world.capture->GetEvent(Context().get(), get, &event).ok());
  CHECK(event.event().links_size() == 2);

  v1::ListContentsRequest contents;
  contents.set_unit("urn:epc:id:sscc:6901234.0000000001");
  v1::ListContentsResponse inside;
  REQUIRE(world.genealogy->ListContents(Context().get(), contents, &inside).ok());
  REQUIRE(inside.contents_size() == 1);
  CHECK(inside.contents(0).epc() == kMeat);
}

TEST_CASE("a trace starts in the caller's region and goes on wherever the chain does") {
  World world;
  world.Capture(MeatChain());
  registry::v1::OperatorChanged elsewhere = CanteenRegistered();
  elsewhere.mutable_operator_()->mutable_sites(0)->set_region("110101");
  world.React(GenealogyReactions(), "shian.registry.operator.registered",
              elsewhere.SerializeAsString());
  const auto refused = [&](const std::string& seed, const std::string& token) {
    v1::TraceRequest in;
    in.add_seeds(seed);
    in.set_direction(v1::TRACE_DIRECTION_FORWARD);
    v1::TraceResponse out;
    return errors::ReasonOf(rpc::FromGrpc(world.genealogy->Trace(Context(token).get(), in, &out)));
  };
  const std::string county = TokenFor(OfficerNamed("p1", {"handler"}));
  CHECK(refused(kMeat, county) == Reason::kRegionNotAllowed);
  CHECK_FALSE(refused(kMeat, ""));
  // The pig was never at a registered place; its trace reaches the other county all the same.
  CHECK_FALSE(refused("urn:epc:class:lgtin:6909999.012345.PIG1", county));
}

v1::CaptureStreamRequest Chunk(const std::vector<std::string>& events) {
  v1::CaptureStreamRequest chunk;
  chunk.set_request_id(NewUuid7(absl::Now()));
  for (const std::string& event : events) {
    auto* row = chunk.add_rows();
    row->set_line(chunk.rows_size());
    row->set_json(event);
  }
  return chunk;
}

std::string Seen(const std::string& lot) {
  return EventJson("ObjectEvent", "09:00:00", R"("action":"OBSERVE","epcList":[")" + lot + "\"]");
}

TEST_CASE("a stream of chunks gives a verdict per event and needs its end") {
  World world;
  const auto context = Context();
  const auto stream = world.capture->CaptureStream(context.get());
  REQUIRE(stream->Write(Chunk({Seen("urn:x:lot:1"), "{}"})));
  v1::CaptureStreamResponse out;
  REQUIRE(stream->Read(&out));
  REQUIRE(out.verdicts_size() == 2);
  CHECK(out.verdicts(0).verdict() == v1::VERDICT_CAPTURED);
  CHECK(out.verdicts(1).verdict() == v1::VERDICT_INVALID);
  CHECK(out.verdicts(1).row().line() == 2);
  CHECK(out.verdicts(1).row().violations(0).rule() == "EVENT_TYPE_UNKNOWN");
  stream->WritesDone();
  CHECK(errors::ReasonOf(rpc::FromGrpc(stream->Finish())) == Reason::kStreamIncomplete);
}

TEST_CASE(
    "rollback undoes its own chunk, not the one before, and a chunk sent again stores nothing") {
  World world;
  const auto context = Context();
  const auto stream = world.capture->CaptureStream(context.get());
  v1::CaptureStreamRequest first = Chunk({Seen("urn:x:lot:1")});
  v1::CaptureStreamRequest second = Chunk({Seen("urn:x:lot:2"), "7", Seen("urn:x:lot:1")});
  second.set_on_error(v1::ON_ERROR_ROLLBACK);
  v1::CaptureStreamResponse out;
  REQUIRE(stream->Write(first));
  REQUIRE(stream->Read(&out));
  const int64_t sequence = out.verdicts(0).sequence();
  REQUIRE(stream->Write(second));
  REQUIRE(stream->Read(&out));
  CHECK(out.verdicts(0).verdict() == v1::VERDICT_ROLLED_BACK);
  CHECK(out.verdicts(1).verdict() == v1::VERDICT_INVALID);
  CHECK(out.verdicts(2).verdict() == v1::VERDICT_ALREADY_CAPTURED);
  REQUIRE(stream->Write(first));
  REQUIRE(stream->Read(&out));
  CHECK(out.verdicts(0).verdict() == v1::VERDICT_CAPTURED);  // the first answer again
  CHECK(out.verdicts(0).sequence() == sequence);
  context->TryCancel();
  stream->Finish();
  v1::ListEventsResponse events;
  REQUIRE(world.capture->ListEvents(Context().get(), {}, &events).ok());
  CHECK(events.events_size() == 1);
}

TEST_CASE("an XML document is captured as the events its JSON-LD twin would be") {
  World world;
  v1::ImportDocumentRequest in;
  in.set_request_id(NewUuid7(absl::Now()));
  in.set_document(
      "<epcis:EPCISDocument xmlns:epcis=\"urn:epcglobal:epcis:xsd:2\" schemaVersion=\"2.0\" "
      "creationDate=\"2025-03-03T09:00:00Z\"><EPCISBody><EventList><ObjectEvent><eventTime>"
      "2025-03-03T09:00:00+08:00</eventTime><eventTimeZoneOffset>+08:00</eventTimeZoneOffset>"
      "<epcList><epc>urn:x:lot:1</epc></epcList><action>OBSERVE</action><sensorElementList>"
      "<sensorElement><sensorMetadata time=\"2026-03-03T09:00:00Z\"/><sensorReport "
      "type=\"gs1:Temperature\"/></sensorElement></sensorElementList></ObjectEvent><ObjectEvent/>"
      "</EventList></EPCISBody></epcis:EPCISDocument>");
  v1::ImportDocumentResponse out;
  REQUIRE(world.capture->ImportDocument(Context().get(), in, &out).ok());
  REQUIRE(out.verdicts_size() == 2);
  CHECK(out.verdicts(0).verdict() == v1::VERDICT_CAPTURED);
  REQUIRE(out.verdicts(0).warnings_size() == 1);
  CHECK(out.verdicts(0).warnings(0).rule() == "SENSOR_TIME_AFTER_EVENT");
  CHECK(out.verdicts(1).row().violations(0).rule() == "EVENT_TIME_MISSING");
  v1::GetEventRequest get;
  get.set_name(out.verdicts(0).row().name());
  v1::GetEventResponse event;
  REQUIRE(world.capture->GetEvent(Context().get(), get, &event).ok());
  in.set_document(absl::StrCat(R"({"@context":)", event.event().context_json(), ",",
                               event.event().json().substr(1)));
  in.set_request_id(NewUuid7(absl::Now()));
  REQUIRE(world.capture->ImportDocument(Context().get(), in, &out).ok());
  CHECK(out.verdicts(0).verdict() == v1::VERDICT_ALREADY_CAPTURED);
  in.set_document("<!DOCTYPE a><a/>");
  in.set_request_id(NewUuid7(absl::Now()));
  const grpc::Status status = world.capture->ImportDocument(Context().get(), in, &out);
  CHECK(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(status.error_message().find("XML_DTD") != std::string::npos);
}

TEST_CASE("what is no EPCIS document is refused by name") {
  World world;
  v1::CaptureDocumentRequest in;
  in.set_request_id(NewUuid7(absl::Now()));
  in.set_document("EPCISDocument");
  v1::CaptureDocumentResponse out;
  const grpc::Status status = world.capture->CaptureDocument(Context().get(), in, &out);
  CHECK(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(status.error_message().find("JSON_SYNTAX") != std::string::npos);
  v1::TraceRequest unknown;
  unknown.add_seeds("urn:x:lot:never");
  unknown.set_direction(v1::TRACE_DIRECTION_BACK);
  v1::TraceResponse traced;
  CHECK(world.genealogy->Trace(Context().get(), unknown, &traced).error_code() ==
        grpc::StatusCode::NOT_FOUND);
}

TEST_CASE("documents that others made are captured through the service") {
  const std::string folder = testing::DataFolder() + "/epcis/documents/json";
  if (!std::filesystem::exists(folder)) {
    std::cerr << "skipped: no documents at " << folder << "\n";
    return;
  }
  World world;
  int documents = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto out = world.Capture(testing::ReadFile(entry.path()));
    INFO(entry.path().filename().string());
    for (const auto& verdict : out.verdicts()) {
      CHECK(verdict.verdict() != v1::VERDICT_UNSPECIFIED);
      CHECK((verdict.verdict() == v1::VERDICT_INVALID) ==
            (verdict.row().violations_size() > 0 && verdict.event_hash().empty()));
    }
    ++documents;
  }
  CHECK(documents == 38);
}

}  // namespace
}  // namespace shian::trace
