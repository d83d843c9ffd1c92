#ifndef SHIAN_LIBS_BASE_TESTING_H_
#define SHIAN_LIBS_BASE_TESTING_H_

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>

namespace shian::testing {

// The seed of this run's random tests: SHIAN_SEED when it is set, else a new one. It is printed,
// so that a failure can be run again: SHIAN_SEED=<seed> ./base_test.
inline uint64_t Seed() {
  static const uint64_t seed = [] {
    const char* given = std::getenv("SHIAN_SEED");
    const uint64_t value = given ? std::strtoull(given, nullptr, 10) : std::random_device()();
    std::cerr << "SHIAN_SEED=" << value << "\n";
    return value;
  }();
  return seed;
}

// How large a random test runs: a few times in `./dev test`, as often as SHIAN_ROUNDS says at
// night.
inline int Rounds(int usual) {
  const char* given = std::getenv("SHIAN_ROUNDS");
  return given ? std::atoi(given) : usual;
}

}  // namespace shian::testing

#endif  // SHIAN_LIBS_BASE_TESTING_H_
