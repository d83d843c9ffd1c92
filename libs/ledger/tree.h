// The Merkle tree of RFC 9162 over stored hashes. Only complete subtrees are asked for; the ragged
// right edge of a size is put together when it is asked for, so proofs exist for every size.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"

namespace shian::ledger {

// The hash of the complete subtree over the leaves [position << level, (position + 1) << level).
using NodeFn = absl::FunctionRef<absl::StatusOr<std::string>(int level, int64_t position)>;

// size > 0 in all of these.
absl::StatusOr<std::string> TreeRoot(int64_t size, NodeFn node);
absl::StatusOr<std::vector<std::string>> InclusionPath(int64_t index, int64_t size, NodeFn node);
absl::StatusOr<std::vector<std::string>> ConsistencyPath(int64_t size1, int64_t size2, NodeFn node);

}  // namespace shian::ledger
