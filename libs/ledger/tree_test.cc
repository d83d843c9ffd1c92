#include "libs/ledger/tree.h"

#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <random>

#include "libs/base/testing.h"
#include "libs/ledger/verify.h"

namespace shian::ledger {
namespace {

using Hashes = std::vector<std::string>;

// MTH of RFC 9162 2.1.1, word for word.
std::string NaiveRoot(const Hashes& leaves) {
  if (leaves.size() == 1) return leaves[0];
  size_t k = 1;
  while (k * 2 < leaves.size()) k *= 2;
  return HashChildren(NaiveRoot(Hashes(leaves.begin(), leaves.begin() + k)),
                      NaiveRoot(Hashes(leaves.begin() + k, leaves.end())));
}

// PATH of RFC 9162 2.1.3.1, word for word.
Hashes NaivePath(size_t m, const Hashes& leaves) {
  if (leaves.size() == 1) return {};
  size_t k = 1;
  while (k * 2 < leaves.size()) k *= 2;
  const Hashes left(leaves.begin(), leaves.begin() + k);
  const Hashes right(leaves.begin() + k, leaves.end());
  Hashes path = m < k ? NaivePath(m, left) : NaivePath(m - k, right);
  path.push_back(m < k ? NaiveRoot(right) : NaiveRoot(left));
  return path;
}

class MemoryTree {
 public:
  explicit MemoryTree(std::mt19937_64& random, int64_t size) {
    for (int64_t i = 0; i < size; ++i) leaves.push_back(HashLeaf(std::to_string(random())));
    for (int level = 0; (int64_t{1} << level) <= size; ++level) {
      for (int64_t at = 0; (at + 1) << level <= size; ++at) {
        nodes_[{level, at}] =
            NaiveRoot(Hashes(leaves.begin() + (at << level), leaves.begin() + ((at + 1) << level)));
      }
    }
  }
  std::function<absl::StatusOr<std::string>(int, int64_t)> Reader() {
    return [this](int level, int64_t at) -> absl::StatusOr<std::string> {
      const auto found = nodes_.find({level, at});
      if (found == nodes_.end()) return absl::NotFoundError("no such node");
      return found->second;
    };
  }
  Hashes First(int64_t size) const { return Hashes(leaves.begin(), leaves.begin() + size); }

  Hashes leaves;

 private:
  std::map<std::pair<int, int64_t>, std::string> nodes_;
};

TEST_CASE("roots and inclusion paths are those of the recursive definition") {
  std::mt19937_64 random(testing::Seed());
  MemoryTree tree(random, 70);
  for (int64_t size = 1; size <= 70; ++size) {
    const std::string root = *TreeRoot(size, tree.Reader());
    REQUIRE(root == NaiveRoot(tree.First(size)));
    for (int64_t index = 0; index < size; ++index) {
      const Hashes path = *InclusionPath(index, size, tree.Reader());
      REQUIRE(path == NaivePath(index, tree.First(size)));
      REQUIRE(VerifyInclusion(index, size, tree.leaves[index], path, root).ok());
    }
  }
}

TEST_CASE("consistency holds between all sizes") {
  std::mt19937_64 random(testing::Seed());
  MemoryTree tree(random, 70);
  for (int64_t size2 = 1; size2 <= 70; ++size2) {
    const std::string root2 = *TreeRoot(size2, tree.Reader());
    for (int64_t size1 = 1; size1 <= size2; ++size1) {
      const std::string root1 = *TreeRoot(size1, tree.Reader());
      const Hashes path = *ConsistencyPath(size1, size2, tree.Reader());
      REQUIRE(VerifyConsistency(size1, size2, path, root1, root2).ok());
    }
  }
}

TEST_CASE("one flipped bit anywhere is refused") {
  std::mt19937_64 random(testing::Seed());
  for (int round = 0; round < 300; ++round) {
    const int64_t size = 2 + static_cast<int64_t>(random() % 60);
    MemoryTree tree(random, size);
    const int64_t index = static_cast<int64_t>(random() % size);
    std::string root = *TreeRoot(size, tree.Reader());
    std::string leaf = tree.leaves[index];
    Hashes path = *InclusionPath(index, size, tree.Reader());
    const size_t target = random() % (path.size() + 2);
    std::string& victim =
        target < path.size() ? path[target] : (target == path.size() ? root : leaf);
    victim[random() % victim.size()] ^= static_cast<char>(1 << random() % 8);
    REQUIRE(absl::IsDataLoss(VerifyInclusion(index, size, leaf, path, root)));
  }
}

TEST_CASE("a missing node is an error, not a root") {
  std::mt19937_64 random(testing::Seed());
  MemoryTree tree(random, 4);
  CHECK_FALSE(TreeRoot(5, tree.Reader()).ok());
}

}  // namespace
}  // namespace shian::ledger
