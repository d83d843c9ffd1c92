#ifndef SHIAN_LIBS_TELEMETRY_LIMITS_H_
#define SHIAN_LIBS_TELEMETRY_LIMITS_H_

#include <cstddef>

namespace shian::telemetry {

// One field of a log line; the rest is cut.
inline constexpr size_t kFieldBytesMax = 512;
// Of a log line: most fit, and none has to.
inline constexpr size_t kUsualLineBytes = 512;
// Lines that wait for the next flush.
inline constexpr size_t kBufferBytesMax = 32 << 10;
// Threads that answer scrapes.
inline constexpr int kScrapeThreads = 2;
// Seconds an idle scrape connection stays open, in milliseconds as civetweb wants them. Without
// keep-alive half of VictoriaMetrics' scrapes fail.
inline constexpr int kScrapeKeepAliveMs = 60'000;

}  // namespace shian::telemetry

#endif  // SHIAN_LIBS_TELEMETRY_LIMITS_H_
