#include "services/ctl/session/session.h"

#include <filesystem>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/config/config.h"
#include "libs/rpc/client.h"

namespace shian::ctl {
namespace {

constexpr int kFirstPort = 7410, kPortStep = 10;

// The descriptor set lies beside the programs of a build, or under share/ of an installation.
std::string DescriptorsBeside(const std::string& program) {
  std::error_code error;
  const auto folder = std::filesystem::path(program).parent_path();
  for (const char* place : {"../../shian.binpb", "../share/shian/shian.binpb", "shian.binpb"}) {
    if (std::filesystem::exists(folder / place, error)) return (folder / place).string();
  }
  return "shian.binpb";
}

}  // namespace

void Session::AddOptions(CLI::App* app) {
  std::error_code error;
  descriptors_ = DescriptorsBeside(std::filesystem::read_symlink("/proc/self/exe", error).string());
  app->add_option("--output", output_, "table (for people) or json")
      ->check(CLI::IsMember({"table", "json"}))
      ->envname("SHIAN_OUTPUT");
  app->add_option("--timeout", timeout_seconds_, "seconds for one call")
      ->check(CLI::Range(0.05, 3600.0))
      ->envname("SHIAN_TIMEOUT");
  app->add_option("--token", token_, "officer token; better by the environment than by the flag")
      ->envname("SHIAN_TOKEN");
  app->add_option("--pki", pki_, "folder of the certificates")->envname("SHIAN_PKI");
  app->add_option("--system", system_, "system id whose certificate is used")
      ->envname("SHIAN_SYSTEM");
  app->add_option("--policies", policies_, "folder of the policy files")->envname("SHIAN_POLICIES");
  app->add_option("--descriptors", descriptors_, "descriptor set")->envname("SHIAN_DESCRIPTORS");
  for (size_t i = 0; i < kServices.size(); ++i) {
    std::string& address = peers_[kServices[i]];
    address = absl::StrCat("127.0.0.1:", kFirstPort + kPortStep * static_cast<int>(i));
    app->add_option(absl::StrCat("--peer.", kServices[i]), address, "address of the service")
        ->envname(absl::StrCat("SHIAN_PEER_", absl::AsciiStrToUpper(kServices[i])))
        ->group("Addresses");
  }
}

absl::StatusOr<const Protos*> Session::protos() {
  if (protos_ == nullptr) {
    ASSIGN_OR_RETURN(protos_, Protos::Load(descriptors_));
  }
  return protos_.get();
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> Session::ChannelTo(const std::string& service) {
  const auto known = channels_.find(service);
  if (known != channels_.end()) return known->second;
  const auto peer = peers_.find(service);
  if (peer == peers_.end()) return absl::NotFoundError(absl::StrCat("no service '", service, "'"));
  if (pki_.empty()) {
    return absl::InvalidArgumentError("name the certificates' folder with --pki or SHIAN_PKI");
  }
  ASSIGN_OR_RETURN(auto channel,
                   rpc::MakeChannel(config::TlsIn(pki_, system_), service, peer->second));
  channels_[service] = channel;
  return channel;
}

}  // namespace shian::ctl
