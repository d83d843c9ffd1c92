// What the tests of whole processes share: a table of systems, a running process, and acts of
// office on its policies, which are writes with everything a write has.
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "libs/base/uuid.h"
#include "libs/errors/errors.h"
#include "libs/rpc/client.h"
#include "libs/rpc/testing.h"
#include "shian/policy/v1/policy_service.grpc.pb.h"

namespace shian::rpc {

using errors::Reason;
using testing::ChannelAs;
using testing::Context;
using testing::HostFolder;
using testing::HostOptions;
using testing::OfficerNamed;
using testing::TokenFor;

// Every service of the suite's own, for ctl; one only, for the others.
inline constexpr char kSystems[] = R"(
systems { id: "ctl" region: "410902" audit_regions: "410902"
  services: "shian.common.v1.BackupService"
  services: "shian.common.v1.BlobService" services: "shian.common.v1.ClockService"
  services: "shian.common.v1.TodoService"
  services: "shian.ledger.v1.LedgerService" services: "shian.ledger.v1.FeedService"
  services: "shian.ledger.v1.AuditService" services: "shian.policy.v1.PolicyService" }
systems { id: "inspection" region: "410902" services: "shian.ledger.v1.FeedService"
  feeds { origin: "registry" type_prefixes: "shian.policy." } }
systems { id: "housing-fund" region: "410902" services: "shian.ledger.v1.LedgerService" }
systems { id: "transport-bureau" region: "410901" services: "shian.ledger.v1.LedgerService" }
)";

inline std::string PoliciesOfTree() { return testing::SourceFolder() + "/deploy/policies"; }

inline store::Schema SeenSchema() {
  store::Schema schema(0x53415431);
  schema.migrations.push_back(
      {"test", 1, "seen", "CREATE TABLE seen (id TEXT NOT NULL, PRIMARY KEY (id));"});
  return schema;
}

inline HostOptions Registry() {
  HostOptions options;
  options.systems = kSystems;
  options.policies = PoliciesOfTree();
  return options;
}

struct Running {
  explicit Running(HostOptions options) : folder(std::move(options)) { Start(); }
  void Start() {
    host = testing::MakeHost(folder, SeenSchema());
    const absl::Status started = host->Start();
    INFO(started);
    REQUIRE(started.ok());
  }
  void Restart() {
    host.reset();
    Start();
  }
  HostFolder folder;
  std::unique_ptr<Host> host;
};

template <class Stub>
auto StubAs(const std::string& as, const HostFolder& folder, const std::string& peer = "") {
  return Stub::NewStub(ChannelAs(as, folder, peer));
}

inline std::optional<Reason> ReasonOf(const grpc::Status& status) {
  return errors::ReasonOf(FromGrpc(status));
}

// The names of all drafts, a page of 500 at a time.
inline std::vector<std::string> Drafts(policy::v1::PolicyService::Stub& stub) {
  policy::v1::ListPoliciesRequest in;
  in.set_page_size(500);
  in.set_state(policy::v1::POLICY_STATE_DRAFT);
  policy::v1::ListPoliciesResponse out;
  const grpc::Status status = stub.ListPolicies(Context().get(), in, &out);
  INFO(status.error_message());
  REQUIRE(status.ok());
  std::vector<std::string> names;
  for (const auto& policy : out.policies()) names.push_back(policy.name());
  REQUIRE(names.size() >= 3);
  return names;
}

inline policy::v1::ApprovePoliciesRequest Approval(const std::string& name) {
  policy::v1::ApprovePoliciesRequest in;
  in.set_request_id(NewUuid7(absl::Now()));
  in.add_names(name);
  return in;
}

inline grpc::Status Approve(policy::v1::PolicyService::Stub& stub,
                            const policy::v1::ApprovePoliciesRequest& in, const std::string& person,
                            policy::v1::ApprovePoliciesResponse* out) {
  return stub.ApprovePolicies(Context(TokenFor(OfficerNamed(person, {"head"}))).get(), in, out);
}

inline void Activate(policy::v1::PolicyService::Stub& stub, const std::string& name) {
  policy::v1::ApprovePoliciesResponse out;
  for (const char* person : {"first", "second"}) {
    const grpc::Status status = Approve(stub, Approval(name), person, &out);
    INFO(status.error_message());
    REQUIRE(status.ok());
  }
}

template <class Condition>
bool Eventually(Condition condition) {
  const absl::Time until = absl::Now() + absl::Seconds(10);
  while (absl::Now() < until) {
    if (condition()) return true;
    absl::SleepFor(absl::Milliseconds(20));
  }
  return false;
}

}  // namespace shian::rpc
