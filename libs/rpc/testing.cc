#include "libs/rpc/testing.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/auth/token.h"
#include "libs/base/check.h"
#include "libs/config/config.h"
#include "libs/rpc/client.h"
#include "libs/rpc/limits.h"

namespace shian::rpc::testing {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(5);

std::string Slurp(const std::string& path) {
  const auto text = config::ReadFile(path, limits::kPemBytesMax);
  CHECK_OK(text.status());
  return *text;
}

}  // namespace

std::string SourceFolder() {
  const char* source = std::getenv("SHIAN_SOURCE");
  return source == nullptr ? std::filesystem::current_path().string() : source;
}

const std::string& PkiFolder() {
  static const auto* const folder = new store::TemporaryFolder;
  static const std::string* const path = [] {
    auto* made = new std::string(folder->path() + "/pki");
    const std::string command =
        absl::StrCat("sh '", SourceFolder(), "/deploy/pki/make-pki' '", *made, "' unregistered");
    CHECK_EQ(std::system(command.c_str()), 0) << "deploy/pki/make-pki failed";
    return made;
  }();
  return *path;
}

int FreePort() {
  // Below those that the system gives to outgoing connections: one of them could be taken by any
  // before the server binds it. Each process begins elsewhere.
  constexpr int kFirst = 10'000, kCount = 22'000;
  static std::atomic<int> next = getpid() * 131 % kCount;
  for (int tried = 0; tried < kCount; ++tried) {
    const int port = kFirst + next++ % kCount;
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    const int bound = bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address));
    close(fd);
    if (bound == 0) return port;
  }
  SHIAN_CHECK(false) << "no port is free";
  return 0;
}

std::string TokenFor(const auth::Officer& officer) {
  auth::Officer timed = officer;
  timed.expiry = absl::Now() + absl::Hours(1);
  const auto token = auth::IssueToken(Slurp(PkiFolder() + "/issuer.key"),
                                      config::Config().token_issuer, timed, absl::Now());
  CHECK_OK(token.status());
  return *token;
}

auth::Officer OfficerNamed(const std::string& person, std::vector<std::string> posts) {
  return {.person = person,
          .name = "执法人员",
          .organisation = "410902",
          .region = "410902",
          .card = absl::StrCat("card-", person),
          .posts = std::move(posts)};
}

HostFolder::HostFolder(HostOptions options) : options_(std::move(options)) {
  std::filesystem::create_directories(folder_.path() + "/policies");
  if (!options_.systems.empty()) {
    std::ofstream(folder_.path() + "/systems.txtpb") << options_.systems;
  }
}

std::vector<std::string> HostFolder::Arguments() const {
  const std::string& dir = folder_.path();
  const std::string tree = SourceFolder() + "/deploy/policies";
  std::vector<std::string> arguments = {
      "--state",         dir,
      "--pki",           PkiFolder(),
      "--region",        options_.region,
      "--port",          absl::StrCat(port_),
      "--metrics-port",  absl::StrCat(metrics_port_),
      "--health-port",   absl::StrCat(health_port_),
      "--log-level",     "error",
      "--policies",      options_.policies.empty() ? dir + "/policies" : options_.policies,
      "--systems",       options_.systems.empty() ? tree + "/systems" : dir + "/systems.txtpb",
      "--drain-seconds", "0"};
  if (options_.simulated_clock) arguments.push_back("--simulated-clock");
  if (!namespace_.address().empty()) {
    arguments.insert(arguments.end(),
                     {"--store", namespace_.address(), "--store-connections", "8"});
    if (std::getenv("SHIAN_TEST_SNAPSHOT") != nullptr) {
      arguments.insert(arguments.end(), {"--store-isolation", "snapshot"});
    }
  }
  for (const auto& [peer, address] : options_.peers) {
    arguments.push_back(absl::StrCat("--peer.", peer, "=", address));
  }
  return arguments;
}

std::string HostFolder::address() const { return absl::StrCat("127.0.0.1:", port_); }
std::string HostFolder::health_address() const { return absl::StrCat("127.0.0.1:", health_port_); }

std::unique_ptr<Host> MakeHost(const HostFolder& folder, store::Schema schema) {
  std::vector<std::string> arguments = folder.Arguments();
  std::string program = "test";
  std::vector<char*> argv = {program.data()};
  for (std::string& argument : arguments) argv.push_back(argument.data());
  return std::make_unique<Host>(folder.service(), static_cast<int>(argv.size()), argv.data(),
                                std::move(schema));
}

std::shared_ptr<grpc::Channel> ChannelAs(const std::string& as, const HostFolder& folder,
                                         const std::string& peer) {
  const auto channel = MakeChannel(config::TlsIn(PkiFolder(), as),
                                   peer.empty() ? folder.service() : peer, folder.address());
  CHECK_OK(channel.status());
  return *channel;
}

std::unique_ptr<grpc::ClientContext> Context(const std::string& token) {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(absl::ToChronoTime(absl::Now() + kPatience));
  if (!token.empty()) context->AddMetadata("authorization", "Bearer " + token);
  return context;
}

}  // namespace shian::rpc::testing
