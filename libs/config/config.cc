#include "libs/config/config.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "libs/base/status_macros.h"
#include "libs/config/limits.h"

namespace shian::config {
namespace {

// Ports of the ring, so that a suite on one machine needs no peer addresses.
constexpr struct {
  const char* service;
  int port;
} kServices[] = {{"registry", 7410},
                 {"inspection", 7420},
                 {"credit", 7430},
                 {"sanction", 7440},
                 {"trace", 7450}};

using Setter = std::function<absl::Status(Config&, const std::string&)>;

struct Key {
  const char* name;
  const char* help;
  bool is_switch;
  Setter set;
};

Setter Text(std::string Config::*member) {
  return [member](Config& config, const std::string& value) {
    config.*member = value;
    return absl::OkStatus();
  };
}

Setter TlsFile(std::string Tls::*member) {
  return [member](Config& config, const std::string& value) {
    config.tls.*member = value;
    return absl::OkStatus();
  };
}

Setter Number(int Config::*member, int least, int most) {
  return [=](Config& config, const std::string& value) {
    int number = 0;
    if (!absl::SimpleAtoi(value, &number) || number < least || number > most) {
      return absl::InvalidArgumentError(
          absl::StrCat("want a number from ", least, " to ", most, ", not \"", value, "\""));
    }
    config.*member = number;
    return absl::OkStatus();
  };
}

Setter OneOf(std::string Config::*member, std::vector<std::string> words) {
  return [member, words](Config& config, const std::string& value) {
    if (std::find(words.begin(), words.end(), value) == words.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("want ", absl::StrJoin(words, " or "), ", not \"", value, "\""));
    }
    config.*member = value;
    return absl::OkStatus();
  };
}

Setter Switch(bool Config::*member) {
  return [member](Config& config, const std::string& value) {
    if (value != "true" && value != "false") {
      return absl::InvalidArgumentError(absl::StrCat("want true or false, not \"", value, "\""));
    }
    config.*member = value == "true";
    return absl::OkStatus();
  };
}

absl::Status SetRegion(Config& config, const std::string& value) {
  if (value.size() != 6 || !std::all_of(value.begin(), value.end(), absl::ascii_isdigit)) {
    return absl::InvalidArgumentError(absl::StrCat("want six digits, not \"", value, "\""));
  }
  config.region = value;
  return absl::OkStatus();
}

// What is printed on goods must lead somewhere for years: a link of its own, without a query.
absl::Status SetResolver(Config& config, const std::string& value) {
  const bool https = absl::StartsWith(value, "https://") && value.size() > 8;
  const bool plain = std::all_of(value.begin(), value.end(), [](unsigned char c) {
    return c > ' ' && c < 0x7F && !absl::StrContains("?#\"<>\\%", static_cast<char>(c));
  });
  if (!https || !plain || absl::EndsWith(value, "/") || value.size() > kResolverBytesMax) {
    return absl::InvalidArgumentError(absl::StrCat(
        "want https://HOST or https://HOST/PATH without a slash at its end, not \"", value, "\""));
  }
  config.resolver = value;
  return absl::OkStatus();
}

const std::vector<Key>& Keys() {
  static const auto* const keys = new std::vector<Key>{
      {"region", "division code that this instance serves", false, SetRegion},
      {"listen", "address that the ports are bound to", false, Text(&Config::listen)},
      {"port", "gRPC port", false, Number(&Config::port, 0, kPortMax)},
      {"metrics-port", "Prometheus port; 0 means port + 1", false,
       Number(&Config::metrics_port, 0, kPortMax)},
      {"health-port", "plaintext health port; 0 means port + 2", false,
       Number(&Config::health_port, 0, kPortMax)},
      {"state", "folder of everything that is kept", false, Text(&Config::state)},
      {"store", "path of the store, or postgresql://...", false, Text(&Config::store)},
      {"store-standby", "postgresql://... of standbys, for reads that may be stale", false,
       Text(&Config::store_standby)},
      {"store-connections", "to a database, of this process", false,
       Number(&Config::store_connections, 2, kStoreConnectionsMax)},
      {"store-isolation", "serializable, or snapshot where a database has no more", false,
       OneOf(&Config::store_isolation, {"serializable", "snapshot"})},
      {"blobs", "folder of the evidence", false, Text(&Config::blobs)},
      {"pki", "folder of keys and certificates", false, Text(&Config::pki)},
      {"tls-certificate", "PEM file", false, TlsFile(&Tls::certificate)},
      {"tls-key", "PEM file", false, TlsFile(&Tls::key)},
      {"tls-ca", "PEM file", false, TlsFile(&Tls::ca)},
      {"signing-key", "Ed25519 key of the checkpoints", false, Text(&Config::signing_key)},
      {"token-key", "public key of the token issuer", false, Text(&Config::token_key)},
      {"token-issuer", "the issuer's name", false, Text(&Config::token_issuer)},
      {"blob-key", "key of the evidence", false, Text(&Config::blob_key)},
      {"identity-key", "key of hashed identity numbers", false, Text(&Config::identity_key)},
      {"policies", "folder of policy files", false, Text(&Config::policies)},
      {"systems", "system table, a file or folder", false, Text(&Config::systems)},
      {"resolver", "https address under which issued trace codes lie", false, SetResolver},
      {"simulated-clock", "time stands still until AdvanceTo", true,
       Switch(&Config::simulated_clock)},
      {"clock-start", "first time of the simulated clock", false, Text(&Config::clock_start)},
      {"log-level", "debug, info, warn or error", false, Text(&Config::log_level)},
      {"in-flight-max", "calls answered at once", false,
       Number(&Config::in_flight_max, 1, kInFlightLimitMax)},
      {"calls-per-second-max", "per calling system", false,
       Number(&Config::calls_per_second_max, 1, kCallsPerSecondLimitMax)},
      {"drain-seconds", "NOT_SERVING before the port closes", false,
       Number(&Config::drain_seconds, 0, kDrainSecondsMax)},
  };
  return *keys;
}

const Key* Find(absl::string_view name) {
  for (const Key& key : Keys()) {
    if (name == key.name) return &key;
  }
  return nullptr;
}

absl::Status At(absl::string_view where, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(where, ": ", what));
}

absl::Status Set(Config& config, absl::string_view where, absl::string_view name,
                 const std::string& value) {
  if (absl::StartsWith(name, "peer.") && name.size() > 5) {
    config.peers[std::string(name.substr(5))] = value;
    return absl::OkStatus();
  }
  const Key* key = Find(name);
  if (key == nullptr) return At(where, absl::StrCat("unknown key \"", name, "\""));
  const absl::Status set = key->set(config, value);
  return set.ok() ? set : At(where, absl::StrCat(name, ": ", set.message()));
}

absl::Status SetFromFile(Config& config, const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kConfigBytesMax));
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    const std::string where = absl::StrCat(path, ":", number);
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits('=', 1));
    if (!absl::StrContains(line, "=")) return At(where, "want key = value");
    RETURN_IF_ERROR(Set(config, where, absl::StripAsciiWhitespace(parts.first),
                        std::string(absl::StripAsciiWhitespace(parts.second))));
  }
  return absl::OkStatus();
}

std::string VariableOf(absl::string_view key) {
  return absl::StrCat("SHIAN_",
                      absl::StrReplaceAll(absl::AsciiStrToUpper(key), {{"-", "_"}, {".", "_"}}));
}

absl::Status SetFromEnvironment(Config& config, const Environment& environment) {
  std::vector<std::string> names;
  for (const Key& key : Keys()) names.push_back(key.name);
  for (const auto& service : kServices) names.push_back(absl::StrCat("peer.", service.service));
  for (const std::string& name : names) {
    const std::string variable = VariableOf(name);
    if (const auto value = environment(variable)) {
      RETURN_IF_ERROR(Set(config, variable, name, *value));
    }
  }
  return absl::OkStatus();
}

struct Flag {
  std::string name;
  std::string value;
};

bool IsSwitch(absl::string_view name) {
  const Key* key = Find(name);
  return key != nullptr && key->is_switch;
}

absl::StatusOr<std::vector<Flag>> ParseFlags(const std::vector<std::string>& arguments) {
  std::vector<Flag> flags;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const absl::string_view argument = arguments[i];
    if (argument == "-h" || argument == "--help") return absl::NotFoundError("help");
    if (!absl::StartsWith(argument, "--")) {
      return At("command line", absl::StrCat("unexpected \"", argument, "\""));
    }
    const absl::string_view body = argument.substr(2);
    const size_t equals = body.find('=');
    if (equals != absl::string_view::npos) {
      flags.push_back({std::string(body.substr(0, equals)), std::string(body.substr(equals + 1))});
    } else if (IsSwitch(body)) {
      flags.push_back({std::string(body), "true"});
    } else if (i + 1 < arguments.size()) {
      flags.push_back({std::string(body), arguments[++i]});
    } else {
      return At("command line", absl::StrCat("--", body, " needs a value"));
    }
  }
  return flags;
}

void Default(std::string& field, std::string value) {
  if (field.empty()) field = std::move(value);
}

// What follows from other keys, once all are known.
void Derive(Config& config) {
  for (const auto& [service, port] : kServices) {
    if (service == config.service && config.port == 0) config.port = port;
    if (service == config.service || config.peers.contains(service)) continue;
    config.peers[service] = absl::StrCat("127.0.0.1:", port);
  }
  Default(config.state, absl::StrCat("/var/lib/shian/", config.service));
  Default(config.store, absl::StrCat(config.state, "/", config.service, ".db"));
  Default(config.blobs, config.state + "/blobs");
  Default(config.pki, "/etc/shian/pki");
  const Tls tls = TlsIn(config.pki, config.service);
  Default(config.tls.certificate, tls.certificate);
  Default(config.tls.key, tls.key);
  Default(config.tls.ca, tls.ca);
  Default(config.signing_key, absl::StrCat(config.pki, "/ledger/", config.service, ".key"));
  Default(config.token_key, config.pki + "/issuer.pub");
  Default(config.blob_key, config.pki + "/blob.key");
  Default(config.identity_key, config.pki + "/identity.key");
  Default(config.policies, "deploy/policies");
  Default(config.systems, config.policies + "/systems");
}

}  // namespace

absl::StatusOr<Config> Load(absl::string_view service, const std::vector<std::string>& arguments,
                            const Environment& environment) {
  Config config;
  config.service = std::string(service);
  ASSIGN_OR_RETURN(const std::vector<Flag> flags, ParseFlags(arguments));
  std::string file = environment("SHIAN_CONFIG").value_or("");
  for (const Flag& flag : flags) {
    if (flag.name == "config") file = flag.value;
  }
  if (!file.empty()) RETURN_IF_ERROR(SetFromFile(config, file));
  RETURN_IF_ERROR(SetFromEnvironment(config, environment));
  for (const Flag& flag : flags) {
    if (flag.name != "config") RETURN_IF_ERROR(Set(config, "command line", flag.name, flag.value));
  }
  Derive(config);
  return config;
}

Config LoadOrExit(absl::string_view service, int argc, char** argv) {
  const Environment environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  };
  absl::StatusOr<Config> config =
      Load(service, std::vector<std::string>(argv + 1, argv + argc), environment);
  if (config.ok()) return *std::move(config);
  if (absl::IsNotFound(config.status()) && config.status().message() == "help") {
    std::fputs(Help(service).c_str(), stdout);
    std::exit(0);
  }
  const std::string message(config.status().message());
  std::fprintf(stderr, "shian-%s: %s\n", std::string(service).c_str(), message.c_str());
  std::exit(2);
}

Tls TlsIn(absl::string_view dir, absl::string_view system) {
  return {.certificate = absl::StrCat(dir, "/", system, ".crt"),
          .key = absl::StrCat(dir, "/", system, ".key"),
          .ca = absl::StrCat(dir, "/ca.crt")};
}

std::string Help(absl::string_view service) {
  std::string help = absl::StrCat(
      "shian-", service, " [--config FILE] [--KEY VALUE]...\n\n",
      "Keys, from a file (key = value), the environment (SHIAN_KEY) or flags; later wins:\n");
  for (const Key& key : Keys()) {
    const std::string pad(std::max<int>(1, 22 - static_cast<int>(std::string(key.name).size())),
                          ' ');
    absl::StrAppend(&help, "  ", key.name, pad, key.help, "\n");
  }
  absl::StrAppend(&help, "  peer.SYSTEM           host:port of another service\n");
  return help;
}

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t bytes_max) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat(path, ": cannot be read"));
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (text.size() > bytes_max) {
    return absl::ResourceExhaustedError(absl::StrCat(path, ": above ", bytes_max, " bytes"));
  }
  return text;
}

}  // namespace shian::config
