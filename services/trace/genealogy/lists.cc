#include "services/trace/genealogy/lists.h"

#include <algorithm>

#include "absl/numeric/bits.h"
#include "libs/base/check.h"

namespace shian::trace {
namespace {

// Keys that lie closer than this are held by an array.
constexpr uint64_t kSlotsPerPairMax = 4;

size_t HashOf(uint32_t key) { return (key * uint64_t{0x9E3779B97F4A7C15}) >> 32; }

}  // namespace

Lists::Lists(const std::vector<Pair>& pairs) {
  if (pairs.empty()) return;
  uint32_t first = pairs.front().key, last = first;
  for (const Pair& pair : pairs) {
    first = std::min(first, pair.key);
    last = std::max(last, pair.key);
  }
  const uint64_t range = uint64_t{last} - first + 1;
  range <= kSlotsPerPairMax* pairs.size() ? MakeDense(pairs, first, last) : MakeSparse(pairs);
}

void Lists::MakeDense(const std::vector<Pair>& pairs, uint32_t first, uint32_t last) {
  first_ = first;
  slots_.assign(size_t{last} - first + 1, 0);
  for (const Pair& pair : pairs) ++slots_[pair.key - first];  // how many there are, at first
  size_t pooled = 0;
  for (const uint32_t count : slots_) {
    key_count_ += count != 0;
    if (count > 1) pooled += count + 1;
  }
  for (const Pair& pair : pairs) {
    pooled += (pair.entry & kPooled) != 0 && slots_[pair.key - first] == 1 ? 2 : 0;
  }
  SHIAN_CHECK(pooled < kPooled) << "one part of the graph holds too many entries";
  pool_.reserve(pooled);
  // Places are given out in the order of first need; the count at each grows as it fills.
  std::vector<bool> placed(slots_.size());
  for (const Pair& pair : pairs) {
    uint32_t& slot = slots_[pair.key - first];
    if (!placed[pair.key - first]) {
      placed[pair.key - first] = true;
      if (slot == 1 && (pair.entry & kPooled) == 0) {
        slot = pair.entry;
        continue;
      }
      const uint32_t at = static_cast<uint32_t>(pool_.size());
      pool_.resize(pool_.size() + slot + 1);
      slot = at | kPooled;
    }
    uint32_t* list = &pool_[slot & ~kPooled];
    list[++*list] = pair.entry;
  }
}

void Lists::MakeSparse(std::vector<Pair> pairs) {
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& a, const Pair& b) { return a.key < b.key; });
  for (size_t i = 0; i < pairs.size(); ++i) {
    key_count_ += i == 0 || pairs[i].key != pairs[i - 1].key;
  }
  keys_.assign(absl::bit_ceil(key_count_ * 2), 0);
  slots_.assign(keys_.size(), 0);
  for (size_t i = 0; i < pairs.size();) {
    size_t end = i + 1;
    while (end < pairs.size() && pairs[end].key == pairs[i].key) ++end;
    PutSparse(pairs[i].key, Store(&pairs[i], pairs.data() + end));
    i = end;
  }
}

uint32_t Lists::Store(const Pair* begin, const Pair* end) {
  if (end - begin == 1 && (begin->entry & kPooled) == 0) return begin->entry;
  const uint32_t at = static_cast<uint32_t>(pool_.size());
  pool_.push_back(static_cast<uint32_t>(end - begin));
  for (const Pair* pair = begin; pair != end; ++pair) pool_.push_back(pair->entry);
  return at | kPooled;
}

void Lists::PutSparse(uint32_t key, uint32_t slot) {
  size_t at = HashOf(key) & (keys_.size() - 1);
  while (keys_[at] != 0) at = (at + 1) & (keys_.size() - 1);
  keys_[at] = key;
  slots_[at] = slot;
}

uint32_t Lists::SparseSlotOf(uint32_t key) const {
  const size_t mask = keys_.size() - 1;
  for (size_t at = HashOf(key) & mask; keys_[at] != 0; at = (at + 1) & mask) {
    if (keys_[at] == key) return slots_[at];
  }
  return 0;
}

}  // namespace shian::trace
