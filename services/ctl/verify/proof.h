#ifndef SHIAN_SERVICES_CTL_VERIFY_PROOF_H_
#define SHIAN_SERVICES_CTL_VERIFY_PROOF_H_

#include <string>

#include "absl/status/statusor.h"
#include "libs/ledger/verify.h"
#include "shian/inspection/v1/draw_proof.pb.h"
#include "shian/ledger/v1/log.pb.h"
#include "shian/ledger/v1/proof.pb.h"

namespace shian::ctl {

// Pure functions over bundles: what the online commands fetch, and what a file holds. An error says
// what does not hold.

// The leaf's hash in the tree, from its public fields.
std::string LeafHashOf(const shian::ledger::v1::Leaf& leaf);

// Signature under `pinned_key` (empty: the bundle's own), inclusion of the entry, the commitment
// where payload and salt are there, and consistency with the earlier checkpoint where there is one.
absl::StatusOr<ledger::Checkpoint> VerifyProof(const shian::ledger::v1::ProofBundle& bundle,
                                               const std::string& pinned_key);

// Re-runs a draw from its bundle alone.
absl::Status VerifyDraw(const shian::inspection::v1::ProofBundle& bundle);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_VERIFY_PROOF_H_
