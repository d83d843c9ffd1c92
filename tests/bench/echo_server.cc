// bench_echo PKI PORT [STORE]: a bare mTLS server on the same gRPC stack, which answers GetOperator
// with nothing. What it can do is what is left when everything of ours is taken away. With the file
// of registry's store it answers with what stands there, by one statement and without a rule, a
// digest, an identity or a metric: what is left when only the read remains. Ends on SIGTERM.
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>
#include <signal.h>
#include <sqlite3.h>

#include <cstdio>
#include <string>
#include <utility>

#include "libs/base/check.h"
#include "libs/config/config.h"
#include "shian/registry/v1/operator_service.grpc.pb.h"

namespace shian::bench {
namespace {

constexpr int64_t kPemBytesMax = 1 << 20;

// One thread's connection to a store that another process writes.
class Reader {
 public:
  explicit Reader(const std::string& path) {
    SHIAN_CHECK(sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK)
        << "no store";
    SHIAN_CHECK(sqlite3_prepare_v2(db_,
                                   "SELECT * FROM operator JOIN operator_payload USING (operator) "
                                   "WHERE operator = ?",
                                   -1, &read_, nullptr) == SQLITE_OK)
        << sqlite3_errmsg(db_);
  }
  ~Reader() {
    sqlite3_finalize(read_);
    sqlite3_close(db_);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // All columns as text: as many bytes as the real answer has, about.
  void Read(const std::string& name, registry::v1::Operator* out) {
    const std::string id = name.substr(name.find('/') + 1);
    sqlite3_bind_text(read_, 1, id.data(), static_cast<int>(id.size()), SQLITE_STATIC);
    if (sqlite3_step(read_) == SQLITE_ROW) {
      out->set_name(name);
      for (int i = 1; i < sqlite3_column_count(read_); ++i) {
        const auto* text = static_cast<const char*>(sqlite3_column_blob(read_, i));
        if (text == nullptr) continue;
        out->add_food_categories(text, static_cast<size_t>(sqlite3_column_bytes(read_, i)));
      }
    }
    sqlite3_reset(read_);
  }

 private:
  sqlite3* db_ = nullptr;
  sqlite3_stmt* read_ = nullptr;
};

class Echo final : public registry::v1::OperatorService::CallbackService {
 public:
  explicit Echo(std::string store) : store_(std::move(store)) {}

 private:
  grpc::ServerUnaryReactor* GetOperator(grpc::CallbackServerContext* context,
                                        const registry::v1::GetOperatorRequest* in,
                                        registry::v1::GetOperatorResponse* out) override {
    if (!store_.empty()) {
      static thread_local Reader reader(store_);
      reader.Read(in->name(), out->mutable_operator_());
    }
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
  const std::string store_;
};

std::string Pem(const std::string& path) {
  auto text = config::ReadFile(path, kPemBytesMax);
  CHECK_OK(text);
  return *std::move(text);
}

int Main(int argc, char** argv) {
  if (argc != 3 && argc != 4) return 2;
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  const std::string pki = argv[1];
  grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  tls.pem_root_certs = Pem(pki + "/ca.crt");
  tls.pem_key_cert_pairs.push_back({Pem(pki + "/registry.key"), Pem(pki + "/registry.crt")});
  Echo echo(argc == 4 ? argv[3] : "");
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
