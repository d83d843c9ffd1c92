#include "services/registry/operator/identity.h"

#include "absl/strings/str_cat.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "services/registry/operator/limits.h"

namespace shian::registry {

absl::StatusOr<IdentityHasher> IdentityHasher::Create(std::string key) {
  if (key.size() < limits::kIdentityKeyBytesMin || key.size() > limits::kIdentityKeyBytesMax) {
    return absl::InvalidArgumentError(absl::StrCat("the identity key has ",
                                                   limits::kIdentityKeyBytesMin, " to ",
                                                   limits::kIdentityKeyBytesMax, " bytes"));
  }
  return IdentityHasher(std::move(key));
}

// The key's id tells keys apart and tells nothing about them.
IdentityHasher::IdentityHasher(std::string key)
    : key_(std::move(key)),
      key_id_(HexEncode(HmacSha256(key_, "shian key id")).substr(0, limits::kKeyIdHexChars)) {}

KeyedHash IdentityHasher::OfIdentityNumber(absl::string_view number) const {
  return {key_id_, HmacSha256(key_, absl::StrCat("identity number\n", number))};
}

std::string IdentityHasher::OfCode(absl::string_view code) const {
  return HmacSha256(key_, absl::StrCat("operator code\n", code));
}

}  // namespace shian::registry
