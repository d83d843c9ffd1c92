// From which place in the order of capture on an event counts as declared wrong. Few are; the
// others cost a look at one word. Copies share what they have in common.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "services/trace/genealogy/records.h"

namespace shian::trace {

class Masks {
 public:
  // Of several declarations against one event the first counts.
  void Add(const std::vector<Mask>& masks);

  // True when the event was declared wrong at or before `upto`.
  bool Covers(EventIndex event, int64_t upto) const {
    const size_t chunk = event >> kChunkBits;
    if (chunk >= chunks_.size() || chunks_[chunk] == nullptr) return false;
    return chunks_[chunk]->Covers(event, upto);
  }
  // Whether any of the events from `first` up to and without `end` was ever declared wrong.
  bool AnyIn(EventIndex first, EventIndex end) const;

 private:
  static constexpr int kChunkBits = 12;
  struct Chunk {
    uint64_t bits[size_t{1} << (kChunkBits - 6)] = {};
    std::vector<Mask> masks;  // by event
    bool Covers(EventIndex event, int64_t upto) const;
  };
  std::vector<std::shared_ptr<const Chunk>> chunks_;
};

}  // namespace shian::trace
