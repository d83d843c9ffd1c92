#include "services/sanction/screening/postings.h"

#include <algorithm>

namespace shian::sanction {
namespace {

constexpr int kKeyBits = 32;
// Merging costs one pass over everything: not for less than this, nor for less than a share of it.
constexpr size_t kMergeAtLeast = 1 << 16;
constexpr size_t kMergeShare = 8;
constexpr size_t kPairsPerBucket = 8;

}  // namespace

void Postings::Find(uint32_t key, std::vector<uint32_t>* slots) const {
  const size_t bucket = BucketOf(key);
  if (bucket + 1 < buckets_.size()) {
    const auto begin = sorted_.begin() + buckets_[bucket];
    const auto end = sorted_.begin() + buckets_[bucket + 1];
    for (auto at = std::lower_bound(begin, end, Pair(key, 0)); at != end && (*at >> 32) == key;
         ++at) {
      slots->push_back(static_cast<uint32_t>(*at));
    }
  }
  const auto recent = recent_.find(key);
  if (recent != recent_.end()) {
    slots->insert(slots->end(), recent->second.begin(), recent->second.end());
  }
}

bool Postings::NeedsMerge() const {
  return recent_count_ > std::max(kMergeAtLeast, sorted_.size() / kMergeShare);
}

void Postings::Merge(const std::vector<bool>& alive) {
  std::erase_if(sorted_, [&](uint64_t pair) { return !alive[static_cast<uint32_t>(pair)]; });
  const auto middle = static_cast<std::ptrdiff_t>(sorted_.size());
  sorted_.reserve(sorted_.size() + recent_count_);
  for (const auto& [key, slots] : recent_) {
    for (const uint32_t slot : slots) {
      if (alive[slot]) sorted_.push_back(Pair(key, slot));
    }
  }
  recent_.clear();
  recent_count_ = 0;
  std::sort(sorted_.begin() + middle, sorted_.end());
  std::inplace_merge(sorted_.begin(), sorted_.begin() + middle, sorted_.end());
  sorted_.shrink_to_fit();
  IndexBuckets();
}

void Postings::IndexBuckets() {
  int bits = 1;
  while ((sorted_.size() >> bits) > kPairsPerBucket && bits < kKeyBits - 1) ++bits;
  shift_ = kKeyBits - bits;
  buckets_.assign((size_t{1} << bits) + 1, static_cast<uint32_t>(sorted_.size()));
  for (size_t i = sorted_.size(); i-- > 0;) {
    buckets_[BucketOf(static_cast<uint32_t>(sorted_[i] >> 32))] = static_cast<uint32_t>(i);
  }
  for (size_t bucket = buckets_.size() - 1; bucket-- > 0;) {
    buckets_[bucket] = std::min(buckets_[bucket], buckets_[bucket + 1]);
  }
}

size_t Postings::bytes() const {
  return sorted_.capacity() * sizeof(uint64_t) + buckets_.capacity() * sizeof(uint32_t) +
         recent_count_ * sizeof(uint32_t);
}

}  // namespace shian::sanction
