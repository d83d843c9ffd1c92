// Which slots have a key: runs of sorted pairs, each found in a step or two, and a small table of
// what came last. Runs of like size are merged, so there are few of them.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/sanction/screening/image.h"

namespace shian::sanction {

class Postings {
 public:
  void Add(uint32_t key, uint32_t slot) {
    recent_[key].push_back(slot);
    ++recent_count_;
  }
  // Appends the slots of `key`; dead ones too until they are merged away.
  void Find(uint32_t key, std::vector<uint32_t>* slots) const;

  bool NeedsMerge() const;
  // What came last becomes a run, and runs are merged, but for slots that `alive` does not have.
  void Merge(const std::vector<bool>& alive);

  size_t bytes() const;

  // All pairs there are, for Load of another process. False when `out` cannot take them.
  bool Save(ImageWriter* out) const;
  // Takes the place of all that was here. False when it is not what Save wrote, and nothing
  // changed.
  bool Load(ImageReader* in);

 private:
  struct Run {
    std::vector<uint64_t> pairs;  // key, slot
    std::vector<uint32_t>
        buckets;  // where keys with these leading bits begin; one more than there are
    int shift = 0;
  };

  static uint64_t Pair(uint32_t key, uint32_t slot) { return (uint64_t{key} << 32) | slot; }
  static void IndexBuckets(Run* run);
  Run Recent();

  std::vector<Run> runs_;  // largest first
  absl::flat_hash_map<uint32_t, std::vector<uint32_t>> recent_;
  size_t recent_count_ = 0;
};

}  // namespace shian::sanction
