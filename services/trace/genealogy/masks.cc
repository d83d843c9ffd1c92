#include "services/trace/genealogy/masks.h"

#include <algorithm>

namespace shian::trace {
namespace {

bool Before(const Mask& mask, EventIndex event) { return mask.event < event; }

}  // namespace

bool Masks::Chunk::Covers(EventIndex event, int64_t upto) const {
  const uint32_t at = event & ((uint32_t{1} << kChunkBits) - 1);
  if ((bits[at / 64] >> (at % 64) & 1) == 0) return false;
  return std::lower_bound(masks.begin(), masks.end(), event, Before)->masked_from <= upto;
}

void Masks::Add(const std::vector<Mask>& masks) {
  std::vector<Mask> sorted = masks;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Mask& a, const Mask& b) { return a.event < b.event; });
  for (auto next = sorted.begin(); next != sorted.end();) {
    const size_t number = next->event >> kChunkBits;
    if (number >= chunks_.size()) chunks_.resize(number + 1);
    auto chunk = chunks_[number] == nullptr ? std::make_shared<Chunk>()
                                            : std::make_shared<Chunk>(*chunks_[number]);
    for (; next != sorted.end() && next->event >> kChunkBits == number; ++next) {
      const auto at =
          std::lower_bound(chunk->masks.begin(), chunk->masks.end(), next->event, Before);
      if (at != chunk->masks.end() && at->event == next->event) {
        at->masked_from = std::min(at->masked_from, next->masked_from);
        continue;
      }
      chunk->masks.insert(at, *next);
      const uint32_t bit = next->event & ((uint32_t{1} << kChunkBits) - 1);
      chunk->bits[bit / 64] |= uint64_t{1} << (bit % 64);
    }
    chunks_[number] = std::move(chunk);
  }
}

bool Masks::AnyIn(EventIndex first, EventIndex end) const {
  for (size_t number = first >> kChunkBits; number < chunks_.size(); ++number) {
    if (chunks_[number] == nullptr) continue;
    const std::vector<Mask>& masks = chunks_[number]->masks;
    const auto at = std::lower_bound(masks.begin(), masks.end(), first, Before);
    if (at != masks.end()) return at->event < end;
  }
  return false;
}

}  // namespace shian::trace
