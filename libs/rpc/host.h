// A service's process: config, telemetry, store, logs, feeds, servers, drain.
//
//   int main(int argc, char** argv) {
//     shian::rpc::Host host("sanction", argc, argv,
//                           rpc::SchemaOf("sanction", 0x53410004, sanction::kMigrations));
//     CaseService cases(host.edge());
//     host.Serve(&cases);
//     host.React("inspection", CaseReactions(host.edge()));
//     host.OnAdvance([&](absl::Time now) { return EndDuePublicity(host.edge(), now); });
//     return host.Run();
//   }
#pragma once

#include <grpcpp/impl/service_type.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/ledger/consumer.h"
#include "libs/rpc/edge.h"
#include "libs/rpc/todo.h"
#include "libs/store/store.h"

namespace shian::config {
struct Config;
}

namespace shian::rpc {

// The schema of a service from its embedded migrations; Host adds those of the libraries.
template <class Embedded>
store::Schema SchemaOf(const char* service, int32_t application_id, const Embedded& migrations) {
  store::Schema schema(application_id);
  schema.Add(service, migrations);
  return schema;
}

class Host {
 public:
  // Reads the configuration and opens the store; prints one line and exits with 2 (usage) or 1 when
  // that cannot be done. From here on SIGTERM and SIGINT belong to Run, so it is made before any
  // other thread.
  Host(absl::string_view name, int argc, char** argv, store::Schema schema);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  Edge& edge();
  const config::Config& config() const;

  // Adds a gRPC service, which must outlive Run. Ledger, feed, audit, policy, blob, clock and todo
  // services are there already.
  void Serve(grpc::Service* service);
  // Follows the facts of `peer` from the stored cursor on, and does what the map says for each type
  // of change. Several calls for one peer add up; one type of one peer has one reaction.
  void React(absl::string_view peer, ledger::Reactions reactions);
  // Whether all that `peer` has told until now took effect here: its feed is connected and caught
  // up. Of several processes that share a store only the one that follows can say yes.
  bool Hears(absl::string_view peer) const;
  // Work that falls due with time (publicity ends, deadlines pass). Runs on one thread: every few
  // seconds on the real clock, within AdvanceTo on a simulated one. It asks the store what is due,
  // so that running it again does nothing; errors are logged and the next round tries again.
  void OnAdvance(std::function<absl::Status(absl::Time now)> work);
  // What each process holds in memory of its own and writes behind its answers: as OnAdvance, in
  // every process of those that share a store, and once more when it ends.
  void OnEveryProcess(std::function<absl::Status(absl::Time now)> work);
  // The modules' open clocks: they are listed, counted, and climb rungs when overdue.
  void Remind(std::vector<TodoSource> sources);

  // Serves until SIGTERM or SIGINT, drains, returns the exit code. A second signal ends at once.
  int Run();

  // What Run does between, for tests.
  absl::Status Start();
  void Drain(absl::Duration not_serving);
  int port() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shian::rpc
