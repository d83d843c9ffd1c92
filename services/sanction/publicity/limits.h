#pragma once

#include <cstddef>

namespace shian::sanction::limits {

// Ends of publicity that one write tells, so that requests are not kept waiting.
inline constexpr int kPublicityEndsPerWriteMax = 100;

// Events after which no further request or dispute is taken in: all are shown in one answer.
inline constexpr size_t kPublicityEventsMax = 60;

}  // namespace shian::sanction::limits
