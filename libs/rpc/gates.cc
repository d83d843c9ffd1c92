#include "libs/rpc/gates.h"

#include <algorithm>

#include "libs/rpc/limits.h"

namespace shian::rpc {

bool CallerGate::Enter(absl::string_view caller, absl::Time now) {
  absl::MutexLock lock(&mutex_);
  if (buckets_.size() >= limits::kCallersMax) buckets_.clear();
  Bucket& bucket = buckets_.try_emplace(caller, Bucket{per_second_, now}).first->second;
  const double refill = absl::ToDoubleSeconds(now - bucket.since) * per_second_;
  bucket.tokens = std::min(per_second_, bucket.tokens + std::max(0.0, refill));
  bucket.since = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

}  // namespace shian::rpc
