// Lists of numbers by number, packed (compressed adjacency): 4 bytes for each key, 4 for each
// entry, and nothing more for a list of one. Made once, never changed after.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace shian::trace {

class Lists {
 public:
  struct Pair {
    uint32_t key = 0;
    uint32_t entry = 0;
  };
  Lists() = default;
  // Each list keeps the order of the pairs. Keys and entries are not 0; the highest bit of an entry
  // is the caller's to use.
  explicit Lists(const std::vector<Pair>& pairs);

  bool empty() const { return key_count_ == 0; }
  bool Has(uint32_t key) const { return SlotOf(key) != 0; }
  // Of a list of one without the caller's bit; 0 otherwise.
  uint32_t Only(uint32_t key) const {
    const uint32_t slot = SlotOf(key);
    return (slot & kPooled) == 0 ? slot : 0;
  }

  template <class Fn>
  void Each(uint32_t key, Fn&& fn) const {
    const uint32_t slot = SlotOf(key);
    if (slot == 0) return;
    EachOf(slot, fn);
  }
  // Whether `fn` is true of any; none after the first such is asked about.
  template <class Fn>
  bool Any(uint32_t key, Fn&& fn) const {
    const uint32_t slot = SlotOf(key);
    if ((slot & kPooled) == 0) return slot != 0 && fn(slot);
    const uint32_t* const at = &pool_[slot & ~kPooled];
    return std::any_of(at + 1, at + 1 + *at, fn);
  }
  // The first `most` of them.
  template <class Fn>
  void EachOfFirst(uint32_t key, uint32_t most, Fn&& fn) const {
    const uint32_t slot = SlotOf(key);
    if ((slot & kPooled) == 0) return slot == 0 ? void() : fn(slot);
    const uint32_t* at = &pool_[slot & ~kPooled];
    for (const uint32_t* end = at + 1 + std::min(*at, most); ++at != end;) fn(*at);
  }
  // All pairs, those of one key together and in their order.
  template <class Fn>
  void ForAll(Fn&& fn) const {
    for (uint32_t i = 0; i < slots_.size(); ++i) {
      if (slots_[i] == 0) continue;
      const uint32_t key = keys_.empty() ? first_ + i : keys_[i];
      EachOf(slots_[i], [&](uint32_t entry) { fn(key, entry); });
    }
  }
  // Hides the way to memory of a key that is asked for soon.
  void Prefetch(uint32_t key) const {
    if (keys_.empty() && key - first_ < slots_.size()) __builtin_prefetch(&slots_[key - first_]);
  }
  // The same for its entries; the key itself has been prefetched before.
  void PrefetchEntries(uint32_t key) const {
    const uint32_t slot = keys_.empty() ? SlotOf(key) : 0;
    if ((slot & kPooled) != 0) __builtin_prefetch(&pool_[slot & ~kPooled]);
  }
  size_t bytes() const {
    return (slots_.capacity() + keys_.capacity() + pool_.capacity()) * sizeof(uint32_t);
  }

 private:
  // A slot is an entry itself, or where the pool holds the number of entries and then those.
  static constexpr uint32_t kPooled = uint32_t{1} << 31;

  template <class Fn>
  void EachOf(uint32_t slot, Fn&& fn) const {
    if ((slot & kPooled) == 0) return fn(slot);
    const uint32_t* at = &pool_[slot & ~kPooled];
    for (const uint32_t* end = at + 1 + *at; ++at != end;) fn(*at);
  }
  uint32_t SlotOf(uint32_t key) const {
    if (keys_.empty()) {
      const uint32_t i = key - first_;  // wraps round below first_
      return i < slots_.size() ? slots_[i] : 0;
    }
    return SparseSlotOf(key);
  }
  uint32_t SparseSlotOf(uint32_t key) const;
  void MakeDense(const std::vector<Pair>& pairs, uint32_t first, uint32_t last);
  void MakeSparse(std::vector<Pair> pairs);
  // The slot of the list that `take` fills.
  uint32_t Store(const Pair* begin, const Pair* end);
  void PutSparse(uint32_t key, uint32_t slot);

  uint32_t first_ = 0;
  size_t key_count_ = 0;
  std::vector<uint32_t> slots_;  // by key - first_, or as a hash table beside keys_
  std::vector<uint32_t> keys_;
  std::vector<uint32_t> pool_;
};

}  // namespace shian::trace
