#pragma once

#include <cstddef>

namespace shian::sanction::limits {

// Ends that one write tells, so that requests are not kept waiting.
inline constexpr size_t kExpiriesPerWriteMax = 100;
// Events after which no further request or dispute is taken in: all are shown in one answer.
inline constexpr size_t kEntryEventsMax = 60;
// Entries that one act publishes.
inline constexpr size_t kEditionEntriesMax = 200;

}  // namespace shian::sanction::limits
