// A storm of retries must not begin here: when a peer refuses everything, callers soon stop asking
// twice.
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <atomic>
#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/testing.h"
#include "libs/rpc/client.h"
#include "libs/rpc/testing.h"
#include "shian/ledger/v1/ledger_service.grpc.pb.h"

namespace shian::rpc {
namespace {

constexpr int kCallsMin = 100;
constexpr double kAttemptsPerCallMax = 1.1;
constexpr absl::Duration kPause = absl::Milliseconds(2);

class Refuser final : public ledger::v1::LedgerService::Service {
 public:
  grpc::Status GetCheckpoint(grpc::ServerContext*, const ledger::v1::GetCheckpointRequest*,
                             ledger::v1::GetCheckpointResponse*) override {
    ++attempts;
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "away");
  }
  std::atomic<int> attempts = 0;
};

TEST_CASE("while a peer refuses everything, hardly any call is tried twice") {
  Refuser refuser;
  int port = 0;
  grpc::ServerBuilder builder;
  grpc::SslServerCredentialsOptions tls;
  const std::string pki = testing::PkiFolder();
  tls.pem_key_cert_pairs.push_back({*config::ReadFile(pki + "/sanction.key", 1 << 16),
                                    *config::ReadFile(pki + "/sanction.crt", 1 << 16)});
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &port);
  builder.RegisterService(&refuser);
  const auto server = builder.BuildAndStart();
  const config::Tls own = {pki + "/ctl.crt", pki + "/ctl.key", pki + "/ca.crt"};
  const auto channel = MakeChannel(own, "sanction", absl::StrCat("127.0.0.1:", port));
  REQUIRE(channel.ok());
  const auto stub = ledger::v1::LedgerService::NewStub(*channel);
  const absl::Duration storm = absl::Seconds(shian::testing::Rounds(2));
  int calls = 0;
  for (const absl::Time begun = absl::Now(); absl::Now() - begun < storm; ++calls) {
    ledger::v1::GetCheckpointResponse out;
    const grpc::Status status =
        stub->GetCheckpoint(testing::Context().get(), ledger::v1::GetCheckpointRequest(), &out);
    REQUIRE(status.error_code() == grpc::StatusCode::UNAVAILABLE);
    absl::SleepFor(kPause);
  }
  INFO(refuser.attempts << " attempts for " << calls << " calls in " << storm);
  CHECK(calls >= kCallsMin);
  CHECK(refuser.attempts >= calls);
  CHECK(refuser.attempts <= calls * kAttemptsPerCallMax);
  server->Shutdown();
}

}  // namespace
}  // namespace shian::rpc
