#pragma once

#include <cstddef>

namespace shian::sanction::limits {

// Ends of publicity that one write tells, so that requests are not kept waiting.
inline constexpr int kPublicityEndsPerWriteMax = 100;

}  // namespace shian::sanction::limits
