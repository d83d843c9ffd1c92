// Verification by anyone, from the proof bundle alone: no store, no network, no trust in who sent
// it. A bundle that cannot be read as one is INVALID_ARGUMENT; one that does not hold is DATA_LOSS,
// and the message says what does not.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/inspection/draw/run.h"

namespace shian::inspection::draw {

// What the server claims to have drawn.
struct Claim {
  std::string operator_id;
  std::string stratum;
  int rank = 0;
  std::vector<std::string> inspectors;
};

struct Bundle {
  Lock lock;                               // frames, shares with secrets, roster, recusals
  std::vector<std::string> stratum_roots;  // as claimed, one per stratum
  std::string frame_root;
  std::string lock_hash;
  std::string public_value;
  std::string seed;
  std::vector<Claim> selections;
  std::vector<std::string> replacements;  // operators replaced, in order
};

// Fewer shares than this make no draw of several departments.
inline constexpr int kSharesMin = 3;

absl::Status Verify(const Bundle& bundle);

}  // namespace shian::inspection::draw
