#include "libs/ledger/tree.h"

#include <bit>

#include "libs/base/status_macros.h"
#include "libs/ledger/verify.h"

namespace shian::ledger {
namespace {

// The largest power of two below `count`, which is above 1.
int64_t SplitOf(int64_t count) {
  return static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(count - 1)));
}

// The hash over the leaves [begin, end). begin is a multiple of the power of two at or above
// end - begin, as every subtree of RFC 9162 begins.
absl::StatusOr<std::string> RangeHash(int64_t begin, int64_t end, NodeFn node) {
  const uint64_t count = static_cast<uint64_t>(end - begin);
  if (std::has_single_bit(count)) {
    const int level = std::countr_zero(count);
    return node(level, begin >> level);
  }
  const int64_t middle = begin + SplitOf(end - begin);
  ASSIGN_OR_RETURN(const std::string left, RangeHash(begin, middle, node));
  ASSIGN_OR_RETURN(const std::string right, RangeHash(middle, end, node));
  return HashChildren(left, right);
}

// PATH of RFC 9162 2.1.3.1 over [begin, end): siblings from the leaf upwards.
absl::Status AppendInclusion(int64_t index, int64_t begin, int64_t end, NodeFn node,
                             std::vector<std::string>* path) {
  if (end - begin == 1) return absl::OkStatus();
  const int64_t middle = begin + SplitOf(end - begin);
  const bool left = index < middle;
  RETURN_IF_ERROR(AppendInclusion(index, left ? begin : middle, left ? middle : end, node, path));
  ASSIGN_OR_RETURN(std::string sibling,
                   RangeHash(left ? middle : begin, left ? end : middle, node));
  path->push_back(std::move(sibling));
  return absl::OkStatus();
}

// SUBPROOF of RFC 9162 2.1.4.1 over [begin, end); `known` while the range begins the first tree, so
// that a range which is that very tree needs no hash.
absl::Status AppendConsistency(int64_t size1, int64_t begin, int64_t end, bool known, NodeFn node,
                               std::vector<std::string>* path) {
  if (size1 == end) {
    if (known) return absl::OkStatus();
    ASSIGN_OR_RETURN(std::string hash, RangeHash(begin, end, node));
    path->push_back(std::move(hash));
    return absl::OkStatus();
  }
  const int64_t middle = begin + SplitOf(end - begin);
  const bool left = size1 <= middle;
  RETURN_IF_ERROR(left ? AppendConsistency(size1, begin, middle, known, node, path)
                       : AppendConsistency(size1, middle, end, false, node, path));
  ASSIGN_OR_RETURN(std::string sibling,
                   RangeHash(left ? middle : begin, left ? end : middle, node));
  path->push_back(std::move(sibling));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> TreeRoot(int64_t size, NodeFn node) { return RangeHash(0, size, node); }

absl::StatusOr<std::vector<std::string>> InclusionPath(int64_t index, int64_t size, NodeFn node) {
  std::vector<std::string> path;
  RETURN_IF_ERROR(AppendInclusion(index, 0, size, node, &path));
  return path;
}

absl::StatusOr<std::vector<std::string>> ConsistencyPath(int64_t size1, int64_t size2,
                                                         NodeFn node) {
  std::vector<std::string> path;
  RETURN_IF_ERROR(AppendConsistency(size1, 0, size2, true, node, &path));
  return path;
}

}  // namespace shian::ledger
