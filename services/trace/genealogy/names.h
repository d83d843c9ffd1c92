// Texts and their dense numbers, packed: one run of characters, where each text ends, and a table
// of numbers by hash. Made once, never changed after.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace shian::trace {

class Names {
 public:
  // The first text added gets the number `first`, which is 1 or more.
  explicit Names(uint32_t first = 1) : first_(first) {}

  void Add(absl::string_view text);
  // After the last Add and before the first Find.
  void Index();

  // 0 when it is not here.
  uint32_t Find(absl::string_view text) const;
  absl::string_view At(uint32_t number) const;
  bool Has(uint32_t number) const { return number >= first_ && number < end(); }

  uint32_t first() const { return first_; }
  uint32_t end() const { return first_ + static_cast<uint32_t>(ends_.size()); }
  size_t size() const { return ends_.size(); }
  // The table of numbers; the texts themselves are not counted.
  size_t index_bytes() const { return slots_.capacity() * sizeof(uint32_t); }
  size_t text_bytes() const { return text_.capacity() + ends_.capacity() * sizeof(uint32_t); }

 private:
  uint32_t first_;
  std::string text_;
  std::vector<uint32_t> ends_;
  std::vector<uint32_t> slots_;  // number - first_ + 1, or 0
};

}  // namespace shian::trace
