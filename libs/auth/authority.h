// Who may call what: decided before any handler runs, from what is proved and nothing else.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/auth/officer.h"
#include "libs/auth/system.h"
#include "libs/auth/system_table.h"
#include "libs/auth/token.h"
#include "libs/base/clock.h"

namespace shian::auth {

// The name that a certificate carries: "urn:shian:system:housing-fund".
inline constexpr char kSystemUriPrefix[] = "urn:shian:system:";
// The name that a client demands of a server's certificate: "registry.shian.internal".
inline constexpr char kServerNameSuffix[] = ".shian.internal";

// One RPC and what it demands.
struct MethodAccess {
  std::string path;  // "/shian.sanction.v1.ListingService/DecideListing"
  std::string service;
  bool officer_required = false;
};

// What the transport proved or carried.
struct Credentials {
  std::vector<std::string> certificate_uris;
  std::string authorization;  // header of that name, empty when there was none
};

struct Caller {
  const System* system = nullptr;  // of the table, which lives as long as the authority
  std::shared_ptr<const Officer> officer;
};

class Authority {
 public:
  struct Options {
    SystemTable table;
    TokenVerifier::Options tokens;
    std::string region;                   // of this service instance
    const Clock* clock = &SystemClock();  // the table's dates are days of the service's clock
  };
  explicit Authority(Options options);

  // The methods that are served; anything else is refused. FAILED_PRECONDITION names a service that
  // the table lets nobody call: there is no default allow.
  absl::Status Learn(std::vector<MethodAccess> methods);

  // The decision for one call.
  absl::StatusOr<Caller> Admit(const Credentials& credentials, absl::string_view path);

  // The system alone, for what the transport's own services (health, reflection) answer.
  absl::StatusOr<const SystemRecord*> FindSystem(const Credentials& credentials) const;
  const SystemTable& table() const { return options_.table; }
  // Of this service instance.
  const std::string& region() const { return options_.region; }

 private:
  absl::Status CheckRegion(absl::string_view region) const;

  const Options options_;
  TokenVerifier tokens_;
  absl::flat_hash_map<std::string, MethodAccess> methods_;
};

}  // namespace shian::auth
