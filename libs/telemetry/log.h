#ifndef SHIAN_LIBS_TELEMETRY_LOG_H_
#define SHIAN_LIBS_TELEMETRY_LOG_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/string_view.h"

namespace shian::telemetry {

enum class Severity { kDebug, kInfo, kWarning, kError };

// A text is looked at while the line is made and not kept.
using FieldValue = std::variant<int64_t, double, bool, absl::string_view>;
struct Field {
  const char* name;
  FieldValue value;
};

// Sets up the process's log: one JSON object a line on stderr, `service` in each. Before it is
// called nothing is logged. `level` is debug, info, warn or error; anything else means info.
// protobuf's own complaints go the same way (without them it would print request bytes).
void StartLog(absl::string_view service, absl::string_view level);

// Writes one line: `event` is a constant of the program, never built from data. No payload, token,
// name or number of a person may be in a field: a log is read by many and kept for long.
void Log(Severity severity, const char* event, std::initializer_list<Field> fields = {});

// The same for lines that come with every call: they reach the log within a second, many at a time,
// because a system call for each would cost as much as a look into the store. A process that ends
// without exit (killed, exit 70, a failed CHECK) loses its last second of them. Log sends them on.
void LogBuffered(Severity severity, const char* event, std::initializer_list<Field> fields = {});

// The line itself, for tests.
std::string LogLine(absl::string_view time, absl::string_view service, Severity severity,
                    const char* event, std::initializer_list<Field> fields);

}  // namespace shian::telemetry

#endif  // SHIAN_LIBS_TELEMETRY_LOG_H_
