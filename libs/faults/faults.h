#ifndef SHIAN_LIBS_FAULTS_FAULTS_H_
#define SHIAN_LIBS_FAULTS_FAULTS_H_

#include <atomic>
#include <cstdint>
#include <vector>

#include "absl/base/optimization.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

// Failpoints: named places where a test orders a crash, a delay or an error, in the very program
// that ships. They are off unless SHIAN_FAULTS is set when the process first passes one:
//
//   SHIAN_FAULTS="after_commit=kill@3,before_reply=sleep:200ms,before_commit=error:UNAVAILABLE@2+"
//
// kill          SIGKILL to itself: nothing is flushed, no destructor runs
// sleep:TIME    waits TIME of real time, at most 10 s (200ms, 2s)
// error[:CODE]  makes FAILPOINT_STATUS leave with this code, UNAVAILABLE when none is named
// @n            at the n-th pass only; @n+ from the n-th on; @n* at every n-th; without it at every
//
// A setting that does not parse, or names no point, ends the process: a fault test whose fault
// never happens would pass and prove nothing. Switched off, a point costs one relaxed load.
namespace shian::faults {

namespace internal {

enum class State { kUnread, kOff, kArmed };
inline std::atomic<State> state = State::kUnread;
absl::Status Pass(const char* point);

inline constexpr const char* kPoints[] = {
#define FAULT_POINT(name) name,
#include "libs/faults/points.def"
#undef FAULT_POINT
};

consteval bool IsPoint(const char* name) {
  for (const char* point : kPoints) {
    const char *a = point, *b = name;
    while (*a != '\0' && *a == *b) ++a, ++b;
    if (*a == *b) return true;
  }
  return false;
}

}  // namespace internal

// What is ordered for this pass of the point: OK, or the error. Does not return from a kill.
inline absl::Status Hit(const char* point) {
  if (ABSL_PREDICT_TRUE(internal::state.load(std::memory_order_relaxed) == internal::State::kOff)) {
    return absl::OkStatus();
  }
  return internal::Pass(point);
}

// Arms what `spec` says, in the form above, and forgets what was armed before; the empty text
// disarms. For tests inside one process; INVALID_ARGUMENT leaves everything as it was.
absl::Status Arm(absl::string_view spec);

// How often an armed process has passed the point. Passes are not counted while all is off.
int64_t PassesOf(absl::string_view point);

std::vector<absl::string_view> Points();

// An error ordered at a plain FAILPOINT ends the process, because nothing there could return it.
void HitWithoutStatus(const char* point);

}  // namespace shian::faults

#define FAILPOINT(name)                                                                       \
  do {                                                                                        \
    static_assert(::shian::faults::internal::IsPoint(name), "not in libs/faults/points.def"); \
    ::shian::faults::HitWithoutStatus(name);                                                  \
  } while (false)

#define FAILPOINT_STATUS(name)                                                                \
  do {                                                                                        \
    static_assert(::shian::faults::internal::IsPoint(name), "not in libs/faults/points.def"); \
    if (absl::Status ordered = ::shian::faults::Hit(name); !ordered.ok()) return ordered;     \
  } while (false)

#endif  // SHIAN_LIBS_FAULTS_FAULTS_H_
