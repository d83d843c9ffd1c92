#include "libs/base/hash.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "libs/base/check.h"

namespace shian {
namespace {

unsigned char* Raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

const unsigned char* Bytes(const char* data) {
  return reinterpret_cast<const unsigned char*>(data);
}

// Fetched once: EVP_sha256() makes OpenSSL look the algorithm up, under locks, at every use.
const EVP_MD* Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

class Digest {
 public:
  Digest() : context_(EVP_MD_CTX_new()) {}
  ~Digest() { EVP_MD_CTX_free(context_); }
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;

  void Begin() { CHECK_EQ(EVP_DigestInit_ex(context_, Algorithm(), nullptr), 1); }
  void Add(absl::string_view piece) {
    CHECK_EQ(EVP_DigestUpdate(context_, piece.data(), piece.size()), 1);
  }
  std::string End() {
    std::string digest(kSha256Bytes, '\0');
    CHECK_EQ(EVP_DigestFinal_ex(context_, Raw(digest), nullptr), 1);
    return digest;
  }

 private:
  EVP_MD_CTX* const context_;
};

// A context per thread, keyed anew when the key changes.
class Hmac {
 public:
  Hmac() {
    EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    context_ = EVP_MAC_CTX_new(hmac);
    EVP_MAC_free(hmac);
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end()};
    CHECK_EQ(EVP_MAC_CTX_set_params(context_, parameters), 1);
  }
  ~Hmac() {
    EVP_MAC_CTX_free(context_);
    OPENSSL_cleanse(key_.data(), key_.size());
  }
  Hmac(const Hmac&) = delete;
  Hmac& operator=(const Hmac&) = delete;

  std::string Of(absl::string_view key, absl::string_view data) {
    // A null key means "reuse the last one" to OpenSSL, which spares half of the work: one write
    // derives all its ids and salts from one seed. An empty key still needs an address.
    const bool same = keyed_ && key == key_;
    const char* key_bytes = same ? nullptr : key.empty() ? "" : key.data();
    CHECK_EQ(EVP_MAC_init(context_, Bytes(key_bytes), same ? 0 : key.size(), nullptr), 1);
    if (!same) {
      OPENSSL_cleanse(key_.data(), key_.size());
      key_.assign(key.data(), key.size());
    }
    keyed_ = true;
    CHECK_EQ(EVP_MAC_update(context_, Bytes(data.data()), data.size()), 1);
    std::string mac(kSha256Bytes, '\0');
    size_t size = 0;
    CHECK_EQ(EVP_MAC_final(context_, Raw(mac), &size, mac.size()), 1);
    CHECK_EQ(size, kSha256Bytes);
    return mac;
  }

 private:
  EVP_MAC_CTX* context_;
  std::string key_;  // in the context too
  bool keyed_ = false;
};

}  // namespace

struct Sha256Stream::Context : Digest {
  // One that an earlier stream of this thread left: making one costs as much as a small digest.
  static std::unique_ptr<Context>& Spare() {
    thread_local std::unique_ptr<Context> spare;
    return spare;
  }
};

Sha256Stream::Sha256Stream() : context_(std::move(Context::Spare())) {
  if (context_ == nullptr) context_ = std::make_unique<Context>();
  context_->Begin();
}

Sha256Stream::~Sha256Stream() { Context::Spare() = std::move(context_); }

void Sha256Stream::Update(absl::string_view piece) { context_->Add(piece); }

std::string Sha256Stream::Finish() { return context_->End(); }

std::string Sha256(absl::string_view data) {
  thread_local Digest digest;
  digest.Begin();
  digest.Add(data);
  return digest.End();
}

std::string HmacSha256(absl::string_view key, absl::string_view data) {
  thread_local Hmac hmac;
  return hmac.Of(key, data);
}

bool EqualInConstantTime(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace shian
