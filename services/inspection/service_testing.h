// The three services in one process, called over mTLS as other systems would.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "embedded/inspection_schema.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/base/uuid.h"
#include "libs/blob/blob.h"
#include "libs/errors/errors.h"
#include "libs/ledger/log_reader.h"
#include "libs/ledger/testing.h"
#include "libs/policy/testing.h"
#include "libs/rpc/client.h"
#include "libs/rpc/convert.h"
#include "libs/rpc/testing.h"
#include "services/inspection/check/reactions.h"
#include "services/inspection/check/service.h"
#include "services/inspection/check/service_alert.h"
#include "services/inspection/check/service_todo.h"
#include "services/inspection/draw/reactions.h"
#include "services/inspection/draw/service.h"
#include "services/inspection/frame/reactions.h"
#include "services/inspection/sampling/reactions.h"
#include "services/inspection/sampling/service.h"
#include "services/inspection/sampling/service_todo.h"
#include "shian/common/v1/clock_service.grpc.pb.h"
#include "shian/credit/v1/changes.pb.h"
#include "shian/registry/v1/changes.pb.h"

namespace shian::inspection {
using errors::Reason;
using rpc::testing::Context;
using rpc::testing::OfficerNamed;
using rpc::testing::TokenFor;

inline constexpr char kRegion[] = "410902";

inline rpc::testing::HostOptions Options() {
  rpc::testing::HostOptions options;
  options.service = "inspection";
  options.policies = rpc::testing::SourceFolder() + "/deploy/policies";
  return options;
}

class World {
 public:
  World()
      : folder(Options()),
        host(rpc::testing::MakeHost(folder, rpc::SchemaOf("inspection", 0x53410002, kMigrations))) {
    REQUIRE(policy::ActivateFolder(host->edge().store(), Now()).ok());
    draws_ = std::make_unique<draw::DrawService>(host->edge());
    samples_ = std::make_unique<sampling::SamplingService>(host->edge());
    checks_ = std::make_unique<check::CheckService>(host->edge());
    alerts_ = std::make_unique<check::TraceAlertService>(host->edge());
    host->Serve(draws_.get());
    host->Serve(samples_.get());
    host->Serve(checks_.get());
    host->Serve(alerts_.get());
    host->Remind({sampling::SampleTodos(host->edge()), check::AlertTodos(host->edge())});
    const absl::Status started = host->Start();
    INFO(started);
    REQUIRE(started.ok());
    FillFrame();
  }

  absl::Time Now() const { return host->edge().clock().Now(); }

  void Advance(absl::Duration by) {
    common::v1::AdvanceToRequest in;
    *in.mutable_time() = rpc::ToProto(Now() + by);
    common::v1::AdvanceToResponse out;
    const auto stub = common::v1::ClockService::NewStub(rpc::testing::ChannelAs("ctl", folder));
    const grpc::Status status = stub->AdvanceTo(Context().get(), in, &out);
    INFO(status.error_message());
    REQUIRE(status.ok());
  }

  // A change of another service takes effect.
  void React(const ledger::Reactions& reactions, const std::string& type,
             const google::protobuf::Message& payload) {
    ledger::ReceivedChange change;
    change.id = absl::StrCat("shian.other/410902/facts/1/", ++changes_);
    change.type = type;
    change.payload = payload.SerializeAsString();
    change.region = kRegion;
    change.time = Now();
    store::WriteContext context;
    context.now = Now();
    const auto written = host->edge().store().WriteAndWait(
        context, [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
          RETURN_IF_ERROR(reactions.at(type)(tx, change));
          return std::string();
        });
    INFO(written.status());
    REQUIRE(written.ok());
  }

  // What went out as facts whose type begins so.
  std::vector<ledger::FeedEntry> Facts(const std::string& prefix) {
    std::vector<ledger::FeedEntry> facts;
    REQUIRE(ledger::Place(host->edge().store()).ok());
    const absl::Status read = host->edge().store().ReadNow([&](store::ReadTx& tx) -> absl::Status {
      ASSIGN_OR_RETURN(auto batch, ledger::ReadFeed(tx, {.type_prefixes = {prefix}}));
      facts = std::move(batch.entries);
      return absl::OkStatus();
    });
    REQUIRE(read.ok());
    return facts;
  }

  void AddOperator(const std::string& id, const std::string& source_id) {
    registry::v1::OperatorChanged change;
    auto* one = change.mutable_operator_();
    one->set_name("operators/" + id);
    one->set_region(kRegion);
    one->set_kind(registry::v1::OPERATOR_KIND_CATERER);
    one->set_status(registry::v1::OPERATOR_STATUS_TRADING);
    one->set_title("某餐馆");
    one->mutable_provenance()->set_origin("bureau");
    one->mutable_provenance()->set_source_id(source_id);
    React(frame::RegistryReactions(), "shian.registry.operator.registered", change);
  }

  void AddInspector(const std::string& id) {
    registry::v1::InspectorChanged change;
    auto* one = change.mutable_inspector();
    one->set_name("inspectors/" + id);
    one->set_region(kRegion);
    one->set_status(registry::v1::INSPECTOR_STATUS_ACTIVE);
    React(frame::RegistryReactions(), "shian.registry.inspector.changed", change);
  }

  void AddLaboratory(const std::string& id, const std::string& system) {
    registry::v1::LaboratoryChanged change;
    auto* one = change.mutable_laboratory();
    one->set_name("laboratories/" + id);
    one->set_region(kRegion);
    one->add_scopes("VETDRUG");
    one->set_reinspection(true);
    one->set_system(system);
    React(frame::RegistryReactions(), "shian.registry.laboratory.changed", change);
  }

  template <class Stub, class In, class Out>
  grpc::Status Call(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const In&, Out*),
                    In in, Out* out, const std::string& person = "", const std::string& post = "") {
    in.set_request_id(NewUuid7(absl::Now()));
    const std::string token = person.empty() ? "" : TokenFor(OfficerNamed(person, {post}));
    return (stub.*method)(Context(token).get(), in, out);
  }

  template <class Stub>
  std::unique_ptr<typename Stub::Stub> StubAs(const std::string& system) {
    return Stub::NewStub(rpc::testing::ChannelAs(system, folder));
  }

  rpc::testing::HostFolder folder;
  std::unique_ptr<rpc::Host> host;

 private:
  void FillFrame() {
    for (int i = 0; i < 30; ++i) {
      AddOperator(absl::StrCat("91410902MA1FL00", 100 + i), absl::StrCat("lic-", i));
    }
    for (const char* id : {"i1", "i2", "i3", "i4"}) AddInspector(id);
    AddLaboratory("lab-a", "laboratory-a");
    AddLaboratory("lab-b", "laboratory-b");
  }

  int changes_ = 0;
  std::unique_ptr<draw::DrawService> draws_;
  std::unique_ptr<sampling::SamplingService> samples_;
  std::unique_ptr<check::CheckService> checks_;
  std::unique_ptr<check::TraceAlertService> alerts_;
};

inline std::optional<Reason> ReasonOf(const grpc::Status& status) {
  return errors::ReasonOf(rpc::FromGrpc(status));
}

inline void RequireOk(const grpc::Status& status) {
  INFO(status.error_message());
  REQUIRE(status.ok());
}

}  // namespace shian::inspection
