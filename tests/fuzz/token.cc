// Officer tokens. The input is taken as a token, and as claims that the bureau's key signs: a bad
// login of the bureau must not hurt us either. What is accepted names a person.
#include "libs/auth/token.h"

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "absl/strings/str_cat.h"
#include "libs/base/encoding.h"
#include "tests/fuzz/target.h"

namespace shian::fuzz {
namespace {

constexpr int kNumberBytes = 32;  // of r and of s
const absl::Time kNow = absl::FromUnixSeconds(1'740'963'600);

EVP_PKEY* Key() {
  static EVP_PKEY* const key = EVP_EC_gen("P-256");
  return key;
}

std::string PublicPem() {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PUBKEY(bio, Key());
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string pem(data, static_cast<size_t>(size));
  BIO_free(bio);
  return pem;
}

// ES256: r and s side by side, not the DER that OpenSSL makes.
std::string Signature(absl::string_view text) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  std::string der(128, '\0');
  size_t size = der.size();
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  CHECK_EQ(EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, Key()), 1);
  CHECK_EQ(EVP_DigestSign(context, reinterpret_cast<unsigned char*>(der.data()), &size, bytes,
                          text.size()),
           1);
  EVP_MD_CTX_free(context);
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  ECDSA_SIG* signature = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size));
  std::string raw(2 * kNumberBytes, '\0');
  auto* out = reinterpret_cast<unsigned char*>(raw.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(signature), out, kNumberBytes);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature), out + kNumberBytes, kNumberBytes);
  ECDSA_SIG_free(signature);
  return raw;
}

std::string Token(absl::string_view header, absl::string_view claims) {
  const std::string text = absl::StrCat(Base64UrlEncode(header), ".", Base64UrlEncode(claims));
  return absl::StrCat(text, ".", Base64UrlEncode(Signature(text)));
}

}  // namespace

FUZZ_TARGET(token) {
  static auto& verifier =
      *new auth::TokenVerifier({PublicPem(), "bureau-login", [] { return kNow; }});
  CHECK(!verifier.Verify(input).ok());
  const auto officer = verifier.Verify(Token(R"({"alg":"ES256","typ":"JWT"})", input));
  if (!officer.ok()) {
    CHECK(absl::IsUnauthenticated(officer.status()));
    return;
  }
  CHECK(!(*officer)->person.empty() && !(*officer)->organisation.empty());
  CHECK(!(*officer)->region.empty() && (*officer)->expiry > kNow);
  CHECK(!verifier.Verify(Token(R"({"alg":"HS256","typ":"JWT"})", input)).ok());
}

}  // namespace shian::fuzz
