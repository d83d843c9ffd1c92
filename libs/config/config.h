#ifndef SHIAN_LIBS_CONFIG_CONFIG_H_
#define SHIAN_LIBS_CONFIG_CONFIG_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace shian::config {

// PEM files of one end of an mTLS connection. Secrets are named by path, never given by value.
struct Tls {
  std::string certificate;
  std::string key;
  std::string ca;
};

// What one service process is told. README.md lists every key.
struct Config {
  std::string service;
  std::string region = "410902";  // six digits: the division this instance serves
  std::string listen = "127.0.0.1";
  int port = 0;          // gRPC; metrics are served one above, plaintext health two above
  int metrics_port = 0;  // 0: port + 1
  int health_port = 0;   // 0: port + 2
  std::string state;     // folder of everything that is kept
  std::string store;     // path of the store, default <state>/<service>.db; or "postgresql://..."
  std::string store_standby;   // address of standbys of that database; may be empty
  int store_connections = 16;  // to a database, of this process
  std::string store_isolation = "serializable";  // or "snapshot"
  std::string blobs;                             // folder of the evidence; default <state>/blobs
  std::string pki;  // folder of keys in the layout of deploy/pki; fills what follows
  Tls tls;
  std::string signing_key;  // Ed25519 key of the logs' checkpoints
  std::string token_key;    // public ES256 key of the officers' token issuer
  std::string token_issuer = "shian-development-issuer";
  std::string blob_key;      // key that the evidence is encrypted with
  std::string identity_key;  // provincial key of the keyed hashes of identity numbers
  std::string policies;      // folder of policy files, deploy/policies
  std::string systems;       // system table; file or folder; default <policies>/systems
  std::map<std::string, std::string> peers;     // system id -> host:port
  std::string resolver = "https://id.gs1.org";  // address under which issued trace codes lie
  bool simulated_clock = false;
  std::string clock_start = "2025-03-03T09:00:00+08:00";
  std::string log_level = "info";
  int in_flight_max = 256;          // calls being answered at once
  int calls_per_second_max = 2000;  // per calling system
  int drain_seconds = 3;            // NOT_SERVING before the port closes

  int MetricsPort() const { return metrics_port != 0 ? metrics_port : port + 1; }
  int HealthPort() const { return health_port != 0 ? health_port : port + 2; }
};

using Environment = std::function<std::optional<std::string>(const std::string&)>;

// Defaults, then the file of --config, then SHIAN_<KEY>, then flags; later wins. An unknown key or
// a bad value is INVALID_ARGUMENT with one line that says where. NOT_FOUND: --help was asked.
absl::StatusOr<Config> Load(absl::string_view service, const std::vector<std::string>& arguments,
                            const Environment& environment);

// The same for a program's main: prints help (exit 0) or the line (exit 2).
Config LoadOrExit(absl::string_view service, int argc, char** argv);

// Fills a Tls by the layout of deploy/pki: <dir>/<system>.crt, <system>.key, ca.crt.
Tls TlsIn(absl::string_view dir, absl::string_view system);

// Every key with its meaning, for --help.
std::string Help(absl::string_view service);

// A whole file of at most `bytes_max`; NOT_FOUND or RESOURCE_EXHAUSTED names it.
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t bytes_max);

}  // namespace shian::config

#endif  // SHIAN_LIBS_CONFIG_CONFIG_H_
