// A whole process of the suite inside a test: real mTLS on loopback, a PKI made by deploy/pki, a
// real store in a temporary folder.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libs/auth/officer.h"
#include "libs/rpc/host.h"
#include "libs/store/testing.h"

namespace shian::rpc::testing {

// Keys and certificates of the development systems, made once per test program.
const std::string& PkiFolder();
// The source tree, from SHIAN_SOURCE.
std::string SourceFolder();
// A port that was free a moment ago.
int FreePort();

// A token of the development issuer, good for an hour.
std::string TokenFor(const auth::Officer& officer);
auth::Officer OfficerNamed(const std::string& person, std::vector<std::string> posts);

struct HostOptions {
  std::string service = "registry";
  std::string region = "410902";
  std::string systems;   // text of the system table; empty: the one of deploy/policies
  std::string policies;  // folder; empty: an empty one
  bool simulated_clock = true;
  std::map<std::string, std::string> peers;
};

// The arguments with which such a service is started; state and ports are fixed for its life, so a
// second start is a restart.
class HostFolder {
 public:
  explicit HostFolder(HostOptions options);
  std::vector<std::string> Arguments() const;
  std::string address() const;
  std::string health_address() const;
  const std::string& service() const { return options_.service; }

 private:
  const HostOptions options_;
  store::TemporaryFolder folder_;
  store::TemporaryNamespace namespace_;
  const int port_ = FreePort();
  const int metrics_port_ = FreePort();
  const int health_port_ = FreePort();
};

// Starts a Host on a folder, in this process.
std::unique_ptr<Host> MakeHost(const HostFolder& folder, store::Schema schema);

// A channel to `folder`'s process as the system `as`, which expects `peer` (empty: the service).
std::shared_ptr<grpc::Channel> ChannelAs(const std::string& as, const HostFolder& folder,
                                         const std::string& peer = "");

// A context with a deadline of five seconds and, if given, an officer's token.
std::unique_ptr<grpc::ClientContext> Context(const std::string& token = "");

}  // namespace shian::rpc::testing
