// Officer tokens (执法人员令牌): JSON Web Tokens of the bureau's login, signed ES256.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "libs/auth/officer.h"

namespace shian::auth {

inline constexpr char kAudience[] = "shian";

// Verifies tokens of one issuer. The algorithm is pinned before the library sees the token, so
// neither "none" nor a public key used as an HMAC secret can pass.
class TokenVerifier {
 public:
  struct Options {
    std::string public_key_pem;
    std::string issuer;
    std::function<absl::Time()> now = [] { return absl::Now(); };  // real time, never simulated
  };
  explicit TokenVerifier(Options options) : options_(std::move(options)) {}

  // UNAUTHENTICATED with OFFICER_TOKEN_INVALID or OFFICER_TOKEN_EXPIRED; says why, never what.
  // A good token is remembered by its hash until it expires, so the second look is cheap.
  absl::StatusOr<std::shared_ptr<const Officer>> Verify(absl::string_view token);

 private:
  absl::StatusOr<std::shared_ptr<const Officer>> VerifyAnew(const std::string& token) const;
  void Remember(const std::string& hash, std::shared_ptr<const Officer> officer);

  const Options options_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<const Officer>> verified_
      ABSL_GUARDED_BY(mutex_);
};

// What the development issuer does: signs a token for `officer`, valid from `now` until its expiry.
absl::StatusOr<std::string> IssueToken(const std::string& private_key_pem,
                                       const std::string& issuer, const Officer& officer,
                                       absl::Time now);

}  // namespace shian::auth
