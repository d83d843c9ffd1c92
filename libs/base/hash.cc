#include "libs/base/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "libs/base/check.h"

namespace shian {
namespace {

unsigned char* Raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

struct Sha256Stream::Context {
  EVP_MD_CTX* evp = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(evp); }
};

Sha256Stream::Sha256Stream() : context_(std::make_unique<Context>()) {
  CHECK_EQ(EVP_DigestInit_ex(context_->evp, EVP_sha256(), nullptr), 1);
}

Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::Update(absl::string_view piece) {
  CHECK_EQ(EVP_DigestUpdate(context_->evp, piece.data(), piece.size()), 1);
}

std::string Sha256Stream::Finish() {
  std::string digest(kSha256Bytes, '\0');
  CHECK_EQ(EVP_DigestFinal_ex(context_->evp, Raw(digest), nullptr), 1);
  return digest;
}

std::string Sha256(absl::string_view data) {
  std::string digest(kSha256Bytes, '\0');
  CHECK_EQ(EVP_Digest(data.data(), data.size(), Raw(digest), nullptr, EVP_sha256(), nullptr), 1);
  return digest;
}

std::string HmacSha256(absl::string_view key, absl::string_view data) {
  std::string digest(kSha256Bytes, '\0');
  // A null key means "reuse the last one" to OpenSSL, so an empty key still needs an address.
  const char* key_bytes = key.empty() ? "" : key.data();
  unsigned int size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(data.data());
  CHECK(HMAC(EVP_sha256(), key_bytes, static_cast<int>(key.size()), bytes, data.size(), Raw(digest),
             &size) != nullptr);
  CHECK_EQ(size, kSha256Bytes);
  return digest;
}

bool EqualInConstantTime(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace shian
