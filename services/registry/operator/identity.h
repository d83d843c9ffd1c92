// Keyed hashes of identity numbers and of persons' codes (身份号码加密摘要). With the provincial
// key a ban follows its person across counties; without it nobody can try out numbers.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/registry/operator/operator.h"

namespace shian::registry {

class IdentityHasher {
 public:
  // `key` are the bytes of the key file. Refused when it is too short to be one.
  static absl::StatusOr<IdentityHasher> Create(std::string key);

  // `number` is the canonical form of 18 characters.
  KeyedHash OfIdentityNumber(absl::string_view number) const;
  // The code of a sole trader, by which its record is found. Another domain than identity numbers:
  // equal texts give other hashes.
  std::string OfCode(absl::string_view code) const;

  const std::string& key_id() const { return key_id_; }

 private:
  explicit IdentityHasher(std::string key);

  std::string key_;
  std::string key_id_;
};

}  // namespace shian::registry
