#pragma once

#include <cstddef>

namespace shian::sanction::limits {

// Ends that one write tells, so that requests are not kept waiting.
inline constexpr size_t kExpiriesPerWriteMax = 100;
// Cases of one operator that a request for repair looks through.
inline constexpr int kCasesOfOperatorMax = 500;
// Entries that one act publishes.
inline constexpr size_t kEditionEntriesMax = 200;

}  // namespace shian::sanction::limits
