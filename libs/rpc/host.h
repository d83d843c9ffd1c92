// A service's process: config, telemetry, store, ledger, policies, feeds, servers, drain.
//
//   int main(int argc, char** argv) {
//     shian::rpc::Host host("sanction", argc, argv, Schema());
//     CaseService cases(host.edge());
//     host.Serve(&cases);
//     host.React("inspection", CaseReactions(host.edge()));
//     host.OnAdvance([&](absl::Time now) { return EndDuePublicity(host.edge(), now); });
//     return host.Run();
//   }
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include <grpcpp/channel.h>
#include <grpcpp/impl/service_type.h>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/ledger/consumer.h"
#include "libs/rpc/edge.h"
#include "libs/store/store.h"

namespace shian::config {
struct Config;
}

namespace shian::rpc {

// What happens here for each type of change of a peer.
using Reactions = std::map<std::string, ledger::Reaction>;

class Host {
 public:
  // Reads the configuration and opens the store; prints one line and exits with 2 (usage) or 1 when
  // that cannot be done. `schema` holds the service's own migrations.
  Host(absl::string_view name, int argc, char** argv, store::Schema schema);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  Edge& edge();
  const config::Config& config() const;

  // Adds a gRPC service, which must outlive Run.
  void Serve(grpc::Service* service);
  // Follows the facts of `peer` from the stored cursor on. Several calls for one peer add up; one
  // type has one reaction per process.
  void React(absl::string_view peer, Reactions reactions);
  // Work that falls due with time (publicity ends, deadlines pass). Runs on its own thread: every
  // few seconds on the real clock, or within AdvanceTo on a simulated one. Must be idempotent.
  void OnAdvance(std::function<absl::Status(absl::Time now)> work);
  // A channel for gate reads from `peer`, whose address the configuration names.
  std::shared_ptr<grpc::Channel> ChannelTo(absl::string_view peer);

  // Serves until SIGTERM or SIGINT, drains, returns the exit code.
  int Run();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shian::rpc
