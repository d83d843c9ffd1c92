#include "libs/auth/token.h"

#include <jwt.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "absl/strings/str_split.h"
#include "libs/auth/limits.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/base/text.h"
#include "libs/errors/errors.h"

namespace shian::auth {
namespace {

using Json = nlohmann::json;

absl::Status Invalid(const char* why) {
  return errors::Refuse(errors::Reason::kOfficerTokenInvalid, {{"why", why}});
}

// One part of the token as a JSON object; absent for anything else.
std::optional<Json> ObjectOf(absl::string_view part) {
  const absl::StatusOr<std::string> text = Base64UrlDecode(part);
  if (!text.ok()) return std::nullopt;
  Json json = Json::parse(*text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return std::nullopt;
  return json;
}

std::string TextClaim(const Json& claims, const char* name) {
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_string()) return "";
  std::string text = found->get<std::string>();
  const bool good = text.size() <= limits::kClaimBytesMax && IsValidUtf8(text);
  return good ? text : "";
}

std::optional<absl::Time> TimeClaim(const Json& claims, const char* name) {
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_number_integer()) return std::nullopt;
  return absl::FromUnixSeconds(found->get<int64_t>());
}

bool SignatureHolds(const std::string& token, const std::string& pem) {
  jwt_t* jwt = nullptr;
  const int failed =
      jwt_decode(&jwt, token.c_str(), reinterpret_cast<const unsigned char*>(pem.data()),
                 static_cast<int>(pem.size()));
  if (failed != 0) return false;
  const bool pinned = jwt_get_alg(jwt) == JWT_ALG_ES256;
  jwt_free(jwt);
  return pinned;
}

absl::Status CheckTimes(const Json& claims, absl::Time now) {
  const auto issued = TimeClaim(claims, "iat");
  const auto expiry = TimeClaim(claims, "exp");
  const auto begins = TimeClaim(claims, "nbf");
  if (!issued || !expiry) return Invalid("iat and exp are required");
  if (*expiry - *issued > limits::kTokenLifetimeMax) return Invalid("it lives too long");
  if (now >= *expiry) return errors::Refuse(errors::Reason::kOfficerTokenExpired);
  const absl::Time from = begins.value_or(*issued);
  if (now + limits::kClockSkew < from) return Invalid("it is not valid yet");
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> PostsOf(const Json& claims) {
  const auto found = claims.find("posts");
  if (found == claims.end() || !found->is_array() || found->size() > limits::kPostsMax) {
    return Invalid("posts are missing");
  }
  std::vector<std::string> posts;
  for (const Json& post : *found) {
    if (!post.is_string()) return Invalid("a post is no text");
    posts.push_back(post.get<std::string>());
  }
  return posts;
}

absl::StatusOr<std::shared_ptr<const Officer>> OfficerOf(const Json& claims) {
  auto officer = std::make_shared<Officer>();
  officer->person = TextClaim(claims, "sub");
  officer->name = TextClaim(claims, "name");
  officer->organisation = TextClaim(claims, "org");
  officer->region = TextClaim(claims, "region");
  officer->card = TextClaim(claims, "card");
  officer->expiry = *TimeClaim(claims, "exp");
  if (officer->person.empty()) return Invalid("the person is missing");
  if (officer->organisation.empty()) return Invalid("the organisation is missing");
  if (officer->region.empty()) return Invalid("the region is missing");
  if (officer->card.empty()) return Invalid("the enforcement card number is missing");
  ASSIGN_OR_RETURN(officer->posts, PostsOf(claims));
  return officer;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Officer>> TokenVerifier::Verify(absl::string_view token) {
  if (token.size() > limits::kTokenBytesMax) return Invalid("it is too long");
  const std::string hash = Sha256(token);
  {
    absl::MutexLock lock(&mutex_);
    const auto found = verified_.find(hash);
    if (found != verified_.end()) {
      if (options_.now() < found->second->expiry) return found->second;
      verified_.erase(found);
    }
  }
  ASSIGN_OR_RETURN(std::shared_ptr<const Officer> officer, VerifyAnew(std::string(token)));
  Remember(hash, officer);
  return officer;
}

absl::StatusOr<std::shared_ptr<const Officer>> TokenVerifier::VerifyAnew(
    const std::string& token) const {
  const std::vector<std::string> parts = absl::StrSplit(token, '.');
  if (parts.size() != 3) return Invalid("it has not three parts");
  const std::optional<Json> header = ObjectOf(parts[0]);
  if (!header || TextClaim(*header, "alg") != "ES256") return Invalid("the algorithm is not ES256");
  const std::optional<Json> claims = ObjectOf(parts[1]);
  if (!claims) return Invalid("the claims cannot be read");
  if (!SignatureHolds(token, options_.public_key_pem)) return Invalid("the signature is wrong");
  if (TextClaim(*claims, "iss") != options_.issuer) return Invalid("another issuer");
  if (TextClaim(*claims, "aud") != kAudience) return Invalid("another audience");
  RETURN_IF_ERROR(CheckTimes(*claims, options_.now()));
  return OfficerOf(*claims);
}

void TokenVerifier::Remember(const std::string& hash, std::shared_ptr<const Officer> officer) {
  absl::MutexLock lock(&mutex_);
  if (verified_.size() >= limits::kTokensCachedMax) verified_.clear();
  verified_.insert_or_assign(hash, std::move(officer));
}

absl::StatusOr<std::string> IssueToken(const std::string& private_key_pem,
                                       const std::string& issuer, const Officer& officer,
                                       absl::Time now) {
  const Json claims = {{"iss", issuer},
                       {"aud", kAudience},
                       {"sub", officer.person},
                       {"name", officer.name},
                       {"org", officer.organisation},
                       {"region", officer.region},
                       {"card", officer.card},
                       {"posts", officer.posts},
                       {"iat", absl::ToUnixSeconds(now)},
                       {"nbf", absl::ToUnixSeconds(now)},
                       {"exp", absl::ToUnixSeconds(officer.expiry)}};
  jwt_t* jwt = nullptr;
  if (jwt_new(&jwt) != 0) return absl::ResourceExhaustedError("no memory for a token");
  const auto* key = reinterpret_cast<const unsigned char*>(private_key_pem.data());
  char* encoded = nullptr;
  if (jwt_add_grants_json(jwt, claims.dump().c_str()) == 0 &&
      jwt_set_alg(jwt, JWT_ALG_ES256, key, static_cast<int>(private_key_pem.size())) == 0) {
    encoded = jwt_encode_str(jwt);
  }
  jwt_free(jwt);
  if (encoded == nullptr) return absl::InvalidArgumentError("the issuer's key cannot sign ES256");
  std::string token(encoded);
  std::free(encoded);
  return token;
}

}  // namespace shian::auth
