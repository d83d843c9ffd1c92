// The leaf of a log, byte for byte: what is hashed into the tree, and nothing that the law may
// order erased. The format is written down in README.md; it never changes within "v1".
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/ledger/change.h"

namespace shian::ledger {

struct Leaf {
  std::string origin;
  Log log = Log::kFacts;
  int64_t epoch = 0;
  std::string type;
  std::string subject;
  std::string region;
  absl::Time time;
  std::string cause;
  std::string commitment;  // 32 bytes
};

std::string LeafBytes(const Leaf& leaf);

// SHA-256(salt || payload). The salt keeps a guessed payload from being confirmed after erasure.
std::string Commit(absl::string_view salt, absl::string_view payload);

}  // namespace shian::ledger
