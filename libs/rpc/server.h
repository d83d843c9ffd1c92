// One gRPC server with mTLS, our limits, and admission before any handler.
#pragma once

#include <grpcpp/completion_queue.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/server.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/auth/authority.h"
#include "libs/config/config.h"
#include "libs/rpc/edge.h"

namespace shian::rpc {

// Health names beside "" (ready to take calls): liveness fails only when no progress is possible.
inline constexpr char kLiveService[] = "shian.live";

struct ServerParts {
  const config::Config* config = nullptr;
  auth::Authority* authority = nullptr;
  Edge* edge = nullptr;
  std::vector<grpc::Service*> services;
};

class Server {
 public:
  // Listens when it returns. Refused: a port that is taken, files that cannot be read, a service
  // that the system table lets nobody call.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerParts& parts);
  ~Server();

  int port() const { return port_; }
  int health_port() const { return health_port_; }
  // On both servers: one with mTLS, one in plaintext that answers health and nothing else.
  void SetServing(bool serving);
  // No new calls; running ones have until `grace` is over. Returns when all are done.
  void Shutdown(absl::Duration grace);

 private:
  Server() = default;
  absl::Status StartMain(const ServerParts& parts);
  absl::Status StartHealth(const config::Config& config);

  std::unique_ptr<grpc::Server> main_;
  // A server without services of its own must be given a queue to be built at all.
  std::unique_ptr<grpc::ServerCompletionQueue> health_queue_;
  std::unique_ptr<grpc::Server> health_;
  int port_ = 0;
  int health_port_ = 0;
};

}  // namespace shian::rpc
