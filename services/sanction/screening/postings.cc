#include "services/sanction/screening/postings.h"

#include <algorithm>
#include <utility>

namespace shian::sanction {
namespace {

constexpr int kKeyBits = 32;
constexpr size_t kRecentMax = 1 << 14;
// A run is merged into the one before it unless that is this many times larger.
constexpr size_t kRunRatio = 4;
constexpr size_t kPairsPerBucket = 8;

}  // namespace

void Postings::Find(uint32_t key, std::vector<uint32_t>* slots) const {
  for (const Run& run : runs_) {
    const size_t bucket = key >> run.shift;
    const auto end = run.pairs.begin() + run.buckets[bucket + 1];
    auto at = std::lower_bound(run.pairs.begin() + run.buckets[bucket], end, Pair(key, 0));
    for (; at != end && (*at >> 32) == key; ++at) slots->push_back(static_cast<uint32_t>(*at));
  }
  const auto recent = recent_.find(key);
  if (recent != recent_.end()) {
    slots->insert(slots->end(), recent->second.begin(), recent->second.end());
  }
}

bool Postings::NeedsMerge() const { return recent_count_ > kRecentMax; }

Postings::Run Postings::Recent() {
  Run run;
  run.pairs.reserve(recent_count_);
  for (const auto& [key, slots] : recent_) {
    for (const uint32_t slot : slots) run.pairs.push_back(Pair(key, slot));
  }
  std::sort(run.pairs.begin(), run.pairs.end());
  recent_.clear();
  recent_count_ = 0;
  return run;
}

void Postings::Merge(const std::vector<bool>& alive) {
  Run run = Recent();
  while (!runs_.empty() && runs_.back().pairs.size() < kRunRatio * run.pairs.size()) {
    Run merged;
    const std::vector<uint64_t>& older = runs_.back().pairs;
    merged.pairs.reserve(older.size() + run.pairs.size());
    std::merge(older.begin(), older.end(), run.pairs.begin(), run.pairs.end(),
               std::back_inserter(merged.pairs));
    std::erase_if(merged.pairs, [&](uint64_t pair) { return !alive[static_cast<uint32_t>(pair)]; });
    // A party that was put again has most of its keys twice.
    merged.pairs.erase(std::unique(merged.pairs.begin(), merged.pairs.end()), merged.pairs.end());
    runs_.pop_back();
    run = std::move(merged);
  }
  if (run.pairs.empty()) return;
  IndexBuckets(&run);
  runs_.push_back(std::move(run));
}

void Postings::IndexBuckets(Run* run) {
  const std::vector<uint64_t>& pairs = run->pairs;
  int bits = 1;
  while ((pairs.size() >> bits) > kPairsPerBucket && bits < kKeyBits - 1) ++bits;
  run->shift = kKeyBits - bits;
  run->buckets.assign((size_t{1} << bits) + 1, static_cast<uint32_t>(pairs.size()));
  for (size_t i = pairs.size(); i-- > 0;) {
    run->buckets[static_cast<uint32_t>(pairs[i] >> 32) >> run->shift] = static_cast<uint32_t>(i);
  }
  for (size_t bucket = run->buckets.size() - 1; bucket-- > 0;) {
    run->buckets[bucket] = std::min(run->buckets[bucket], run->buckets[bucket + 1]);
  }
}

bool Postings::Save(ImageWriter* out) const {
  out->Number(runs_.size());
  for (const Run& run : runs_) {
    out->Number(static_cast<uint64_t>(run.shift));
    out->Array(run.pairs);
    out->Array(run.buckets);
  }
  Postings recent;
  recent.recent_ = recent_;
  recent.recent_count_ = recent_count_;
  return out->Array(recent.Recent().pairs);
}

bool Postings::Load(ImageReader* in) {
  Postings loaded;
  const uint64_t runs = in->Number();
  for (uint64_t i = 0; i < runs && in->good(); ++i) {
    Run run;
    run.shift = static_cast<int>(in->Number());
    in->Array(&run.pairs);
    in->Array(&run.buckets);
    loaded.runs_.push_back(std::move(run));
  }
  std::vector<uint64_t> recent;
  in->Array(&recent);
  if (!in->good()) return false;
  for (const uint64_t pair : recent) {
    loaded.Add(static_cast<uint32_t>(pair >> 32), static_cast<uint32_t>(pair));
  }
  *this = std::move(loaded);
  return true;
}

size_t Postings::bytes() const {
  constexpr size_t kAllocatorBytes = 16;
  size_t bytes = recent_count_ * sizeof(uint32_t) + recent_.size() * kAllocatorBytes +
                 recent_.capacity() * (sizeof(uint32_t) + sizeof(std::vector<uint32_t>) + 1);
  for (const Run& run : runs_) {
    bytes += run.pairs.capacity() * sizeof(uint64_t) + run.buckets.capacity() * sizeof(uint32_t);
  }
  return bytes;
}

}  // namespace shian::sanction
