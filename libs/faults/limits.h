#ifndef SHIAN_LIBS_FAULTS_LIMITS_H_
#define SHIAN_LIBS_FAULTS_LIMITS_H_

#include "absl/time/time.h"

namespace shian::faults::limits {

inline constexpr size_t kSpecBytesMax = 4096;
inline constexpr absl::Duration kSleepMax = absl::Seconds(10);

}  // namespace shian::faults::limits

#endif  // SHIAN_LIBS_FAULTS_LIMITS_H_
