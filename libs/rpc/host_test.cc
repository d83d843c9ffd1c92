#include "libs/rpc/host.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <catch2/catch.hpp>

#include "libs/base/hash.h"
#include "libs/base/time.h"
#include "libs/config/config.h"
#include "libs/ledger/testing.h"
#include "libs/rpc/convert.h"
#include "libs/rpc/testing_world.h"
#include "shian/common/v1/blob_service.grpc.pb.h"
#include "shian/common/v1/clock_service.grpc.pb.h"
#include "shian/ledger/v1/audit_service.grpc.pb.h"
#include "shian/ledger/v1/ledger_service.grpc.pb.h"

namespace shian::rpc {
namespace {

TEST_CASE("who is not admitted never reaches a handler") {
  Running registry(Registry());
  ledger::v1::GetCheckpointRequest in;
  in.set_log(ledger::v1::LOG_PUBLIC);
  ledger::v1::GetCheckpointResponse out;
  const auto ask = [&](const std::string& as, const std::string& peer = "") {
    auto stub = StubAs<ledger::v1::LedgerService>(as, registry.folder, peer);
    return stub->GetCheckpoint(Context().get(), in, &out);
  };
  REQUIRE(ask("ctl").error_code() == grpc::StatusCode::NOT_FOUND);
  REQUIRE(ask("housing-fund").error_code() == grpc::StatusCode::NOT_FOUND);
  REQUIRE(ask("unregistered").error_code() == grpc::StatusCode::UNAUTHENTICATED);
  REQUIRE(ask("inspection").error_code() == grpc::StatusCode::PERMISSION_DENIED);
  REQUIRE(ask("inspection").error_message().find("SERVICE_NOT_ALLOWED") == 0);
  const grpc::Status elsewhere = ask("transport-bureau");
  REQUIRE(elsewhere.error_message().find("REGION_NOT_ALLOWED") == 0);
  // The client demands the server it meant.
  REQUIRE(ask("ctl", "credit").error_code() == grpc::StatusCode::UNAVAILABLE);
}

TEST_CASE("without a certificate there is no connection") {
  Running registry(Registry());
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = *config::ReadFile(testing::PkiFolder() + "/ca.crt", 1 << 20);
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride("registry.shian.internal");
  auto stub = common::v1::ClockService::NewStub(grpc::CreateCustomChannel(
      registry.folder.address(), grpc::SslCredentials(options), arguments));
  common::v1::GetClockResponse out;
  REQUIRE(stub->GetClock(Context().get(), {}, &out).error_code() == grpc::StatusCode::UNAVAILABLE);
}

TEST_CASE("a call needs a deadline, and a tongue to be refused in") {
  Running registry(Registry());
  auto stub = StubAs<common::v1::ClockService>("ctl", registry.folder);
  grpc::ClientContext context;
  context.AddMetadata("accept-language", "en-GB,zh;q=0.5");
  common::v1::GetClockResponse out;
  const grpc::Status status = stub->GetClock(&context, {}, &out);
  REQUIRE(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  REQUIRE(ReasonOf(status) == Reason::kDeadlineRequired);
}

TEST_CASE("an act of office needs a good token") {
  Running registry(Registry());
  auto stub = StubAs<policy::v1::PolicyService>("ctl", registry.folder);
  const auto in = Approval("policies/x/revisions/y");
  policy::v1::ApprovePoliciesResponse out;
  const auto code = [&](const std::string& token) {
    return stub->ApprovePolicies(Context(token).get(), in, &out).error_code();
  };
  REQUIRE(code("") == grpc::StatusCode::UNAUTHENTICATED);
  REQUIRE(code("a.b.c") == grpc::StatusCode::UNAUTHENTICATED);
  REQUIRE(code(TokenFor(OfficerNamed("p", {})) + "x") == grpc::StatusCode::UNAUTHENTICATED);
  REQUIRE(code(TokenFor(OfficerNamed("p", {}))) == grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_CASE("a request_id repeats its first answer, also after a restart, and takes no other body") {
  Running registry(Registry());
  auto stub = StubAs<policy::v1::PolicyService>("ctl", registry.folder);
  const auto drafts = Drafts(*stub);
  const auto in = Approval(drafts[0]);
  policy::v1::ApprovePoliciesResponse first;
  const grpc::Status status = Approve(*stub, in, "first", &first);
  INFO(status.error_message());
  REQUIRE(status.ok());
  REQUIRE(first.policies(0).approvals_size() == 1);
  REQUIRE(!first.revision().empty());

  const auto again = [&](policy::v1::PolicyService::Stub& to) {
    policy::v1::ApprovePoliciesResponse out;
    REQUIRE(Approve(to, in, "first", &out).ok());
    out.set_revision(first.revision());
    REQUIRE(out.SerializeAsString() == first.SerializeAsString());
  };
  const auto refused = [&](policy::v1::PolicyService::Stub& to) {
    auto other = in;
    other.set_names(0, drafts[1]);
    policy::v1::ApprovePoliciesResponse out;
    REQUIRE(ReasonOf(Approve(to, other, "first", &out)) == Reason::kRequestIdReused);
    // Another officer's act is another request, whatever its id.
    REQUIRE(ReasonOf(Approve(to, in, "second", &out)) == Reason::kRequestIdReused);
  };
  again(*stub);
  refused(*stub);
  registry.Restart();
  auto after = StubAs<policy::v1::PolicyService>("ctl", registry.folder);
  again(*after);
  refused(*after);
}

TEST_CASE("a bad request names its field") {
  Running registry(Registry());
  auto stub = StubAs<policy::v1::PolicyService>("ctl", registry.folder);
  policy::v1::ApprovePoliciesRequest in;
  in.set_request_id("not a uuid");
  policy::v1::ApprovePoliciesResponse out;
  const grpc::Status status = Approve(*stub, in, "p", &out);
  REQUIRE(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  REQUIRE(status.error_message().find("request_id") != std::string::npos);

  policy::v1::ListPoliciesRequest list;
  list.set_page_token("forged");
  policy::v1::ListPoliciesResponse listed;
  REQUIRE(ReasonOf(stub->ListPolicies(Context().get(), list, &listed)) ==
          Reason::kPageTokenInvalid);
}

TEST_CASE("pages follow each other and belong to their filter") {
  Running registry(Registry());
  auto stub = StubAs<policy::v1::PolicyService>("ctl", registry.folder);
  const auto all = Drafts(*stub);
  policy::v1::ListPoliciesRequest in;
  in.set_state(policy::v1::POLICY_STATE_DRAFT);
  in.set_page_size(2);
  std::vector<std::string> names;
  do {
    policy::v1::ListPoliciesResponse out;
    REQUIRE(stub->ListPolicies(Context().get(), in, &out).ok());
    for (const auto& policy : out.policies()) names.push_back(policy.name());
    in.set_page_token(out.next_page_token());
  } while (!in.page_token().empty() && names.size() < all.size() + 1);
  REQUIRE(names == all);

  in.set_page_size(1);
  in.clear_page_token();
  policy::v1::ListPoliciesResponse out;
  REQUIRE(stub->ListPolicies(Context().get(), in, &out).ok());
  in.set_page_token(out.next_page_token());
  in.set_state(policy::v1::POLICY_STATE_ACTIVE);
  REQUIRE(ReasonOf(stub->ListPolicies(Context().get(), in, &out)) == Reason::kPageTokenInvalid);
}

TEST_CASE("an act of office stands in the audit log with its officer") {
  Running registry(Registry());
  auto stub = StubAs<policy::v1::PolicyService>("ctl", registry.folder);
  const std::string name = Drafts(*stub)[0];
  Activate(*stub, name);
  auto audit = StubAs<ledger::v1::AuditService>("ctl", registry.folder);
  ledger::v1::ListAuditEntriesRequest in;
  in.set_type_prefix("shian.audit.write");
  ledger::v1::ListAuditEntriesResponse out;
  REQUIRE(ledger::Place(registry.host->edge().store()).ok());
  REQUIRE(audit->ListAuditEntries(Context().get(), in, &out).ok());
  REQUIRE(out.entries_size() == 2);
  REQUIRE(out.entries(1).record().person() == "second");
  REQUIRE(out.entries(1).record().resources(0) == name);
  REQUIRE(out.entries(1).record().method() == "/shian.policy.v1.PolicyService/ApprovePolicies");
}

TEST_CASE("the simulated clock goes forward only, and is kept") {
  Running registry(Registry());
  const absl::Time start = *ParseTime("2025-03-03T09:00:00+08:00");
  const auto advance = [&](absl::Time to) {
    auto stub = StubAs<common::v1::ClockService>("ctl", registry.folder);
    common::v1::AdvanceToRequest in;
    *in.mutable_time() = ToProto(to);
    common::v1::AdvanceToResponse out;
    return ReasonOf(stub->AdvanceTo(Context().get(), in, &out));
  };
  const auto now = [&] {
    auto stub = StubAs<common::v1::ClockService>("ctl", registry.folder);
    common::v1::GetClockResponse out;
    REQUIRE(stub->GetClock(Context().get(), {}, &out).ok());
    REQUIRE(out.simulated());
    return FromProto(out.time());
  };
  REQUIRE(now() == start);
  REQUIRE(!advance(start + absl::Hours(24)));
  REQUIRE(advance(start) == Reason::kClockNotMonotone);
  registry.Restart();
  REQUIRE(now() == start + absl::Hours(24));
}

TEST_CASE("what a process keeps for itself is written once more when it ends, if it still can be") {
  const auto host_with = [](const HostFolder& folder, int* written) {
    auto host = testing::MakeHost(folder, SeenSchema());
    host->OnEveryProcess([written](absl::Time) { return ++*written, absl::OkStatus(); });
    REQUIRE(host->Start().ok());
    return host;
  };
  const HostFolder folder(Registry());
  int written = 0;
  host_with(folder, &written)->Drain(absl::ZeroDuration());
  CHECK(written == 1);
  // A host that nobody drained may outlive the modules.
  host_with(folder, &written).reset();
  CHECK(written == 1);
}

TEST_CASE("evidence goes up and comes down whole, or not at all") {
  Running registry(Registry());
  auto stub = StubAs<common::v1::BlobService>("ctl", registry.folder);
  const std::string content(700'000, 'x');
  const auto upload = [&](bool with_end, const std::string& sha256,
                          common::v1::UploadBlobResponse* out) {
    const auto context = Context(TokenFor(OfficerNamed("p", {})));
    auto writer = stub->UploadBlob(context.get(), out);
    common::v1::UploadBlobRequest part;
    for (size_t at = 0; at < content.size(); at += 300'000) {
      part.set_data(content.substr(at, 300'000));
      writer->Write(part);
    }
    part.mutable_end()->set_count(static_cast<int64_t>(content.size()));
    part.mutable_end()->set_sha256(sha256);
    if (with_end) writer->Write(part);
    writer->WritesDone();
    return writer->Finish();
  };
  common::v1::UploadBlobResponse stored;
  REQUIRE(ReasonOf(upload(false, "", &stored)) == Reason::kStreamIncomplete);
  REQUIRE(ReasonOf(upload(true, Sha256("other"), &stored)) == Reason::kStreamMismatch);
  const grpc::Status status = upload(true, Sha256(content), &stored);
  INFO(status.error_message());
  REQUIRE(status.ok());
  REQUIRE(stored.size_bytes() == 700'000);

  common::v1::DownloadBlobRequest in;
  in.set_sha256(stored.sha256());
  const auto context = Context(TokenFor(OfficerNamed("reader", {"handler"})));
  auto reader = stub->DownloadBlob(context.get(), in);
  common::v1::DownloadBlobResponse piece;
  std::string back;
  while (reader->Read(&piece)) back += piece.data();
  REQUIRE(reader->Finish().ok());
  REQUIRE(back == content);
}

TEST_CASE("a gRPC service that the table lets nobody call stops the start") {
  HostOptions options = Registry();
  options.systems = "systems { id: \"ctl\" services: \"shian.ledger.v1.LedgerService\" }";
  const HostFolder folder(options);
  auto host = testing::MakeHost(folder, SeenSchema());
  const absl::Status started = host->Start();
  REQUIRE(started.code() == absl::StatusCode::kFailedPrecondition);
  REQUIRE(std::string(started.message()).find("lets nobody call") != std::string::npos);
}

}  // namespace
}  // namespace shian::rpc
