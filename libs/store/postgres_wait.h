#pragma once

#include <poll.h>

#include <algorithm>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "libs/store/limits.h"

namespace shian::store {

// A socket that is ready to read (or to write), or false at `until`.
inline bool WaitFor(int socket, short events, absl::Time until) {
  pollfd waiting = {socket, events, 0};
  do {
    const int64_t left = absl::ToInt64Milliseconds(until - absl::Now());
    const auto millis = std::clamp<int64_t>(left, 0, limits::kPostgresPollMillisMax);
    if (poll(&waiting, 1, static_cast<int>(millis)) > 0) return true;
  } while (absl::Now() < until);
  return false;
}

}  // namespace shian::store
