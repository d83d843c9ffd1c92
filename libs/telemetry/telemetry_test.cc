#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "absl/time/clock.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/metrics.h"
#include "libs/telemetry/trace.h"

namespace shian::telemetry {
namespace {

constexpr char kHeader[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST_CASE("a log line is one JSON object whatever is in its fields") {
  const std::string line =
      LogLine("2025-03-03T01:00:00Z", "trace", Severity::kInfo, "rpc",
              {{"method", "a\"b\\c\nd"}, {"code", int64_t{5}}, {"ok", true}, {"ms", 1.5}});
  REQUIRE(line.find('\n') == std::string::npos);
  const auto parsed = nlohmann::json::parse(line);
  REQUIRE(parsed["method"] == "a\"b\\c\nd");
  REQUIRE(parsed["code"] == 5);
  REQUIRE(parsed["ok"] == true);
  REQUIRE(parsed["level"] == "info");
  REQUIRE(parsed["service"] == "trace");
}

// What this process writes to stderr from here on.
class Stderr {
 public:
  Stderr() : kept_(dup(STDERR_FILENO)) {
    REQUIRE(mkstemp(path_) >= 0);
    const int file = open(path_, O_WRONLY | O_APPEND);
    dup2(file, STDERR_FILENO);
    close(file);
  }
  ~Stderr() {
    dup2(kept_, STDERR_FILENO);
    close(kept_);
    std::remove(path_);
  }
  std::string Text() const {
    std::ifstream in(path_);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  const int kept_;
  char path_[32] = "/tmp/shian-log-XXXXXX";
};

TEST_CASE("buffered lines come within a second or with the next line, in order") {
  Stderr log;
  StartLog("trace", "info");
  LogBuffered(Severity::kInfo, "call", {{"number", int64_t{1}}});
  CHECK(log.Text().empty());
  absl::SleepFor(absl::Milliseconds(2500));
  CHECK(log.Text().find("\"number\":1") != std::string::npos);
  LogBuffered(Severity::kInfo, "call", {{"number", int64_t{2}}});
  LogBuffered(Severity::kDebug, "call", {{"number", int64_t{3}}});
  Log(Severity::kWarning, "fault", {});
  const std::string text = log.Text();
  CHECK(text.find("\"number\":2") < text.find("\"event\":\"fault\""));
  CHECK(text.find("\"event\":\"fault\"") != std::string::npos);
  CHECK(text.find("\"number\":3") == std::string::npos);
  for (int i = 0; i < 1000; ++i) LogBuffered(Severity::kInfo, "call", {{"many", int64_t{i}}});
  CHECK(log.Text().size() > text.size());  // more than the buffer holds goes out at once
}

TEST_CASE("a trace goes on with a span of our own") {
  const Trace next = ContinueTrace(kHeader);
  REQUIRE(next.trace_id == "4bf92f3577b34da6a3ce929d0e0e4736");
  REQUIRE(next.span_id != "00f067aa0ba902b7");
  REQUIRE(ParseTrace(next.ToHeader()).has_value());
}

TEST_CASE("a header that breaks the standard starts a new trace") {
  const std::string good = kHeader;
  const std::string bad[] = {"",
                             good + "0",
                             "01" + good.substr(2),
                             "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                             "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"};
  for (const std::string& header : bad) {
    INFO(header);
    REQUIRE(!ParseTrace(header).has_value());
    REQUIRE(ParseTrace(ContinueTrace(header).ToHeader()).has_value());
  }
}

TEST_CASE("every series of a method is there before its first call") {
  Telemetry telemetry("registry", "0.1.0");
  MethodMetrics* method = telemetry.AddMethod("shian.registry.v1.OperatorService", "GetOperator");
  const std::string before = telemetry.Text();
  REQUIRE(before.find("grpc_code=\"DATA_LOSS\"") != std::string::npos);
  REQUIRE(before.find("shian_shed_total{gate=\"caller\"} 0") != std::string::npos);
  method->Started();
  REQUIRE(telemetry.Text().find("grpc_server_in_flight 1") != std::string::npos);
  method->Handled(0, absl::Milliseconds(3));
  telemetry.CountShed(Gate::kCaller);
  const std::string after = telemetry.Text();
  REQUIRE(after.find("grpc_server_in_flight 0") != std::string::npos);
  REQUIRE(after.find("shian_shed_total{gate=\"caller\"} 1") != std::string::npos);
}

TEST_CASE("promtool finds nothing to complain of") {
  if (std::system("command -v promtool >/dev/null 2>&1") != 0) return;
  Telemetry telemetry("registry", "0.1.0");
  telemetry.AddMethod("shian.registry.v1.OperatorService", "GetOperator")->Started();
  telemetry.AddGauge("shian_feed_lag_entries", "Entries not taken yet.", {{"peer", "trace"}},
                     [] { return 2.0; });
  telemetry.AddCounter("shian_store_commits_total", "Commits.", {}, [] { return 7.0; });
  char path[] = "/tmp/shian-metrics-XXXXXX";
  REQUIRE(mkstemp(path) >= 0);
  std::ofstream(path) << telemetry.Text();
  const std::string command = std::string("promtool check metrics < ") + path;
  REQUIRE(std::system(command.c_str()) == 0);
  std::remove(path);
}

}  // namespace
}  // namespace shian::telemetry
