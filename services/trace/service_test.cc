// The three services in one process, called over mTLS as another system would.
#include "services/trace/capture/service.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "embedded/trace_schema.h"
#include "libs/base/time.h"
#include "libs/base/uuid.h"
#include "libs/errors/errors.h"
#include "libs/policy/testing.h"
#include "libs/rpc/client.h"
#include "libs/rpc/convert.h"
#include "libs/rpc/testing.h"
#include "services/trace/capture/store.h"
#include "services/trace/capture/testing.h"
#include "services/trace/genealogy/reactions.h"
#include "services/trace/genealogy/service.h"
#include "services/trace/recall/reactions.h"
#include "services/trace/recall/service.h"
#include "shian/inspection/v1/changes.pb.h"
#include "shian/registry/v1/changes.pb.h"

namespace shian::trace {
namespace {

using errors::Reason;
using rpc::testing::Context;
using rpc::testing::OfficerNamed;
using rpc::testing::TokenFor;
using testing::Document;
using testing::EventJson;

constexpr char kSupplier[] = "urn:epc:id:sgln:6901234.00001.0";
constexpr char kCanteen[] = "urn:epc:id:sgln:9520000.00001.0";
constexpr char kMeat[] = "https://id.gs1.org/01/06901234567892/10/M1";

rpc::testing::HostOptions TraceOptions() {
  rpc::testing::HostOptions options;
  options.service = "trace";
  options.policies = rpc::testing::SourceFolder() + "/deploy/policies";
  return options;
}

store::Schema TraceSchema() {
  store::Schema schema(0x53415432);
  schema.Add("trace", kMigrations);
  return schema;
}

class World {
 public:
  World() : folder(TraceOptions()), host(rpc::testing::MakeHost(folder, TraceSchema())) {
    const absl::Status activated = policy::ActivateFolder(host->edge().store(), Now());
    INFO(activated);
    REQUIRE(activated.ok());
    captures_ = std::make_unique<CaptureService>(host->edge());
    genealogies_ = std::make_unique<GenealogyService>(host->edge(), graph);
    recalls_ = std::make_unique<RecallService>(host->edge(), graph);
    host->Serve(captures_.get());
    host->Serve(genealogies_.get());
    host->Serve(recalls_.get());
    const absl::Status started = host->Start();
    INFO(started);
    REQUIRE(started.ok());
    const auto channel = rpc::testing::ChannelAs("ctl", folder);
    capture = v1::CaptureService::NewStub(channel);
    genealogy = v1::GenealogyService::NewStub(channel);
    recall = v1::RecallService::NewStub(channel);
  }

  absl::Time Now() const { return host->edge().clock().Now(); }

  // A change of another service takes effect.
  void React(const ledger::Reactions& reactions, const std::string& type,
             const std::string& payload) {
    ledger::ReceivedChange change;
    change.id = absl::StrCat("shian.inspection/410902/facts/1/", ++changes_);
    change.type = type;
    change.payload = payload;
    change.time = Now();
    store::WriteContext context;
    context.now = Now();
    const auto written = host->edge().store().WriteAndWait(
        context, [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
          const absl::Status status = reactions.at(type)(tx, change);
          if (!status.ok()) return status;
          return std::string();
        });
    INFO(written.status());
    REQUIRE(written.ok());
  }

  v1::CaptureDocumentResponse Capture(const std::string& bytes) {
    v1::CaptureDocumentRequest in;
    in.set_request_id(NewUuid7(absl::Now()));
    in.set_document(bytes);
    v1::CaptureDocumentResponse out;
    const grpc::Status status = capture->CaptureDocument(Context().get(), in, &out);
    INFO(status.error_message());
    REQUIRE(status.ok());
    return out;
  }

  std::set<std::string> Trace(const std::string& seed, v1::TraceDirection direction) {
    v1::TraceRequest in;
    in.add_seeds(seed);
    in.set_direction(direction);
    in.set_detail(v1::TRACE_DETAIL_EDGES);
    in.set_page_size(2);
    std::set<std::string> lots;
    do {
      v1::TraceResponse out;
      const grpc::Status status = genealogy->Trace(Context().get(), in, &out);
      INFO(status.error_message());
      REQUIRE(status.ok());
      REQUIRE(out.summary().complete());
      for (const v1::TracedLot& lot : out.lots()) lots.insert(lot.epc());
      in.set_page_token(out.next_page_token());
    } while (!in.page_token().empty());
    return lots;
  }

  v1::Recall OnlyRecall() {
    v1::ListRecallsResponse out;
    REQUIRE(recall->ListRecalls(Context().get(), {}, &out).ok());
    REQUIRE(out.recalls_size() == 1);
    return out.recalls(0);
  }

  grpc::Status Freeze(const std::string& name, const std::string& token, v1::Recall* out) {
    v1::FreezeScopeRequest in;
    in.set_request_id(NewUuid7(absl::Now()));
    in.set_name(name);
    v1::FreezeScopeResponse answer;
    const grpc::Status status = recall->FreezeScope(Context(token).get(), in, &answer);
    *out = answer.recall();
    return status;
  }

  rpc::testing::HostFolder folder;
  std::unique_ptr<rpc::Host> host;
  genealogy::LiveGraph graph{capture::ReadCaptured};
  std::unique_ptr<v1::CaptureService::Stub> capture;
  std::unique_ptr<v1::GenealogyService::Stub> genealogy;
  std::unique_ptr<v1::RecallService::Stub> recall;

 private:
  std::unique_ptr<CaptureService> captures_;
  std::unique_ptr<GenealogyService> genealogies_;
  std::unique_ptr<RecallService> recalls_;
  int changes_ = 0;
};

// A farm's pig lot, cut into meat at the supplier, shipped on a pallet to the canteen.
std::string MeatChain() {
  const std::string pig = "urn:epc:class:lgtin:6909999.012345.PIG1";
  return Document(absl::StrCat(
      EventJson(
          "ObjectEvent", "06:00:00",
          R"("action":"ADD","bizStep":"commissioning","quantityList":[{"epcClass":")" + pig +
              R"(","quantity":40,"uom":"KGM"}],"bizLocation":{"id":"urn:epc:id:sgln:6909999.00002.0"})"),
      ",",
      EventJson("TransformationEvent", "08:00:00",
                R"("inputQuantityList":[{"epcClass":")" + pig +
                    R"(","quantity":40,"uom":"KGM"}],"outputQuantityList":[{"epcClass":)"
                    R"("urn:epc:class:lgtin:6901234.056789.M1","quantity":30,"uom":"KGM"}],)"
                    R"("bizStep":"commissioning","bizLocation":{"id":")" +
                    kSupplier + R"("})"),
      ",",
      EventJson("AggregationEvent", "09:00:00",
                R"("action":"ADD","parentID":"urn:epc:id:sscc:6901234.0000000001",)"
                R"("childQuantityList":[{"epcClass":"urn:epc:class:lgtin:6901234.056789.M1",)"
                R"("quantity":30,"uom":"KGM"}],"bizStep":"packing","readPoint":{"id":")" +
                    std::string(kSupplier) + R"("})"),
      ",",
      EventJson("ObjectEvent", "10:00:00",
                R"("action":"OBSERVE","bizStep":"shipping","epcList":)"
                R"(["urn:epc:id:sscc:6901234.0000000001"],"readPoint":{"id":")" +
                    std::string(kSupplier) +
                    R"("},"destinationList":[{"type":"location","destination":")" + kCanteen +
                    R"("}])")));
}

inspection::v1::SampleNotified Notified(absl::Time now) {
  inspection::v1::SampleNotified notified;
  notified.set_sample("samples/1");
  notified.set_operator_("operators/914403001922038216");
  notified.set_region("410902");
  notified.set_lot("urn:epc:class:lgtin:6901234.056789.M1");
  notified.set_hazard(inspection::v1::HAZARD_LEVEL_GENERAL);
  notified.set_product_name("猪肉");
  *notified.mutable_notice_time() = rpc::ToProto(now);
  auto* item = notified.add_failed_items();
  item->set_item("恩诺沙星");
  item->set_value("312");
  item->set_limit("≤100");
  item->set_unit("μg/kg");
  return notified;
}

registry::v1::OperatorChanged CanteenRegistered() {
  registry::v1::OperatorChanged changed;
  changed.mutable_operator_()->set_name("operators/canteen");
  auto* site = changed.mutable_operator_()->add_sites();
  site->set_gln("9520000000011");
  site->set_region("410902");
  return changed;
}

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

TEST_CASE("a chunked import gives a verdict per event and needs its end") {
  World world;
  const auto context = Context();
  const auto stream = world.capture->ImportEvents(context.get());
  v1::ImportEventsRequest chunk;
  chunk.set_request_id(NewUuid7(absl::Now()));
  auto* row = chunk.add_rows();
  row->set_line(1);
  row->set_json(
      EventJson("ObjectEvent", "09:00:00", R"("action":"OBSERVE","epcList":["urn:x:lot:1"])"));
  row = chunk.add_rows();
  row->set_line(2);
  row->set_json("{}");
  REQUIRE(stream->Write(chunk));
  v1::ImportEventsResponse out;
  REQUIRE(stream->Read(&out));
  REQUIRE(out.verdicts_size() == 2);
  CHECK(out.verdicts(0).verdict() == v1::VERDICT_CAPTURED);
  CHECK(out.verdicts(1).verdict() == v1::VERDICT_INVALID);
  CHECK(out.verdicts(1).row().line() == 2);
  CHECK(out.verdicts(1).row().violations(0).rule() == "EVENT_TYPE_UNKNOWN");
  stream->WritesDone();
  CHECK(errors::ReasonOf(rpc::FromGrpc(stream->Finish())) == Reason::kStreamIncomplete);
}

TEST_CASE("what is no EPCIS document is refused by name") {
  World world;
  v1::CaptureDocumentRequest in;
  in.set_request_id(NewUuid7(absl::Now()));
  in.set_document("<EPCISDocument/>");
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

TEST_CASE("a failed sample proposes a recall, an officer freezes it, holders answer") {
  World world;
  world.Capture(MeatChain());
  const auto reactions = RecallReactions(world.host->edge());
  const std::string payload = Notified(world.Now()).SerializeAsString();
  world.React(reactions, "shian.inspection.sample.notified", payload);
  world.React(reactions, "shian.inspection.sample.notified", payload);  // once only
  world.React(GenealogyReactions(), "shian.registry.operator.registered",
              CanteenRegistered().SerializeAsString());
  const v1::Recall proposed = world.OnlyRecall();
  CHECK(proposed.state() == v1::RECALL_STATE_PROPOSED);
  CHECK(proposed.recall_class() == v1::RECALL_CLASS_TWO);
  CHECK(proposed.lot() == kMeat);
  REQUIRE(proposed.deadlines_size() == 1);
  CHECK(proposed.deadlines(0).unit() == common::v1::PERIOD_UNIT_HOURS);

  v1::Recall frozen;
  CHECK(world.Freeze(proposed.name(), "", &frozen).error_code() ==
        grpc::StatusCode::UNAUTHENTICATED);
  CHECK(errors::ReasonOf(rpc::FromGrpc(world.Freeze(
            proposed.name(), TokenFor(OfficerNamed("p1", {"legal-reviewer"})), &frozen))) ==
        Reason::kStepNotAllowed);
  const std::string token = TokenFor(OfficerNamed("p1", {"handler"}));
  const grpc::Status done = world.Freeze(proposed.name(), token, &frozen);
  INFO(done.error_message());
  REQUIRE(done.ok());
  CHECK(frozen.lot_count() == 2);
  CHECK(frozen.holder_count() == 2);
  CHECK(frozen.deadlines_size() == 2);
  CHECK(errors::ReasonOf(rpc::FromGrpc(world.Freeze(proposed.name(), token, &frozen))) ==
        Reason::kRecallNotProposed);

  world.Capture(Document(EventJson(
      "TransformationEvent", "11:00:00",
      absl::StrCat(R"("inputEPCList":[")", kMeat, R"("],"outputEPCList":["urn:x:lot:meal"])"))));
  v1::ListRecallLotsRequest lots;
  lots.set_parent(proposed.name());
  lots.set_page_size(1);
  std::map<std::string, bool> late;
  do {
    v1::ListRecallLotsResponse page;
    REQUIRE(world.recall->ListRecallLots(Context().get(), lots, &page).ok());
    for (const auto& lot : page.lots()) late[lot.epc()] = lot.late();
    lots.set_page_token(page.next_page_token());
  } while (!lots.page_token().empty());
  CHECK(late == std::map<std::string, bool>{{kMeat, false},
                                            {"https://id.gs1.org/00/069012340000000016", false},
                                            {"urn:x:lot:meal", true}});

  v1::ListRecallNoticesRequest list;
  list.set_parent(proposed.name());
  v1::ListRecallNoticesResponse notices;
  REQUIRE(world.recall->ListRecallNotices(Context().get(), list, &notices).ok());
  REQUIRE(notices.notices_size() == 2);
  const v1::RecallNotice& canteen = notices.notices(1);
  CHECK(canteen.operator_() == "operators/canteen");
  CHECK(canteen.last_holder());
  v1::AcknowledgeNoticeRequest answer;
  answer.set_request_id(NewUuid7(absl::Now()));
  answer.set_name(canteen.name());
  answer.set_recovered_quantity("12.50");
  answer.set_recovered_uom("KGM");
  v1::AcknowledgeNoticeResponse acknowledged;
  REQUIRE(world.recall->AcknowledgeNotice(Context().get(), answer, &acknowledged).ok());
  CHECK(acknowledged.notice().recovered_quantity() == "12.5");
  CHECK(world.OnlyRecall().acknowledged_count() == 1);

  inspection::v1::SampleFinalised overturned;
  overturned.set_sample("samples/1");
  overturned.set_outcome(inspection::v1::SAMPLE_OUTCOME_OVERTURNED);
  world.React(reactions, "shian.inspection.sample.finalised", overturned.SerializeAsString());
  CHECK(world.OnlyRecall().state() == v1::RECALL_STATE_WITHDRAWN);

  registry::v1::OperatorErased erased;
  erased.set_name("operators/canteen");
  world.React(ErasureReactions(), "shian.registry.operator.erased", erased.SerializeAsString());
}

}  // namespace
}  // namespace shian::trace
