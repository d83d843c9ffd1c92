#ifndef SHIAN_LIBS_CONFIG_LIMITS_H_
#define SHIAN_LIBS_CONFIG_LIMITS_H_

#include <cstddef>

namespace shian::config {

inline constexpr size_t kConfigBytesMax = 64 * 1024;
inline constexpr int kPortMax = 65535;
inline constexpr int kInFlightLimitMax = 100'000;
inline constexpr int kCallsPerSecondLimitMax = 1'000'000;
inline constexpr int kDrainSecondsMax = 60;
inline constexpr int kStoreConnectionsMax = 1000;
// A code holds it beside the identifier, and small codes are read best.
inline constexpr size_t kResolverBytesMax = 200;

}  // namespace shian::config

#endif  // SHIAN_LIBS_CONFIG_LIMITS_H_
