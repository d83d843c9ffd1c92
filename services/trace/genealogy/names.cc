#include "services/trace/genealogy/names.h"

#include <limits>

#include "absl/hash/hash.h"
#include "absl/numeric/bits.h"
#include "libs/base/check.h"

namespace shian::trace {

void Names::Add(absl::string_view text) {
  SHIAN_CHECK(text_.size() + text.size() < std::numeric_limits<uint32_t>::max())
      << "the identifiers of one part of the graph exceed 4 GiB";
  text_.append(text.data(), text.size());
  ends_.push_back(static_cast<uint32_t>(text_.size()));
}

void Names::Index() {
  // At most two thirds full.
  slots_.assign(absl::bit_ceil(ends_.size() + ends_.size() / 2 + 1), 0);
  const size_t mask = slots_.size() - 1;
  for (uint32_t i = 0; i < ends_.size(); ++i) {
    const absl::string_view text = At(first_ + i);
    // A number that was never given out has no text, and is not found.
    if (text.empty()) continue;
    size_t slot = absl::HashOf(text) & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = i + 1;
  }
}

uint32_t Names::Find(absl::string_view text) const {
  if (slots_.empty() || text.empty()) return 0;
  const size_t mask = slots_.size() - 1;
  for (size_t slot = absl::HashOf(text) & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
    const uint32_t number = first_ + slots_[slot] - 1;
    if (At(number) == text) return number;
  }
  return 0;
}

absl::string_view Names::At(uint32_t number) const {
  const uint32_t i = number - first_;
  const uint32_t begin = i == 0 ? 0 : ends_[i - 1];
  return absl::string_view(text_).substr(begin, ends_[i] - begin);
}

}  // namespace shian::trace
