// The Merkle tree of RFC 9162 over stored nodes. Only complete subtrees are stored; the ragged
// right edge of a size is put together when it is asked for, so proofs exist for every size.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace shian::ledger {

// The hash of the complete subtree over the leaves [position << level, (position + 1) << level).
using NodeFn = absl::FunctionRef<absl::StatusOr<std::string>(int level, int64_t position)>;

// size > 0 in all of these.
absl::StatusOr<std::string> TreeRoot(int64_t size, NodeFn node);
absl::StatusOr<std::vector<std::string>> InclusionPath(int64_t index, int64_t size, NodeFn node);
absl::StatusOr<std::vector<std::string>> ConsistencyPath(int64_t size1, int64_t size2, NodeFn node);

// Adds leaf number `index` to a tree of `index` leaves: `put` gets every subtree it completes.
using PutFn = absl::FunctionRef<absl::Status(int level, int64_t position, const std::string&)>;
absl::Status AddLeaf(int64_t index, std::string leaf_hash, NodeFn node, PutFn put);

}  // namespace shian::ledger
