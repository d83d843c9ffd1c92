#include "libs/ledger/verify.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/ledger/leaf.h"

namespace shian::ledger {
namespace {

constexpr char kLeafPrefix = 0x00;
constexpr char kNodePrefix = 0x01;

absl::Status Malformed(absl::string_view why) { return absl::InvalidArgumentError(why); }
absl::Status Untrue(absl::string_view why) { return absl::DataLossError(why); }

absl::Status CheckHashes(const std::vector<std::string>& proof) {
  const bool whole = std::all_of(proof.begin(), proof.end(), [](const std::string& hash) {
    return hash.size() == kSha256Bytes;
  });
  return whole ? absl::OkStatus() : Malformed("a hash in the proof has not 32 bytes");
}

bool IsPowerOfTwo(uint64_t n) { return (n & (n - 1)) == 0; }

// Climbs from a node to the root: `node` and `last` are the positions of the node and of the last
// node on the same level.
class Climb {
 public:
  Climb(uint64_t node, uint64_t last) : node_(node), last_(last) {}

  bool AtRoot() const { return last_ == 0; }
  // Whether the next hash of a proof stands to the left of the node; then moves up beyond the
  // levels on which the node has no sibling.
  bool SiblingIsLeft() {
    if ((node_ & 1) == 0 && node_ != last_) return false;
    while ((node_ & 1) == 0 && node_ != 0) Up();
    return true;
  }
  void Up() {
    node_ >>= 1;
    last_ >>= 1;
  }
  // To the highest complete subtree that ends with the node.
  void SkipRightEdges() {
    while (node_ & 1) Up();
  }

 private:
  uint64_t node_;
  uint64_t last_;
};

}  // namespace

std::string HashLeaf(absl::string_view leaf_bytes) {
  Sha256Stream hash;
  hash.Update(absl::string_view(&kLeafPrefix, 1));
  hash.Update(leaf_bytes);
  return hash.Finish();
}

std::string HashChildren(absl::string_view left, absl::string_view right) {
  Sha256Stream hash;
  hash.Update(absl::string_view(&kNodePrefix, 1));
  hash.Update(left);
  hash.Update(right);
  return hash.Finish();
}

absl::Status VerifyInclusion(int64_t index, int64_t size, absl::string_view leaf_hash,
                             const std::vector<std::string>& proof, absl::string_view root) {
  if (size < 1) return Malformed("a tree of size 0 includes nothing");
  if (index < 0 || index >= size) return Malformed("the leaf lies outside of the tree");
  if (leaf_hash.size() != kSha256Bytes) return Malformed("the leaf hash has not 32 bytes");
  RETURN_IF_ERROR(CheckHashes(proof));
  Climb climb(index, size - 1);
  std::string hash(leaf_hash);
  for (const std::string& sibling : proof) {
    if (climb.AtRoot()) return Untrue("the inclusion proof is too long");
    hash = climb.SiblingIsLeft() ? HashChildren(sibling, hash) : HashChildren(hash, sibling);
    climb.Up();
  }
  if (!climb.AtRoot()) return Untrue("the inclusion proof is too short");
  if (hash != root) return Untrue("the inclusion proof leads to another root");
  return absl::OkStatus();
}

absl::Status VerifyConsistency(int64_t size1, int64_t size2, const std::vector<std::string>& proof,
                               absl::string_view root1, absl::string_view root2) {
  if (size1 < 1) return Malformed("every tree is consistent with one of size 0");
  if (size2 < size1) return Malformed("the second tree is smaller than the first");
  if (size1 == size2) {
    if (!proof.empty()) return Malformed("a proof between trees of one size is empty");
    return root1 == root2 ? absl::OkStatus() : Untrue("trees of one size have different roots");
  }
  RETURN_IF_ERROR(CheckHashes(proof));
  std::vector<std::string> path = proof;
  // The proof leaves out the first tree's root where it is a node of the second.
  if (IsPowerOfTwo(size1)) path.insert(path.begin(), std::string(root1));
  if (path.empty()) return Untrue("the consistency proof is empty");
  Climb climb(size1 - 1, size2 - 1);
  climb.SkipRightEdges();
  std::string first = path[0];
  std::string second = path[0];
  for (size_t i = 1; i < path.size(); ++i) {
    if (climb.AtRoot()) return Untrue("the consistency proof is too long");
    if (climb.SiblingIsLeft()) {
      first = HashChildren(path[i], first);
      second = HashChildren(path[i], second);
    } else {
      second = HashChildren(second, path[i]);
    }
    climb.Up();
  }
  if (!climb.AtRoot()) return Untrue("the consistency proof is too short");
  if (first != root1) return Untrue("the consistency proof leads to another first root");
  if (second != root2) return Untrue("the consistency proof leads to another second root");
  return absl::OkStatus();
}

absl::Status VerifyCommitment(absl::string_view commitment, absl::string_view salt,
                              absl::string_view payload) {
  if (commitment.size() != kSha256Bytes) return Malformed("the commitment has not 32 bytes");
  if (EqualInConstantTime(commitment, Commit(salt, payload))) return absl::OkStatus();
  return Untrue("the payload is not what the leaf commits to");
}

}  // namespace shian::ledger
