#include "libs/ledger/ed25519.h"

#include "libs/base/check.h"

namespace shian::ledger {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using ContextPtr = std::unique_ptr<EVP_MD_CTX, FreeContext>;

const unsigned char* Unsigned(absl::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

std::string Sign(EVP_PKEY* key, absl::string_view message) {
  const ContextPtr context(EVP_MD_CTX_new());
  std::string signature(kEd25519SignatureBytes, '\0');
  size_t size = signature.size();
  const bool signed_ok =
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     Unsigned(message), message.size()) == 1;
  SHIAN_CHECK(signed_ok && size == kEd25519SignatureBytes) << "Ed25519 signing failed";
  return signature;
}

bool IsSignature(absl::string_view public_key, absl::string_view message,
                 absl::string_view signature) {
  if (public_key.size() != kEd25519KeyBytes) return false;
  const KeyPtr key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Unsigned(public_key),
                                               public_key.size()));
  const ContextPtr context(EVP_MD_CTX_new());
  return key != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), Unsigned(signature), signature.size(), Unsigned(message),
                          message.size()) == 1;
}

std::string PublicKeyOf(EVP_PKEY* key) {
  std::string raw(kEd25519KeyBytes, '\0');
  size_t size = raw.size();
  const int ok =
      EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(raw.data()), &size);
  SHIAN_CHECK(ok == 1 && size == kEd25519KeyBytes) << "not an Ed25519 key";
  return raw;
}

}  // namespace shian::ledger
