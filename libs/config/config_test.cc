#include "libs/config/config.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <map>

namespace shian::config {
namespace {

Environment Env(std::map<std::string, std::string> variables) {
  return [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

std::string FileWith(const std::string& text) {
  char path[] = "/tmp/shian-config-XXXXXX";
  const int fd = mkstemp(path);
  REQUIRE(fd >= 0);
  std::ofstream(path) << text;
  return path;
}

std::string Refusal(const std::vector<std::string>& arguments) {
  const auto config = Load("registry", arguments, Env({}));
  REQUIRE(!config.ok());
  return std::string(config.status().message());
}

TEST_CASE("a service needs no more than its defaults") {
  const auto config = Load("sanction", {}, Env({}));
  REQUIRE(config.ok());
  REQUIRE(config->port == 7440);
  REQUIRE(config->MetricsPort() == 7441);
  REQUIRE(config->HealthPort() == 7442);
  REQUIRE(config->peers.at("registry") == "127.0.0.1:7410");
  REQUIRE(!config->peers.contains("sanction"));
  REQUIRE(config->tls.certificate == "/etc/shian/pki/sanction.crt");
  REQUIRE(config->store == "/var/lib/shian/sanction/sanction.db");
}

TEST_CASE("flags win over the environment, which wins over the file") {
  const std::string file = FileWith(
      "# the county\nregion = 410902\nport = 1001  # changed below\nlisten=::1\n"
      "peer.credit = credit:7430\n");
  const auto config =
      Load("registry", {"--config", file, "--port=1003", "--simulated-clock"},
           Env({{"SHIAN_PORT", "1002"}, {"SHIAN_LISTEN", "0.0.0.0"}, {"SHIAN_PEER_TRACE", "t:1"}}));
  REQUIRE(config.ok());
  REQUIRE(config->port == 1003);
  REQUIRE(config->listen == "0.0.0.0");
  REQUIRE(config->region == "410902");
  REQUIRE(config->simulated_clock);
  REQUIRE(config->peers.at("credit") == "credit:7430");
  REQUIRE(config->peers.at("trace") == "t:1");
}

TEST_CASE("what is wrong is said in one line with its place") {
  const std::string file = FileWith("region = 410902\nprot = 7\n");
  REQUIRE(Refusal({"--config", file}) == file + ":2: unknown key \"prot\"");
  REQUIRE(Refusal({"--port", "70000"}) ==
          "command line: port: want a number from 0 to 65535, not \"70000\"");
  REQUIRE(Refusal({"--port"}) == "command line: --port needs a value");
  REQUIRE(Refusal({"start"}) == "command line: unexpected \"start\"");
  REQUIRE(Refusal({"--region", "4109"}) == "command line: region: want six digits, not \"4109\"");
  REQUIRE(Refusal({"--config", "/nonexistent"}) == "/nonexistent: cannot be read");
}

TEST_CASE("the resolver of trace codes is an https address that a path can follow") {
  for (const char* good : {"https://trace.example.cn", "https://example.cn/q/food"}) {
    CHECK(Load("trace", {"--resolver", good}, Env({}))->resolver == good);
  }
  for (const char* bad : {"", "trace.example.cn", "http://trace.example.cn", "https://",
                          "https://example.cn/", "https://example.cn/?a=", "https://食.cn"}) {
    CHECK(absl::IsInvalidArgument(Load("trace", {"--resolver", bad}, Env({})).status()));
  }
}

TEST_CASE("every key is in the help") {
  const std::string help = Help("trace");
  REQUIRE(help.find("simulated-clock") != std::string::npos);
  REQUIRE(Load("trace", {"--help"}, Env({})).status().code() == absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace shian::config
