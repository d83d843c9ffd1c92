// bench_echo PKI PORT: a bare mTLS server on the same gRPC stack, which answers GetOperator with
// nothing. What it can do is what is left when everything of ours is taken away. Ends on SIGTERM.
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>
#include <signal.h>

#include <cstdio>
#include <string>

#include "libs/base/check.h"
#include "libs/config/config.h"
#include "shian/registry/v1/operator_service.grpc.pb.h"

namespace shian::bench {
namespace {

constexpr int64_t kPemBytesMax = 1 << 20;

class Echo final : public registry::v1::OperatorService::CallbackService {
  grpc::ServerUnaryReactor* GetOperator(grpc::CallbackServerContext* context,
                                        const registry::v1::GetOperatorRequest*,
                                        registry::v1::GetOperatorResponse*) override {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

std::string Pem(const std::string& path) {
  auto text = config::ReadFile(path, kPemBytesMax);
  CHECK_OK(text);
  return *std::move(text);
}

int Main(int argc, char** argv) {
  if (argc != 3) return 2;
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  const std::string pki = argv[1];
  grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  tls.pem_root_certs = Pem(pki + "/ca.crt");
  tls.pem_key_cert_pairs.push_back({Pem(pki + "/registry.key"), Pem(pki + "/registry.crt")});
  Echo echo;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(std::string("127.0.0.1:") + argv[2], grpc::SslServerCredentials(tls));
  builder.RegisterService(&echo);
  const auto server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  std::printf("ready\n");
  std::fflush(stdout);
  int signal = 0;
  sigwait(&stop, &signal);
  server->Shutdown();
  return 0;
}

}  // namespace
}  // namespace shian::bench

int main(int argc, char** argv) { return shian::bench::Main(argc, argv); }
