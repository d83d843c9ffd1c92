// Verification by anyone, from bytes alone: no store, no network, no trust in who sent the proof.
// A malformed argument is INVALID_ARGUMENT; a proof that does not hold is DATA_LOSS.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace shian::ledger {

// RFC 9162 2.1.1: SHA-256(0x00 || leaf), SHA-256(0x01 || left || right).
std::string HashLeaf(absl::string_view leaf_bytes);
std::string HashChildren(absl::string_view left, absl::string_view right);

// RFC 9162 2.1.3.2. A tree of size 0 includes nothing and is refused.
absl::Status VerifyInclusion(int64_t index, int64_t size, absl::string_view leaf_hash,
                             const std::vector<std::string>& proof, absl::string_view root);

// RFC 9162 2.1.4.2: the tree of size1 is the beginning of the tree of size2. Size 0 is refused:
// everything would be consistent with it.
absl::Status VerifyConsistency(int64_t size1, int64_t size2, const std::vector<std::string>& proof,
                               absl::string_view root1, absl::string_view root2);

absl::Status VerifyCommitment(absl::string_view commitment, absl::string_view salt,
                              absl::string_view payload);

// A C2SP checkpoint: origin line, size, root.
struct Checkpoint {
  std::string origin;  // "shian.sanction/410902/public/1"
  int64_t size = 0;
  std::string root;  // 32 bytes
};
std::string CheckpointBody(const Checkpoint& checkpoint);

// Reads a signed note and demands that `verifier_key` signed it; signatures of others (witnesses)
// are passed over. The key, "name+keyid+base64", comes from a channel the log does not control.
absl::StatusOr<Checkpoint> VerifyNote(absl::string_view note, absl::string_view verifier_key);

// The checkpoint a note claims, without any signature check: to know which key to look for.
absl::StatusOr<Checkpoint> ReadNoteUnverified(absl::string_view note);

}  // namespace shian::ledger
