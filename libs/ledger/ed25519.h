// Ed25519 by OpenSSL, for this library alone.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace shian::ledger {

inline constexpr size_t kEd25519KeyBytes = 32;
inline constexpr size_t kEd25519SignatureBytes = 64;
// C2SP signed notes name the algorithm by one byte before the key.
inline constexpr char kEd25519Algorithm = 0x01;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeKey>;

std::string Sign(EVP_PKEY* key, absl::string_view message);
bool IsSignature(absl::string_view public_key, absl::string_view message,
                 absl::string_view signature);
std::string PublicKeyOf(EVP_PKEY* key);

}  // namespace shian::ledger
