// Bytes that an outsider can rebuild in any language: every field is BE32(length) and then itself.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace shian::inspection::draw {

class Canonical {
 public:
  // Begins with a tag, so that bytes made for one purpose never pass for another's.
  explicit Canonical(absl::string_view tag) { Add(tag); }

  Canonical& Add(absl::string_view field);
  // Decimal text: no width, no byte order to agree on.
  Canonical& Add(int64_t number);
  // SHA-256 over everything added.
  std::string Hash() const;

 private:
  std::string bytes_;
};

// RFC 9162 Merkle tree hash over the leaves in their order; SHA-256 of nothing for none.
std::string MerkleRoot(const std::vector<std::string>& leaves);

}  // namespace shian::inspection::draw
