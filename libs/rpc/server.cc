#include "libs/rpc/server.h"

#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/impl/server_builder_plugin.h>
#include <grpcpp/impl/server_initializer.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/status_macros.h"
#include "libs/rpc/admission.h"
#include "libs/rpc/limits.h"

namespace shian::rpc {
namespace {

int Millis(absl::Duration duration) {
  return static_cast<int>(absl::ToInt64Milliseconds(duration));
}

// Teaches the edge which services the builder really registered, before the server listens: the
// authorisation table is checked against what is served, not against a list kept beside it.
class Teacher final : public grpc::ServerBuilderPlugin {
 public:
  Teacher(Edge& edge, absl::Status* learned) : edge_(edge), learned_(learned) {}
  std::string name() override { return "shian_edge"; }
  // Here and not in Finish, which comes after the server has begun to answer.
  void InitServer(grpc::ServerInitializer* initializer) override {
    *learned_ = edge_.Learn(*initializer->GetServiceList());
  }
  void Finish(grpc::ServerInitializer*) override {}
  void ChangeArguments(const std::string&, void*) override {}

 private:
  Edge& edge_;
  absl::Status* const learned_;
};

class TeachEdge final : public grpc::ServerBuilderOption {
 public:
  TeachEdge(Edge& edge, absl::Status* learned) : edge_(edge), learned_(learned) {}
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    plugins->push_back(std::make_unique<Teacher>(edge_, learned_));
  }

 private:
  Edge& edge_;
  absl::Status* const learned_;
};

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> CredentialsOf(const ServerParts& parts) {
  const config::Tls& tls = parts.config->tls;
  grpc::SslServerCredentialsOptions options(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  ASSIGN_OR_RETURN(options.pem_root_certs, config::ReadFile(tls.ca, limits::kPemBytesMax));
  auto& pair = options.pem_key_cert_pairs.emplace_back();
  ASSIGN_OR_RETURN(pair.cert_chain, config::ReadFile(tls.certificate, limits::kPemBytesMax));
  ASSIGN_OR_RETURN(pair.private_key, config::ReadFile(tls.key, limits::kPemBytesMax));
  auto credentials = grpc::SslServerCredentials(options);
  credentials->SetAuthMetadataProcessor(std::make_shared<Admission>(*parts.authority));
  return credentials;
}

void SetLimits(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(limits::kReceiveBytesMax);
  builder.SetMaxSendMessageSize(limits::kSendBytesMax);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, limits::kConcurrentStreamsMax);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, limits::kMetadataBytesMax);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, Millis(limits::kConnectionAgeMax));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                             Millis(limits::kConnectionAgeGrace));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, Millis(limits::kKeepaliveTime));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Millis(limits::kKeepaliveTimeout));
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             Millis(limits::kClientPingMin));
  // Two processes on one port would share its calls between two stores.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
}

void SetHealth(grpc::Server* server, bool serving) {
  grpc::HealthCheckServiceInterface* health = server->GetHealthCheckService();
  if (health == nullptr) return;
  health->SetServingStatus("", serving);
  health->SetServingStatus(kLiveService, true);
}

absl::Status NotListening(const std::string& address) {
  return absl::UnavailableError(absl::StrCat("cannot listen at ", address));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerParts& parts) {
  grpc::EnableDefaultHealthCheckService(true);
  auto server = std::unique_ptr<Server>(new Server);
  RETURN_IF_ERROR(server->StartMain(parts));
  RETURN_IF_ERROR(server->StartHealth(*parts.config));
  return server;
}

absl::Status Server::StartMain(const ServerParts& parts) {
  const std::string address = absl::StrCat(parts.config->listen, ":", parts.config->port);
  absl::Status learned = absl::FailedPreconditionError("the server was not built");
  grpc::ServerBuilder builder;
  SetLimits(builder);
  ASSIGN_OR_RETURN(const auto credentials, CredentialsOf(parts));
  builder.AddListeningPort(address, credentials, &port_);
  for (grpc::Service* service : parts.services) builder.RegisterService(service);
  builder.SetOption(std::make_unique<TeachEdge>(*parts.edge, &learned));
  main_ = builder.BuildAndStart();
  if (main_ == nullptr || port_ == 0) return NotListening(address);
  RETURN_IF_ERROR(learned);
  SetHealth(main_.get(), false);
  return absl::OkStatus();
}

absl::Status Server::StartHealth(const config::Config& config) {
  const int port = config.port == 0 ? 0 : config.HealthPort();
  const std::string address = absl::StrCat(config.listen, ":", port);
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &health_port_);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  health_queue_ = builder.AddCompletionQueue();
  health_ = builder.BuildAndStart();
  if (health_ == nullptr || health_port_ == 0) return NotListening(address);
  SetHealth(health_.get(), false);
  return absl::OkStatus();
}

Server::~Server() { Shutdown(absl::ZeroDuration()); }

void Server::SetServing(bool serving) {
  SetHealth(main_.get(), serving);
  SetHealth(health_.get(), serving);
}

void Server::Shutdown(absl::Duration grace) {
  const auto deadline = absl::ToChronoTime(absl::Now() + grace);
  if (main_ != nullptr) main_->Shutdown(deadline);
  if (health_ != nullptr) health_->Shutdown(deadline);
  if (health_queue_ != nullptr) {
    health_queue_->Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (health_queue_->Next(&tag, &ok)) {
    }
  }
  main_.reset();
  health_.reset();
  health_queue_.reset();
}

}  // namespace shian::rpc
