#ifndef SHIAN_LIBS_TELEMETRY_TRACE_H_
#define SHIAN_LIBS_TELEMETRY_TRACE_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace shian::telemetry {

// W3C Trace Context, version 00: "00-<32 hex trace id>-<16 hex span id>-<2 hex flags>".
struct Trace {
  std::string trace_id;
  std::string span_id;
  std::string flags = "01";

  std::string ToHeader() const;
};

inline constexpr char kTraceHeader[] = "traceparent";

// Absent when the header breaks the standard (all-zero ids, upper case, another length).
std::optional<Trace> ParseTrace(absl::string_view header);
Trace NewTrace();
// A span of our own in the caller's trace, or a new trace when the header is no good.
Trace ContinueTrace(absl::string_view header);

}  // namespace shian::telemetry

#endif  // SHIAN_LIBS_TELEMETRY_TRACE_H_
