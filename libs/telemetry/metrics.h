#ifndef SHIAN_LIBS_TELEMETRY_METRICS_H_
#define SHIAN_LIBS_TELEMETRY_METRICS_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace shian::telemetry {

// Why a call was turned away before any work was done for it.
enum class Gate { kInFlight, kWriterQueue, kCaller, kPool };

// The series of one RPC method, made at start: looking a series up by label for each call would
// cost more than the call's own accounting.
class MethodMetrics {
 public:
  virtual ~MethodMetrics() = default;
  virtual void Started() = 0;
  // `code` is a gRPC status code, 0 to 16.
  virtual void Handled(int code, absl::Duration latency) = 0;
};

// The process's metrics and the port they are scraped from. Names: base units, counters end in
// _total, labels come from closed sets and never name a person or an operator.
class Telemetry {
 public:
  Telemetry(absl::string_view service, absl::string_view version);
  ~Telemetry();
  Telemetry(const Telemetry&) = delete;
  Telemetry& operator=(const Telemetry&) = delete;

  // Registered once per method at start; the pointer lives as long as this object.
  MethodMetrics* AddMethod(const std::string& service, const std::string& method);

  void CountShed(Gate gate);

  // A value that is asked for at each scrape. Several with one name must differ in labels.
  using Labels = std::vector<std::pair<std::string, std::string>>;
  void AddGauge(const std::string& name, const std::string& help, const Labels& labels,
                std::function<double()> value);
  // The same for a value that only grows; its name ends in _total.
  void AddCounter(const std::string& name, const std::string& help, const Labels& labels,
                  std::function<double()> value);

  // Begins to answer scrapes at http://address/metrics. UNAVAILABLE when the port is taken.
  absl::Status Expose(const std::string& address);
  // No scrape is answered after it returns: call it before what the hooks look at goes away.
  void StopExposing();

  // What a scrape would answer, for tests.
  std::string Text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shian::telemetry

#endif  // SHIAN_LIBS_TELEMETRY_METRICS_H_
