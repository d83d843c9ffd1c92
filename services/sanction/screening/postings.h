// Which slots have a key: sorted pairs that a search finds in one step or two, and a small table of
// what came since, which is merged into them from time to time.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace shian::sanction {

class Postings {
 public:
  void Add(uint32_t key, uint32_t slot) {
    recent_[key].push_back(slot);
    ++recent_count_;
  }
  // Appends the slots of `key`; dead ones too until the next merge.
  void Find(uint32_t key, std::vector<uint32_t>* slots) const;

  bool NeedsMerge() const;
  // All pairs but those of slots that `alive` does not have.
  void Merge(const std::vector<bool>& alive);

  size_t bytes() const;

 private:
  static uint64_t Pair(uint32_t key, uint32_t slot) { return (uint64_t{key} << 32) | slot; }
  size_t BucketOf(uint32_t key) const { return key >> shift_; }
  void IndexBuckets();

  std::vector<uint64_t> sorted_;
  // Where keys with these leading bits begin; one more than there are.
  std::vector<uint32_t> buckets_ = {0, 0};
  int shift_ = 31;
  absl::flat_hash_map<uint32_t, std::vector<uint32_t>> recent_;
  size_t recent_count_ = 0;
};

}  // namespace shian::sanction
