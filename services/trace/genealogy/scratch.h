// Marks on lots and processes that a walk leaves, kept by each thread from one walk to the next:
// who begins finds them clean, and cleaning costs what was marked.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace shian::trace {

class Marks {
 public:
  void Fit(size_t count) {
    if (words_.size() * 64 < count) words_.resize((count + 63) / 64 + words_.size() / 8);
  }
  bool Has(uint32_t number) const { return (words_[number / 64] >> (number % 64) & 1) != 0; }
  // False when it was marked before.
  bool Set(uint32_t number) {
    uint64_t& word = words_[number / 64];
    const uint64_t bit = uint64_t{1} << (number % 64);
    if ((word & bit) != 0) return false;
    word |= bit;
    return true;
  }
  void Clear(uint32_t number) { words_[number / 64] = 0; }
  // Whether it is cheaper to clear all than `count` one by one.
  bool Many(size_t count) const { return count > words_.size() / 4; }
  void ClearAll() { std::fill(words_.begin(), words_.end(), 0); }

 private:
  std::vector<uint64_t> words_;
};

}  // namespace shian::trace
