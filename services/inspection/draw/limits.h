#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace shian::inspection::draw::limits {

inline constexpr size_t kSecretBytes = 32;
inline constexpr size_t kHashBytes = 32;
inline constexpr int kStrataMax = 64;
inline constexpr int kTakeMax = 500;
// Over all strata: what one answer and one public card can carry.
inline constexpr int kSelectedMax = 1000;
inline constexpr size_t kStratumKeyBytesMax = 64;
inline constexpr size_t kTitleCodePointsMax = 200;
inline constexpr size_t kReasonCodePointsMax = 500;
inline constexpr size_t kRecusalReasonCodePointsMax = 200;
inline constexpr size_t kPublicCodePointsMax = 200;
inline constexpr int kInspectorsPerOperatorMax = 5;
inline constexpr int kCapacityMax = 500;
inline constexpr int kCapacityDefault = 20;
inline constexpr int kRecusalsMax = 10'000;
inline constexpr int kSharesMax = 32;
// A proof bundle of this many operators stays below the 4 MiB of one answer.
inline constexpr int kFrameMax = 120'000;
inline constexpr size_t kFramePartIds = 1000;
inline constexpr absl::Duration kRevealWindowMax = absl::Hours(24 * 31);

}  // namespace shian::inspection::draw::limits
