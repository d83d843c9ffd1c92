// The services in one process, called over mTLS as another system would.
#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "embedded/trace_schema.h"
#include "libs/base/time.h"
#include "libs/base/uuid.h"
#include "libs/errors/errors.h"
#include "libs/ledger/log_reader.h"
#include "libs/ledger/testing.h"
#include "libs/policy/testing.h"
#include "libs/rpc/client.h"
#include "libs/rpc/convert.h"
#include "libs/rpc/testing.h"
#include "services/trace/capture/store.h"
#include "services/trace/capture/testing.h"
#include "services/trace/genealogy/reactions.h"
#include "services/trace/judgement/reactions.h"
#include "services/trace/services.h"
#include "shian/common/v1/clock_service.grpc.pb.h"
#include "shian/inspection/v1/changes.pb.h"
#include "shian/registry/v1/changes.pb.h"
#include "shian/trace/v1/changes.pb.h"

namespace shian::trace {

using errors::Reason;
using rpc::testing::Context;
using rpc::testing::OfficerNamed;
using rpc::testing::TokenFor;
using testing::Document;
using testing::EventJson;

inline constexpr char kSupplier[] = "urn:epc:id:sgln:6901234.00001.0";
inline constexpr char kCanteen[] = "urn:epc:id:sgln:9520000.00001.0";
inline constexpr char kMeat[] = "https://id.gs1.org/01/06901234567892/10/M1";

// `policies`: a folder; empty: as shipped.
inline rpc::testing::HostOptions TraceOptions(const std::string& policies = "") {
  rpc::testing::HostOptions options;
  options.service = "trace";
  options.policies =
      policies.empty() ? rpc::testing::SourceFolder() + "/deploy/policies" : policies;
  return options;
}

// The policies as shipped, but for some words of the file `name`.
class ChangedPolicies {
 public:
  ChangedPolicies(const std::string& name, const std::string& words, const std::string& instead) {
    std::filesystem::copy(rpc::testing::SourceFolder() + "/deploy/policies", path(),
                          std::filesystem::copy_options::recursive);
    std::string text = testing::ReadFile(path() + "/" + name);
    const size_t at = text.find(words);
    REQUIRE(at != std::string::npos);
    std::ofstream(path() + "/" + name) << text.replace(at, words.size(), instead);
  }
  std::string path() const { return folder_.path() + "/policies"; }

 private:
  store::TemporaryFolder folder_;
};

inline store::Schema TraceSchema() {
  store::Schema schema(0x53415432);
  schema.Add("trace", kMigrations);
  return schema;
}

class World {
 public:
  // `policies`: a folder, which outlives it; empty: as shipped.
  explicit World(const std::string& policies = "")
      : folder(TraceOptions(policies)), host(rpc::testing::MakeHost(folder, TraceSchema())) {
    const absl::Status activated = policy::ActivateFolder(host->edge().store(), Now(), policies);
    INFO(activated);
    REQUIRE(activated.ok());
    services_ = std::make_unique<Services>(*host, graph, "https://trace.example.cn");
    const absl::Status started = host->Start();
    INFO(started);
    REQUIRE(started.ok());
    const auto channel = rpc::testing::ChannelAs("ctl", folder);
    capture = v1::CaptureService::NewStub(channel);
    genealogy = v1::GenealogyService::NewStub(channel);
    lineage = v1::LineageService::NewStub(channel);
    query = v1::EventQueryService::NewStub(channel);
    recall = v1::RecallService::NewStub(channel);
    conduct = v1::RecallConductService::NewStub(channel);
    judgement = v1::JudgementService::NewStub(channel);
    code = v1::CodeService::NewStub(channel);
    // As the public's own system, which may call nothing else here.
    lookup = v1::LookupService::NewStub(rpc::testing::ChannelAs("public", folder));
    cold = v1::ColdChainService::NewStub(channel);
  }

  absl::Time Now() const { return host->edge().clock().Now(); }

  // Time passes, and what falls due is done.
  void Advance(absl::Duration by) {
    common::v1::AdvanceToRequest in;
    *in.mutable_time() = rpc::ToProto(Now() + by);
    common::v1::AdvanceToResponse out;
    const auto stub = common::v1::ClockService::NewStub(rpc::testing::ChannelAs("ctl", folder));
    const grpc::Status status = stub->AdvanceTo(Context().get(), in, &out);
    INFO(status.error_message());
    REQUIRE(status.ok());
  }

  // What went out as facts of `type`.
  std::vector<ledger::FeedEntry> Facts(const std::string& type) {
    std::vector<ledger::FeedEntry> facts;
    REQUIRE(ledger::Place(host->edge().store()).ok());
    const absl::Status read = host->edge().store().ReadNow([&](store::ReadTx& tx) -> absl::Status {
      auto batch = ledger::ReadFeed(tx, {.type_prefixes = {type}});
      if (!batch.ok()) return batch.status();
      for (auto& entry : batch->entries) {
        if (entry.change.type == type) facts.push_back(std::move(entry));
      }
      return absl::OkStatus();
    });
    REQUIRE(read.ok());
    return facts;
  }

  // A change of another service takes effect.
  void React(const ledger::Reactions& reactions, const std::string& type,
             const std::string& payload) {
    ledger::ReceivedChange change;
    change.id = absl::StrCat("shian.inspection/410902/facts/1/", ++changes_);
    change.type = type;
    change.payload = payload;
    change.region = "410902";
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

  // An operator has a place.
  void Register(const std::string& name, const std::string& gln, const std::string& region) {
    registry::v1::OperatorChanged changed;
    changed.mutable_operator_()->set_name(name);
    auto* site = changed.mutable_operator_()->add_sites();
    site->set_gln(gln);
    site->set_region(region);
    React(GenealogyReactions(), "shian.registry.operator.registered", changed.SerializeAsString());
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
  std::unique_ptr<v1::LineageService::Stub> lineage;
  std::unique_ptr<v1::EventQueryService::Stub> query;
  std::unique_ptr<v1::RecallService::Stub> recall;
  std::unique_ptr<v1::RecallConductService::Stub> conduct;
  std::unique_ptr<v1::JudgementService::Stub> judgement;
  std::unique_ptr<v1::ColdChainService::Stub> cold;
  std::unique_ptr<v1::LookupService::Stub> lookup;
  std::unique_ptr<v1::CodeService::Stub> code;

 private:
  std::unique_ptr<Services> services_;
  int changes_ = 0;
};

// A farm's pig lot, cut into meat at the supplier, shipped on a pallet to the canteen.
inline std::string MeatChain() {
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

inline inspection::v1::SampleNotified Notified(absl::Time now) {
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

inline registry::v1::OperatorChanged CanteenRegistered() {
  registry::v1::OperatorChanged changed;
  changed.mutable_operator_()->set_name("operators/canteen");
  auto* site = changed.mutable_operator_()->add_sites();
  site->set_gln("9520000000011");
  site->set_region("410902");
  return changed;
}

}  // namespace shian::trace
