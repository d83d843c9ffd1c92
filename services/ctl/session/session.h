#ifndef SHIAN_SERVICES_CTL_SESSION_SESSION_H_
#define SHIAN_SERVICES_CTL_SESSION_SESSION_H_

#include <grpcpp/channel.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/ctl/session/protos.h"

namespace shian::ctl {

// Exit codes, documented in --help: 0 done, 1 found wrong (verify, check), 2 usage, 64 + the gRPC
// code for a refused or failed call.
inline constexpr int kExitWrong = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitRpcBase = 64;

inline const std::vector<std::string> kServices = {"registry", "inspection", "credit", "sanction",
                                                   "trace"};

// What every command is given: where the services are, who calls them, how answers are shown.
class Session {
 public:
  // Adds the global options to the tool. Flags win over SHIAN_* in the environment.
  void AddOptions(CLI::App* app);

  bool json() const { return output_ == "json"; }
  absl::Duration timeout() const { return absl::Seconds(timeout_seconds_); }
  const std::string& token() const { return token_; }
  const std::string& policies() const { return policies_; }
  const std::string& pki() const { return pki_; }

  const std::string& AddressOf(const std::string& service) const { return peers_.at(service); }

  absl::StatusOr<const Protos*> protos();
  // A channel with this tool's certificate; made once.
  absl::StatusOr<std::shared_ptr<grpc::Channel>> ChannelTo(const std::string& service);

 private:
  std::string output_ = "table";
  double timeout_seconds_ = 5;
  std::string token_;
  std::string pki_;
  std::string system_ = "ctl";
  std::string policies_;
  std::string descriptors_;
  std::map<std::string, std::string> peers_;
  std::unique_ptr<Protos> protos_;
  std::map<std::string, std::shared_ptr<grpc::Channel>> channels_;
};

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_SESSION_SESSION_H_
