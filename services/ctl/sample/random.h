#ifndef SHIAN_SERVICES_CTL_SAMPLE_RANDOM_H_
#define SHIAN_SERVICES_CTL_SAMPLE_RANDOM_H_

#include <cstddef>
#include <cstdint>

namespace shian::ctl {

// SplitMix64. The standard library's distributions differ between implementations, and the sample
// county must be the same bytes everywhere, so the few draws it needs are made here.
class SampleRandom {
 public:
  explicit SampleRandom(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15ull;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }

  // 0 <= result < bound. The bias of the modulo is far below anything a sample shows.
  uint64_t Below(uint64_t bound) { return Next() % bound; }

  // low <= result <= high.
  int64_t Between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(Below(static_cast<uint64_t>(high - low) + 1));
  }

  // True in `per_mille` of 1,000 draws.
  bool Chance(uint32_t per_mille) { return Below(1000) < per_mille; }

  template <typename T, size_t N>
  const T& Pick(const T (&items)[N]) {
    return items[Below(N)];
  }

 private:
  uint64_t state_;
};

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_SAMPLE_RANDOM_H_
