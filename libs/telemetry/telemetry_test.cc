#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

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
