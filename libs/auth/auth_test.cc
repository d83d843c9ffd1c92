#include <openssl/evp.h>
#include <openssl/pem.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/auth/authority.h"
#include "libs/auth/token.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/errors/errors.h"

namespace shian::auth {
namespace {

using errors::Reason;

constexpr char kIssuer[] = "bureau-login";
const absl::Time kNow = absl::FromUnixSeconds(1'740'963'600);

struct KeyPair {
  std::string private_pem;
  std::string public_pem;
};

std::string PemOf(EVP_PKEY* key, bool with_private) {
  BIO* bio = BIO_new(BIO_s_mem());
  if (with_private) {
    PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  } else {
    PEM_write_bio_PUBKEY(bio, key);
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string pem(data, static_cast<size_t>(size));
  BIO_free(bio);
  return pem;
}

KeyPair NewKey() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  KeyPair pair{PemOf(key, true), PemOf(key, false)};
  EVP_PKEY_free(key);
  return pair;
}

const KeyPair& IssuerKey() {
  static const KeyPair key = NewKey();
  return key;
}

Officer Reviewer() {
  return {.person = "p-17",
          .name = "法制员",
          .organisation = "410902",
          .region = "410902",
          .card = "410902-0017",
          .posts = {"legal-reviewer"},
          .expiry = kNow + absl::Hours(8)};
}

TokenVerifier::Options VerifierAt(absl::Time now) {
  return {IssuerKey().public_pem, kIssuer, [now] { return now; }};
}

std::string Issue(const Officer& officer, const std::string& issuer = kIssuer,
                  absl::Time now = kNow) {
  const auto token = IssueToken(IssuerKey().private_pem, issuer, officer, now);
  REQUIRE(token.ok());
  return *token;
}

std::string Join(const std::string& header, const std::string& claims, const std::string& mac) {
  return absl::StrCat(Base64UrlEncode(header), ".", Base64UrlEncode(claims), ".", mac);
}

std::string ClaimsOf(const std::string& token) {
  const std::vector<std::string> parts = absl::StrSplit(token, '.');
  return *Base64UrlDecode(parts[1]);
}

Reason ReasonFor(const std::string& token, absl::Time now = kNow) {
  TokenVerifier verifier(VerifierAt(now));
  const auto officer = verifier.Verify(token);
  REQUIRE(!officer.ok());
  REQUIRE(officer.status().code() == absl::StatusCode::kUnauthenticated);
  REQUIRE(errors::ReasonOf(officer.status()).has_value());
  return *errors::ReasonOf(officer.status());
}

TEST_CASE("a good token gives the officer, at once and from memory") {
  TokenVerifier verifier(VerifierAt(kNow));
  const std::string token = Issue(Reviewer());
  const auto first = verifier.Verify(token);
  REQUIRE(first.ok());
  REQUIRE((*first)->person == "p-17");
  REQUIRE((*first)->card == "410902-0017");
  REQUIRE((*first)->posts == std::vector<std::string>{"legal-reviewer"});
  const auto second = verifier.Verify(token);
  REQUIRE(second.ok());
  REQUIRE(first->get() == second->get());
}

TEST_CASE("a token that was good is refused once it has expired") {
  absl::Time now = kNow;
  TokenVerifier verifier({IssuerKey().public_pem, kIssuer, [&now] { return now; }});
  const std::string token = Issue(Reviewer());
  REQUIRE(verifier.Verify(token).ok());
  now = kNow + absl::Hours(8);
  REQUIRE(errors::ReasonOf(verifier.Verify(token).status()) == Reason::kOfficerTokenExpired);
}

TEST_CASE("every wrong token is refused") {
  const std::string good = Issue(Reviewer());
  const std::string claims = ClaimsOf(good);
  const std::vector<std::string> parts = absl::StrSplit(good, '.');
  Officer no_card = Reviewer();
  no_card.card.clear();
  Officer long_lived = Reviewer();
  long_lived.expiry = kNow + absl::Hours(24 * 30);
  const auto foreign = IssueToken(NewKey().private_pem, kIssuer, Reviewer(), kNow);
  REQUIRE(foreign.ok());
  const std::string hs_head = R"({"alg":"HS256","typ":"JWT"})";
  const std::string signed_part =
      absl::StrCat(Base64UrlEncode(hs_head), ".", Base64UrlEncode(claims));
  const std::map<std::string, std::string> wrong = {
      {"empty", ""},
      {"no token at all", "hello"},
      {"alg none", Join(R"({"alg":"none"})", claims, "")},
      {"alg None", Join(R"({"alg":"None"})", claims, "")},
      {"public key as HMAC secret",
       absl::StrCat(signed_part, ".",
                    Base64UrlEncode(HmacSha256(IssuerKey().public_pem, signed_part)))},
      {"alg is a number", Join(R"({"alg":7})", claims, parts[2])},
      {"signed by another key", *foreign},
      {"claims changed",
       absl::StrCat(parts[0], ".",
                    Base64UrlEncode(nlohmann::json::parse(claims)
                                        .patch(nlohmann::json::parse(
                                            R"([{"op":"replace","path":"/sub","value":"p-1"}])"))
                                        .dump()),
                    ".", parts[2])},
      {"signature cut", absl::StrCat(parts[0], ".", parts[1], ".", parts[2].substr(0, 20))},
      {"signature empty", absl::StrCat(parts[0], ".", parts[1], ".")},
      {"a fourth part", good + ".x"},
      {"another issuer", Issue(Reviewer(), "someone-else")},
      {"no enforcement card", Issue(no_card)},
      {"lives for a month", Issue(long_lived)},
      {"not valid yet", Issue(Reviewer(), kIssuer, kNow + absl::Hours(1))},
      {"oversized", good + std::string(5000, 'A')},
      {"deep claims",
       absl::StrCat(parts[0], ".", Base64UrlEncode(std::string(2000, '[')), ".", parts[2])},
  };
  for (const auto& [name, token] : wrong) {
    INFO(name);
    REQUIRE(ReasonFor(token) == Reason::kOfficerTokenInvalid);
  }
}

constexpr char kTable[] = R"(
organisations { id: "410902-market" title_zh: "区局" region: "410902" superior: "410900-market" }
systems { id: "ctl" organisation: "410902-market" region: "410902" valid_from: "2024-01-01"
          services: "shian.sanction.v1.ListingService" services: "shian.policy.v1.PolicyService" }
systems { id: "bureau" region: "410900" services: "shian.sanction.v1.ListingService" }
systems { id: "elsewhere" region: "410901" services: "shian.sanction.v1.ListingService" }
systems { id: "old" valid_from: "2020-01-01" valid_to: "2021-12-31"
          services: "shian.sanction.v1.ListingService" }
)";
constexpr char kRead[] = "/shian.sanction.v1.ListingService/GetListing";
constexpr char kDecide[] = "/shian.sanction.v1.ListingService/DecideListing";

struct World {
  World() : clock(kNow), authority(OptionsWith(&clock)) {
    REQUIRE(authority
                .Learn({{kRead, "shian.sanction.v1.ListingService", false},
                        {kDecide, "shian.sanction.v1.ListingService", true}})
                .ok());
  }
  static Authority::Options OptionsWith(const Clock* clock) {
    auto table = SystemTable::FromText(kTable, "systems");
    REQUIRE(table.ok());
    return {*std::move(table), VerifierAt(kNow), "410902", clock};
  }
  absl::StatusOr<Caller> Admit(const std::string& system, const std::string& path,
                               const std::string& authorization = "") {
    return authority.Admit({{"spiffe://other", kSystemUriPrefix + system}, authorization}, path);
  }
  SimulatedClock clock;
  Authority authority;
};

TEST_CASE("a system is admitted to what the table names and to nothing else") {
  World world;
  REQUIRE(world.Admit("ctl", kRead).ok());
  REQUIRE(world.Admit("ctl", kRead)->system->organisation == "410902-market");
  const auto reason = [&](const std::string& system, const std::string& path) {
    return errors::ReasonOf(world.Admit(system, path).status());
  };
  REQUIRE(reason("nobody", kRead) == Reason::kSystemUnknown);
  REQUIRE(reason("old", kRead) == Reason::kSystemUnknown);
  REQUIRE(reason("ctl", "/shian.sanction.v1.CaseService/GetCase") == Reason::kServiceNotAllowed);
  REQUIRE(reason("ctl", "nonsense") == Reason::kServiceNotAllowed);
  REQUIRE(reason("elsewhere", kRead) == Reason::kRegionNotAllowed);
  REQUIRE(world.Admit("bureau", kRead).ok());
  REQUIRE(world.Admit("bureau", "/grpc.health.v1.Health/Check").ok());
  REQUIRE(reason("nobody", "/grpc.health.v1.Health/Check") == Reason::kSystemUnknown);
}

TEST_CASE("an act of office needs a token, and a bad token is refused wherever it comes") {
  World world;
  const std::string good = "Bearer " + Issue(Reviewer());
  REQUIRE(world.Admit("ctl", kDecide, good)->officer->person == "p-17");
  REQUIRE(world.Admit("ctl", kRead, good)->officer != nullptr);
  const auto reason = [&](const std::string& path, const std::string& authorization) {
    return errors::ReasonOf(world.Admit("ctl", path, authorization).status());
  };
  REQUIRE(reason(kDecide, "") == Reason::kOfficerTokenRequired);
  REQUIRE(reason(kDecide, "Basic abc") == Reason::kOfficerTokenInvalid);
  REQUIRE(reason(kRead, good + "x") == Reason::kOfficerTokenInvalid);
  Officer stranger = Reviewer();
  stranger.region = "410901";
  REQUIRE(reason(kDecide, "Bearer " + Issue(stranger)) == Reason::kRegionNotAllowed);
}

TEST_CASE("a service that nobody may call is found at start") {
  World world;
  const absl::Status learned =
      world.authority.Learn({{"/a.b.v1.CService/Do", "a.b.v1.CService", false}});
  REQUIRE(learned.code() == absl::StatusCode::kFailedPrecondition);
  REQUIRE(learned.message() == "the system table lets nobody call a.b.v1.CService");
}

TEST_CASE("a table that contradicts itself is refused with its place") {
  const auto error = [](const char* text) {
    return std::string(SystemTable::FromText(text, "t.txtpb").status().message());
  };
  REQUIRE(error("systems { id: \"a\"\n  nonsense: 1 }").substr(0, 10) == "t.txtpb:2:");
  REQUIRE(error("systems { id: \"a\" } systems { id: \"a\" }") == "a: two entries for one day");
  REQUIRE(error("systems { id: \"a\" valid_from: \"2024-02-30\" }").substr(0, 2) == "a:");
}

TEST_CASE("a region covers itself and what lies below it") {
  REQUIRE(RegionCovers("410902", "410902"));
  REQUIRE(RegionCovers("410900", "410902"));
  REQUIRE(RegionCovers("410000", "410902"));
  REQUIRE(RegionCovers("000000", "410902"));
  REQUIRE(RegionCovers("", "410902"));
  REQUIRE(RegionCovers("410902", "410902003"));
  REQUIRE(!RegionCovers("410902", "410900"));
  REQUIRE(!RegionCovers("410901", "410902"));
  REQUIRE(!RegionCovers("420000", "410902"));
}

}  // namespace
}  // namespace shian::auth
