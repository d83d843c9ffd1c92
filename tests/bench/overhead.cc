// bench_overhead PKI SYSTEMS: what admission and metrics cost per call, in microseconds of CPU: the
// system's certificate looked up twice (before the handler and at its edge), the call counted and
// timed.
#include <ctime>

#include "libs/auth/authority.h"
#include "libs/base/check.h"
#include "libs/config/config.h"
#include "libs/telemetry/metrics.h"
#include "tests/bench/measure.h"

namespace shian::bench {
namespace {

constexpr int kCalls = 300'000;
constexpr char kService[] = "shian.registry.v1.OperatorService";
constexpr char kPath[] = "/shian.registry.v1.OperatorService/GetOperator";

double CpuSeconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

auth::Authority MakeAuthority(const std::string& pki, const std::string& systems) {
  auto table = auth::SystemTable::Load(systems);
  CHECK_OK(table);
  auto key = config::ReadFile(pki + "/issuer.pub", 1 << 16);
  CHECK_OK(key);
  return auth::Authority({.table = *std::move(table),
                          .tokens = {.public_key_pem = *std::move(key), .issuer = "bench"},
                          .region = "410902"});
}

int Main(int argc, char** argv) {
  if (argc != 3) return 2;
  auth::Authority authority = MakeAuthority(argv[1], argv[2]);
  CHECK_OK(authority.Learn({{kPath, kService, false}}));
  telemetry::Telemetry telemetry("registry", "bench");
  telemetry::MethodMetrics* const metrics = telemetry.AddMethod(kService, "GetOperator");
  const auth::Credentials credentials = {{"urn:shian:system:ctl"}, ""};
  const double begun = CpuSeconds();
  for (int i = 0; i < kCalls; ++i) {
    metrics->Started();
    for (int look = 0; look < 2; ++look) {
      const auth::Credentials own = credentials;  // each look takes them from the transport anew
      CHECK_OK(authority.Admit(own, kPath));
    }
    metrics->Handled(0, absl::Microseconds(i % 1000));
  }
  Print({{"micros", (CpuSeconds() - begun) * 1e6 / kCalls}});
  return 0;
}

}  // namespace
}  // namespace shian::bench

int main(int argc, char** argv) { return shian::bench::Main(argc, argv); }
